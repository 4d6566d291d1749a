"""Puts a worker together and runs it until it is told to stop, or ends itself."""

import sys
import traceback
from contextlib import AsyncExitStack

import aiohttp
import faust

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import client_of
from adapters.quickbooks.api import QuickBooksApi
from adapters.store.database import Database
from deploy.counted_reads import read_counter
from deploy.kafka_servers import kafka_servers
from deploy.private_files import open_data_folder
from deploy.quickbooks_tokens import company_tokens
from deploy.settings import Settings
from deploy.terminal import complain
from domain.sweep_pace import SweepPace
from streams.kafka.continuity import InputLostError
from streams.kafka.faust_shell import ShellSettings, UnevenAssignmentError, end_process, watch_coordination
from streams.kafka.ports import Cluster, kafka_ports
from streams.kafka.wall_clock import WallClock
from streams.kafka.watchdog import watch_progress
from streams.kafka.worker import InputTookTooLongError, Parts, Worker
from streams.wire.topics import INPUTS
from streams.wire.traces import Spans
from streams.worker.assembly import Assignment, assemble
from streams.worker.collector import look_seldom
from streams.worker.limiters import Doors
from streams.worker.partition_context import Outside
from streams.worker.permit import before_each_request
from streams.worker.ports import AppendFailedError, Feed, Outcomes
from streams.worker.same_log import ImportUnfinishedError, LogShrankError

OURS = (
    AppendFailedError,
    ImportUnfinishedError,
    InputLostError,
    InputTookTooLongError,
    LogShrankError,
    UnevenAssignmentError,
)


def run_worker(settings: Settings) -> None:
    """Run a worker; returns when it was told to stop."""
    shell = ShellSettings(
        bootstrap=kafka_servers(settings),
        group=settings.group,
        session_timeout_seconds=settings.session_timeout_seconds,
        folder=settings.data_folder.resolve(),
    )

    spans = _spans(settings)

    async def build(assigned: Assignment, feed: Feed) -> Parts:
        return await _parts(settings, assigned, feed, spans)

    look_seldom()
    worker = Worker(shell, build, bound_seconds=settings.session_timeout_seconds, fatal=end_in_doubt)
    watch_coordination(worker.app, _end)
    watch_progress(
        kafka_servers(settings),
        settings.group,
        INPUTS,
        lambda: worker.partitions,
        lambda: worker.rows_folded,
        settings.watchdog_seconds,
    )
    process = faust.Worker(
        worker.app, loglevel="WARNING", quiet=True, redirect_stdouts=False, override_logging=False
    )
    process.spinner = None  # else it writes to the terminal, quiet or not, and into the first line of the log
    process.execute_from_commandline()


async def _parts(settings: Settings, assigned: Assignment, feed: Feed, spans: Spans | None) -> Parts:
    cluster = Cluster(
        bootstrap=kafka_servers(settings),
        group=settings.group,
        folder=settings.data_folder / "checkpoints",
        append_seconds=settings.session_timeout_seconds * 2 / 3,
    )
    opened = AsyncExitStack()
    session = await opened.enter_async_context(open_session())
    open_data_folder(settings.data_folder)
    database = Database(settings.database)
    opened.push_async_callback(database.close)
    tokens = company_tokens(database, session, settings)
    opened.push_async_callback(tokens.aclose)
    counter = read_counter(database, settings)
    opened.push_async_callback(counter.aclose)

    def outside(outcomes: Outcomes) -> Outside:
        clock = WallClock()
        return Outside(
            quickbooks=QuickBooksApi(
                session, settings.quickbooks_url, tokens, before_each=before_each_request, reads=counter
            ),
            canopy=CanopyApi(
                session, settings.canopy_url, settings.canopy_token, before_each=before_each_request
            ),
            outcomes=outcomes,
            clock=clock,
            doors=Doors(clock, quickbooks=settings.quickbooks_rate),
            spans=spans,
            canopy_keeps_keys=settings.canopy_keeps_keys,
            sweep_pace=lambda: SweepPace(longest=settings.longest_between_sweeps, saving=counter.saves()),
        )

    ports = await opened.enter_async_context(kafka_ports(cluster, client_of, outside))
    made = assemble(
        ports,
        partitions=settings.partitions,
        assignment=assigned,
        feed=feed,
        lease_seconds=settings.session_timeout_seconds / 2,
        engine_version=settings.engine_version,
        fatal=end_in_doubt,
    )
    return Parts(made, opened.aclose)


def open_session() -> aiohttp.ClientSession:
    """Open the connections of all companies.

    Without a limit over all, which one company that hangs would eat: each has its own, in its rate limiter (domain/rate.py).
    """
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


def _spans(settings: Settings) -> Spans | None:
    if not settings.traces:
        return None
    from deploy.traces import send_spans

    return send_spans(settings.traces, "worker")


def end_in_doubt(wrong: BaseException) -> None:
    """End at once: what is in memory may not be what is in the log. Whoever runs workers starts another."""
    if isinstance(wrong, OURS):
        _end(str(wrong))
    # The text of a stranger's exception may hold a client's values; where it happened does not.
    _end(f"{type(wrong).__name__}\n{''.join(traceback.format_tb(wrong.__traceback__))}")


def _end(why: str) -> None:
    complain(f"The worker ends itself: {why}")
    sys.stderr.flush()
    end_process()
