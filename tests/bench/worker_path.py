"""A worker as `client-sync worker` runs it, on topics with a prefix, that can say where its time goes.

Run as `python -m tests.bench.worker_path BOOTSTRAP PREFIX FOLDER`, until SIGTERM. With `--shares FILE` it looks at its
own threads all the time, and writes down where it found them; with `--notes FILE` it notes when each event reaches which
stage. `--door ADDRESS`: where QuickBooks answers.
"""

import argparse
from pathlib import Path

import aiohttp
import faust

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import client_of
from deploy.logs import set_up_logs
from deploy.worker import end_in_doubt
from domain.ids import RealmId
from streams.acknowledged_producer import AcknowledgedProducer
from streams.answers_ahead import AnswersAhead
from streams.checkpoints import Checkpoints
from streams.continuity import Continuity
from streams.dead_letters import DeadLetterWriter
from streams.faust_shell import ShellSettings
from streams.ground import Outside
from streams.lanes import Lanes
from streams.limiters import Doors
from streams.log_reader import FOLDING_WAITS_MS, LogReader
from streams.log_writer import LogWriter
from streams.outcome_writer import OutcomeWriter
from streams.rate_limiter import before_each_request
from streams.topics import INPUTS, LOG, OUTCOMES
from streams.worker import Assignment, Parts, Worker
from tests.bench.content import PARTITIONS
from tests.bench.shares import Shares
from tests.bench.stages import Kinds, noted

SESSION_SECONDS = 45.0
NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: what asks for nothing outside needs nobody."""


def worker(bootstrap: str, prefix: str, folder: Path, door: str, kinds: Kinds) -> Worker:
    """Put a worker together as `deploy/worker.py` does."""
    group = f"{prefix}ours"

    async def build(assigned: Assignment) -> Parts:
        reader = await LogReader(bootstrap, prefix + LOG, FOLDING_WAITS_MS).__aenter__()
        writer = LogWriter(bootstrap, prefix + LOG, bound_seconds=30)
        await writer.start()
        producer = AcknowledgedProducer(bootstrap)
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        outside = Outside(
            quickbooks=kinds.quickbooks(session, door, _no_token, before_each=before_each_request),
            canopy=CanopyApi(session, NOBODY, ""),
            outcomes=OutcomeWriter(producer, prefix),
            doors=Doors(kind=kinds.limiter),
        )
        lanes = Lanes(outside, proof_seconds=SESSION_SECONDS / 2, fatal=end_in_doubt)
        checkpoints = Checkpoints(folder / "checkpoints", f"{bootstrap}/{prefix}{LOG}")
        table = kinds.table(reader, writer, checkpoints, lanes.folded)
        engine = kinds.engine(
            table,
            lanes,
            DeadLetterWriter(producer, prefix),
            Continuity(bootstrap, group, [prefix + name for name in INPUTS]),
            AnswersAhead(bootstrap, prefix + OUTCOMES),
            client_of,
            PARTITIONS,
            assigned,
        )

        async def close() -> None:
            await reader.__aexit__(None, None, None)
            await writer.stop()
            await producer.stop()
            await session.close()
            await checkpoints.close()

        return Parts(engine, lanes, close)

    shell = ShellSettings(
        bootstrap=bootstrap,
        group=group,
        session_timeout_seconds=SESSION_SECONDS,
        folder=folder,
        prefix=prefix,
    )
    return Worker(shell, build, bound_seconds=SESSION_SECONDS, fatal=end_in_doubt)


async def _no_token(_realm: RealmId) -> str:
    return ""


def main() -> None:
    """Run it until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("bootstrap")
    parser.add_argument("prefix")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--door", default=NOBODY)
    parser.add_argument("--shares", type=Path)
    parser.add_argument("--notes", type=Path)
    told = parser.parse_args()
    set_up_logs("worker")
    if told.shares is not None:
        Shares(told.shares).start()
    kinds = noted(told.notes) if told.notes is not None else Kinds()
    app = worker(told.bootstrap, told.prefix, told.folder, told.door, kinds).app
    faust.Worker(
        app, loglevel="WARNING", quiet=True, redirect_stdouts=False, override_logging=False
    ).execute_from_commandline()


if __name__ == "__main__":
    main()
