"""Owners of the log, as workers are: each with a table, a reader and a writer of its own."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiokafka import AIOKafkaConsumer, TopicPartition

from domain.decision import Decision, Verdict
from domain.fields import Field
from domain.ids import ClientId, FirmId, IntentId, RowKey
from domain.inputs import Cause, Pause
from domain.rows import LinkRow, Reason, Row
from domain.snapshots import Client
from streams.kafka.log_reader import FOLDING_WAITS_MS, LogReader
from streams.kafka.log_writer import LogWriter
from streams.kafka.wall_clock import WallClock
from streams.wire.believed import Found, found_in
from streams.wire.topics import CLIENT_EVENTS
from streams.worker.batch import Batch
from streams.worker.checkpoint_files import FEWEST_RECORDS, CheckpointFiles
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from tests.engine_version import ENGINE

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRM = FirmId("f-1")


@dataclass
class Owner:
    """A process that owns partition 0. `told`: the rows that others wrote, as its lanes were told of them."""

    table: LogTable
    checkpoints: CheckpointFiles
    told: list[Row] = field(default_factory=list)

    @property
    def partition(self) -> Partition:
        """Partition 0, as far as it is folded."""
        return self.table.partition(0)

    @property
    def rows(self) -> dict[RowKey, Row]:
        """All rows by key."""
        return {row.key: row for row in self.partition.table}

    async def catch_up(self) -> None:
        """Fold to the end of the log."""
        async with self.partition.lock:
            await self.table.catch_up(0)

    async def append(self, decision: Decision, offset: int) -> bool:
        """Append what the input at `offset` decided."""
        async with self.partition.lock:
            return await self.table.append(batch_of(self.partition, decision, cause(offset)))


def batch_of(partition: Partition, decision: Decision, cause: Cause) -> Batch:
    """Give one decision, ready to be appended."""
    batch = Batch(partition, frozenset(), ENGINE)
    given = Pause(firm_id=decision.rows[0].firm_id, intent_id=IntentId("i-1"))
    assert batch.take_in(given, cause, decision, cause.at)
    return batch


@asynccontextmanager
async def owners(
    bootstrap: str,
    topic: str,
    count: int,
    table: type[LogTable] = LogTable,
    folder: Path | None = None,
    fewest: int = FEWEST_RECORDS,
    source: str | None = None,
) -> AsyncIterator[list[Owner]]:
    """Start owners that know nothing of each other; `folder`: where they keep their checkpoints together.

    `source`: as which log they know this one; its topic unless told.
    """
    async with AsyncExitStack() as stack:
        started = []
        for _ in range(count):
            kept = folder or Path(stack.enter_context(TemporaryDirectory()))
            checkpoints = CheckpointFiles(kept, source or topic, fewest)
            stack.push_async_callback(checkpoints.close)
            reader = await stack.enter_async_context(LogReader(bootstrap, topic, FOLDING_WAITS_MS))
            writer = LogWriter(bootstrap, topic, bound_seconds=20)
            stack.push_async_callback(writer.stop)
            await writer.start()
            told: list[Row] = []

            def folded(_number: int, rows: Iterable[Row], _planned: object, told: list[Row] = told) -> None:
                told.extend(rows)

            started.append(
                Owner(table(reader, writer, checkpoints, folded, WallClock(), ENGINE), checkpoints, told)
            )
        yield started


def cause(offset: int) -> Cause:
    """Name an input."""
    return Cause(topic=CLIENT_EVENTS, partition=0, offset=offset, id=f"evt-{offset}", at=NOW)


def client_row(client_id: str, name: str = "Fiona Gallagher", version: int = 1) -> LinkRow:
    """Give a client's row."""
    client = Client(
        client_id=ClientId(client_id),
        version=version,
        type="individual",
        values={Field.DISPLAY_NAME: name},
        changed_at=NOW,
    )
    return LinkRow(
        firm_id=FIRM,
        client_id=ClientId(client_id),
        version=version,
        decided_version=version,
        client=client,
        reason=Reason.NEVER_MATCHED,
        since=NOW,
    )


def decision(*rows: Row) -> Decision:
    """Decide that rows are so from now on."""
    return Decision(verdict=Verdict.APPLIED, code="client_created", rows=rows)


async def lies_in(bootstrap: str, topic: str) -> list[Found]:
    """Read all that lies in partition 0, believed or not."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        found: list[Found] = []
        while await consumer.position(partition) < end:
            polled = await consumer.getmany(timeout_ms=200)
            found += [found_in(message) for message in polled.get(partition, ())]
        return found
    finally:
        await consumer.stop()
