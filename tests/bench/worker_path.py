"""A worker as `client-sync worker` runs it, on topics with a prefix, that can say where its time goes.

Run as `python -m tests.bench.worker_path BOOTSTRAP PREFIX FOLDER`, until SIGTERM. With `--shares FILE` it looks at its
own threads all the time, and writes down where it found them; with `--notes FILE` it notes when each event reaches which
stage. `--door ADDRESS`: where QuickBooks answers.
"""

import argparse
from contextlib import AsyncExitStack
from pathlib import Path

import faust

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import client_of
from adapters.quickbooks.tokens import OneToken
from deploy.logs import set_up_logs
from deploy.worker import end_in_doubt, open_session
from streams.kafka.faust_shell import ShellSettings
from streams.kafka.ports import Cluster, kafka_ports
from streams.kafka.wall_clock import WallClock
from streams.kafka.worker import Parts, Worker
from streams.worker.assembly import Assignment, assemble
from streams.worker.collector import look_seldom
from streams.worker.limiters import Doors
from streams.worker.partition_context import Outside
from streams.worker.permit import before_each_request
from streams.worker.ports import Feed, Outcomes
from tests.bench.content import PARTITIONS
from tests.bench.shares import Shares
from tests.bench.stages import Kinds, noted
from tests.engine_version import ENGINE

SESSION_SECONDS = 45.0
NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: what asks for nothing outside needs nobody."""


def worker(
    bootstrap: str, prefix: str, folder: Path, door: str, kinds: Kinds, session_seconds: float
) -> Worker:
    """Put a worker together as `deploy/worker.py` does."""
    group = f"{prefix}ours"

    async def build(assigned: Assignment, feed: Feed) -> Parts:
        cluster = Cluster(
            bootstrap=bootstrap,
            group=group,
            folder=folder / "checkpoints",
            append_seconds=30,
            prefix=prefix,
        )
        opened = AsyncExitStack()
        session = await opened.enter_async_context(open_session())

        def outside(outcomes: Outcomes) -> Outside:
            clock = WallClock()
            return Outside(
                quickbooks=kinds.quickbooks(session, door, OneToken(""), before_each=before_each_request),
                canopy=CanopyApi(session, NOBODY, ""),
                outcomes=outcomes,
                clock=clock,
                doors=Doors(clock, kind=kinds.limiter),
            )

        ports = await opened.enter_async_context(kafka_ports(cluster, client_of, outside))
        made = assemble(
            ports,
            partitions=PARTITIONS,
            assignment=assigned,
            feed=feed,
            lease_seconds=session_seconds / 2,
            engine_version=ENGINE,
            fatal=end_in_doubt,
            table_kind=kinds.table,
            engine_kind=kinds.engine,
        )
        return Parts(made, opened.aclose)

    shell = ShellSettings(
        bootstrap=bootstrap,
        group=group,
        session_timeout_seconds=session_seconds,
        folder=folder,
        prefix=prefix,
    )
    return Worker(shell, build, bound_seconds=session_seconds, fatal=end_in_doubt)


def main() -> None:
    """Run it until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("bootstrap")
    parser.add_argument("prefix")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--door", default=NOBODY)
    parser.add_argument("--session", type=float, default=SESSION_SECONDS)
    parser.add_argument("--shares", type=Path)
    parser.add_argument("--notes", type=Path)
    told = parser.parse_args()
    set_up_logs("worker")
    if told.shares is not None:
        Shares(told.shares).start()
    look_seldom()
    kinds = noted(told.notes) if told.notes is not None else Kinds()
    app = worker(told.bootstrap, told.prefix, told.folder, told.door, kinds, told.session).app
    faust.Worker(
        app, loglevel="WARNING", quiet=True, redirect_stdouts=False, override_logging=False
    ).execute_from_commandline()


if __name__ == "__main__":
    main()
