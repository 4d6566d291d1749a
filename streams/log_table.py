"""The rows of the partitions that this worker owns: folded from `sync.log`, and appended to it.

What it promises (docs/adr/0003-records-claim-their-offset.md):

* append, then acknowledge: a decision is durable before the table shows it;
* catch up, then decide: `catch_up` folds to the end of the log, and nothing may be decided before;
* one writer, by offset: an append that lands elsewhere than it claims is believed by nobody, ourselves included.
  Then what came between is folded, and the caller decides again;
* a disbelieved record that is the newest of its key would outlive the true one when the log is compacted, so
  the owner that meets one writes the true row again;
* a first fold begins at a checkpoint, if the record that it ends with still lies where it lay.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from domain.decision import Decision, Verdict
from domain.ids import ALL_FIRMS, FirmId, RowKey
from domain.inputs import Cause
from domain.rows import NoRow, Row
from streams.checkpoint import Checkpoint
from streams.checkpoints import Checkpoints
from streams.collector import collector_at_rest
from streams.folding import Folding
from streams.log_reader import LogReader
from streams.log_writer import LogWriter
from streams.meters import APPEND_SECONDS, DISBELIEVED, FOLD_SECONDS, ROWS_FOLDED
from streams.partition import Partition
from streams.records import LogRecord, encode, records_of
from streams.same_log import check_bounds, resume

Folded = Callable[[int, Iterable[Row]], None]
"""Told which rows of a partition another process wrote."""


class LogTable:
    """All partitions that this process has owned; each stays folded to where it last stood.

    `rows_folded`: how far folding has come so far, counted in records and rows looked at, and rows read of them.
    """

    def __init__(
        self, reader: LogReader, writer: LogWriter, checkpoints: Checkpoints, folded: Folded
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._checkpoints = checkpoints
        self._folded = folded
        self._partitions: dict[int, Partition] = {}
        self._reading = asyncio.Lock()
        self.rows_folded = 0

    def partition(self, number: int) -> Partition:
        """Give a partition; hold its lock from reading its rows until the append is back."""
        return self._partitions.setdefault(number, Partition(number))

    async def catch_up(self, numbers: Iterable[int]) -> None:
        """Fold partitions to the end of the log, and write again what a disbelieved record would hide.

        The caller holds the partitions' locks.

        Raises:
            LogShrankError: the log is shorter than before.
            UnreadableRecordError: the log holds what this version can't read.
        """
        waiting = [self.partition(number) for number in numbers]
        while waiting:
            await self._fold(waiting)
            for partition in waiting:
                self._checkpoints.keep(partition)
            repaired = [partition for partition in waiting if partition.disbelieved]
            for partition in repaired:
                await self._repair(partition)
            # A repair may itself land behind a stranger's record; looking once more settles it.
            waiting = repaired

    async def append(self, number: int, decision: Decision, cause: Cause) -> bool:
        """Append a decision and show it in the table. The caller holds the partition's lock.

        Returns:
            False if somebody else has appended since: the decision is in nobody's table, the partition is folded
            anew, and the input must be looked at again.
        """
        partition = self.partition(number)
        positions = partition.positions | {cause.topic: cause.offset}
        records = records_of(decision, cause, partition.end, positions)
        if await self._write(partition, records):
            self._checkpoints.keep(partition)
            return True
        await self.catch_up([number])
        return False

    async def _write(self, partition: Partition, records: tuple[LogRecord, ...]) -> bool:
        encoded = [(record.row.key.encode(), encode(record, partition.number)) for record in records]
        asked_at = time.monotonic()
        offset = await self._writer.append(partition.number, encoded)
        APPEND_SECONDS.observe(time.monotonic() - asked_at)
        if offset != partition.end:
            DISBELIEVED.inc()
            return False
        for record in records:
            _take(partition, record.row.key, record)
        partition.end += len(records)
        partition.last = (partition.end - 1, encoded[-1][1])
        partition.proven_at = asked_at
        return True

    async def _repair(self, partition: Partition) -> None:
        for key in sorted(partition.disbelieved):
            row = partition.table.get(key) or NoRow(key=key, firm_id=_firm_in(key))
            record = LogRecord(
                at=partition.end,
                version=row.version,
                verdict=Verdict.APPLIED,
                code="repair",
                row=row,
                positions=partition.positions,
            )
            if not await self._write(partition, (record,)):
                return  # folded and tried again by the caller

    async def _fold(self, partitions: list[Partition]) -> None:
        async with self._reading:
            by_number = {partition.number: partition for partition in partitions}
            with collector_at_rest():
                checkpoints = await self._found(partitions)
                asked_at = time.monotonic()
                ends = await self._reader.ends(by_number)
                begins = await self._reader.begins(by_number)
                for number, partition in by_number.items():
                    check_bounds(partition, begins[number], ends[number])
                    partition.proven_at = float("-inf")  # half folded, nothing may start on these rows
                foldings = {n: Folding(partition, partition.end) for n, partition in by_number.items()}
                for number, checkpoint in checkpoints.items():
                    self.rows_folded += await resume(foldings[number], checkpoint, self._reader, ends[number])
                await self._read(foldings)
                for number, folding in foldings.items():
                    folding.end = max(folding.end, ends[number])  # compaction leaves holes
                    await self._settle(folding)
                    folding.partition.proven_at = asked_at
            FOLD_SECONDS.observe(time.monotonic() - asked_at)

    async def _found(self, partitions: list[Partition]) -> dict[int, Checkpoint]:
        """Read the checkpoints of those that were never folded here."""
        numbers = [partition.number for partition in partitions if partition.last is None]
        found = {number: await self._checkpoints.find(number) for number in numbers}
        return {number: checkpoint for number, checkpoint in found.items() if checkpoint is not None}

    async def _read(self, foldings: Mapping[int, Folding]) -> None:
        positions = {number: folding.end for number, folding in foldings.items()}
        async for found in self._reader.read_to_end(positions):
            ROWS_FOLDED.inc(len(found))
            self.rows_folded += len(found)
            for each in found:
                foldings[each.partition].take(each)

    async def _settle(self, folding: Folding) -> None:
        changed: list[Row] = []
        async for rows in folding.settle():
            self.rows_folded += len(rows)
            changed += rows
        self._folded(folding.partition.number, changed)


def _firm_in(key: RowKey) -> FirmId:
    kind, _, rest = key.partition("/")
    return ALL_FIRMS if kind == "all" else FirmId(rest.split("/")[0])


def _take(partition: Partition, key: RowKey, record: LogRecord) -> None:
    for topic, offset in record.positions.items():
        if offset > partition.positions.get(topic, -1):
            partition.positions[topic] = offset
    partition.disbelieved.discard(key)
    if not isinstance(record.row, NoRow):
        _keep_causes(partition, partition.table.get(key), record.row, record.input)
        partition.table.put(record.row)


def _keep_causes(partition: Partition, before: Row | None, row: Row, cause: Cause | None) -> None:
    now = {effect.id for effect in row.pending}
    for effect in before.pending if before is not None else ():
        if effect.id not in now:
            partition.causes.pop(effect.id, None)
    if cause is not None:
        for effect_id in now:
            partition.causes.setdefault(effect_id, cause)
