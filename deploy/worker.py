"""Puts a worker together and runs it until it is told to stop, or ends itself."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable

import aiohttp
import faust

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import client_of
from adapters.quickbooks.api import QuickBooksApi
from deploy.settings import Settings
from deploy.terminal import complain
from domain.ids import RealmId
from streams.acknowledged_producer import AcknowledgedProducer
from streams.answers_ahead import AnswersAhead
from streams.checkpoints import Checkpoints
from streams.continuity import Continuity, InputLostError
from streams.dead_letters import DeadLetterWriter
from streams.engine import Engine
from streams.faust_shell import ShellSettings, UnevenAssignmentError, end_process, watch_coordination
from streams.ground import Outside
from streams.lanes import Lanes
from streams.log_reader import FOLDING_WAITS_MS, LogReader
from streams.log_table import LogTable
from streams.log_writer import AppendFailedError, LogWriter
from streams.outcome_writer import OutcomeWriter
from streams.rate_limiter import before_each_request
from streams.same_log import LogShrankError
from streams.topics import INPUTS, LOG, OUTCOMES
from streams.traces import Spans
from streams.watchdog import watch_progress
from streams.worker import Assignment, InputTookTooLongError, Parts, Worker

OURS = (
    AppendFailedError,
    InputLostError,
    InputTookTooLongError,
    LogShrankError,
    UnevenAssignmentError,
)
OUTCOME_SECONDS = 10.0


def run_worker(settings: Settings) -> None:
    """Run a worker; returns when it was told to stop."""
    shell = ShellSettings(
        bootstrap=settings.bootstrap,
        group=settings.group,
        session_timeout_seconds=settings.session_timeout_seconds,
        folder=settings.data_folder.resolve(),
    )

    spans = _spans(settings)

    async def build(assigned: Assignment) -> Parts:
        return await _parts(settings, assigned, spans)

    worker = Worker(shell, build, bound_seconds=settings.session_timeout_seconds, fatal=end_in_doubt)
    watch_coordination(worker.app, _end)
    watch_progress(
        settings.bootstrap,
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


async def _parts(settings: Settings, assigned: Assignment, spans: Spans | None) -> Parts:
    reader = LogReader(settings.bootstrap, LOG, FOLDING_WAITS_MS)
    writer = LogWriter(settings.bootstrap, LOG, bound_seconds=settings.session_timeout_seconds * 2 / 3)
    producer = AcknowledgedProducer(settings.bootstrap, OUTCOME_SECONDS)
    session = open_session()
    outside = Outside(
        quickbooks=QuickBooksApi(
            session, settings.quickbooks_url, _token(settings), before_each=before_each_request
        ),
        canopy=CanopyApi(
            session, settings.canopy_url, settings.canopy_token, before_each=before_each_request
        ),
        outcomes=OutcomeWriter(producer),
        spans=spans,
    )
    lanes = Lanes(outside, proof_seconds=settings.session_timeout_seconds / 2, fatal=end_in_doubt)
    checkpoints = Checkpoints(settings.data_folder / "checkpoints", f"{settings.bootstrap}/{LOG}")
    table = LogTable(reader, writer, checkpoints, lanes.folded)
    await reader.__aenter__()
    await writer.start()
    engine = Engine(
        table,
        lanes,
        DeadLetterWriter(producer),
        Continuity(settings.bootstrap, settings.group, INPUTS),
        AnswersAhead(settings.bootstrap, OUTCOMES),
        client_of,
        settings.partitions,
        assigned,
        spans,
    )

    async def close() -> None:
        await asyncio.gather(
            reader.__aexit__(None, None, None),
            writer.stop(),
            producer.stop(),
            session.close(),
            checkpoints.close(),
        )

    return Parts(engine, lanes, close)


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


def _token(settings: Settings) -> Callable[[RealmId], Awaitable[str]]:
    async def token(_realm: RealmId) -> str:
        return settings.qbo_access_token

    return token


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
