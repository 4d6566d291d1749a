"""The rows of the partitions that this worker owns: folded from `sync.log`, and appended to it.

What it promises (docs/adr/0003-records-claim-their-offset.md):

* append, then acknowledge: a decision is durable before the table shows it;
* catch up, then decide: `catch_up` folds to the end of the log, and nothing may be decided before;
* one writer, by offset: an append that lands elsewhere than it claims is believed by nobody, ourselves included.
  Then what came between is folded, and the caller decides again;
* a disbelieved record that is the newest of its key would outlive the true one when the log is compacted, so
  the owner that meets one writes the true row again;
* a first fold begins at a checkpoint, if the record that it ends with still lies where it lay;
* a checkpoint from before a person was erased is taken away, by who decides it and by who finds it in the log;
* a partition whose log holds what can't be read stops, and no other.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog

from domain.decision import Verdict
from domain.ids import ALL_FIRMS, EffectId, EngineVersion, RowKey, all_key
from domain.inputs import Cause
from domain.rows import Row, Tombstone
from domain.stops import Stop
from streams.wire.meters import APPEND_SECONDS, DISBELIEVED, FOLD_SECONDS, ROWS_FOLDED
from streams.wire.records import LogRecord, is_erasure, lines_of
from streams.wire.row_names import firm_in
from streams.wire.unreadable import UnreadableRecordError
from streams.worker.batch import Batch
from streams.worker.checkpoint import Checkpoint
from streams.worker.clock import Clock
from streams.worker.collector import collector_at_rest
from streams.worker.folding import Folding
from streams.worker.partition import Partition
from streams.worker.ports import Appends, Checkpoints, Log
from streams.worker.same_log import check_bounds, check_whole, resume
from streams.worker.stop import PartitionStoppedError, forget, tell

log = structlog.get_logger(__name__)

Folded = Callable[[int, Iterable[Row], Collection[EffectId]], None]
"""Told which rows of a partition another process wrote, and which effects it planned in them."""


class LogTable:
    """All partitions that this process has owned; each stays folded to where it last stood.

    `rows_folded`: how far folding has come so far, counted in records and rows looked at, and rows read of them.
    `engine`: the version of the program that this is, which its records say.
    """

    def __init__(
        self,
        reader: Log,
        writer: Appends,
        checkpoints: Checkpoints,
        folded: Folded,
        clock: Clock,
        engine: EngineVersion,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._checkpoints = checkpoints
        self._folded = folded
        self._clock = clock
        self._partitions: dict[int, Partition] = {}
        self._reading = asyncio.Lock()
        self.rows_folded = 0
        self.engine = engine

    def partition(self, number: int) -> Partition:
        """Give a partition; hold its lock from reading its rows until the append is back."""
        found = self._partitions.get(number)
        if found is None:  # asked for by every lane at every step, so none is made in vain
            found = self._partitions[number] = Partition(number)
        return found

    @property
    def stopped(self) -> frozenset[int]:
        """Name the partitions whose log can't be read on."""
        return frozenset(n for n, partition in self._partitions.items() if partition.stopped is not None)

    async def catch_up(self, number: int) -> None:
        """Fold a partition to the end of the log, and write again what a disbelieved record would hide.

        The caller holds the partition's lock.

        Raises:
            LogShrankError: the log is shorter than before.
            ImportUnfinishedError: somebody is writing rows into it that it had elsewhere.
            PartitionStoppedError: the log holds what this version can't read, now or when it was last looked at.
        """
        partition = self.partition(number)
        if partition.stopped is not None:
            raise PartitionStoppedError(partition.stopped)
        while True:
            try:
                await self._fold(partition)
            except UnreadableRecordError as wrong:
                offset = wrong.offset if wrong.offset is not None else partition.end
                partition.stopped = Stop(number, offset, wrong.reason, str(wrong))
                tell(partition.stopped)
                raise PartitionStoppedError(partition.stopped) from wrong
            self._checkpoints.keep(partition)
            if not partition.disbelieved:
                return
            # A repair may itself land behind a stranger's record; looking once more settles it.
            await self._repair(partition)

    def try_again(self, number: int) -> None:
        """Let a stopped partition be read once more: its log may have been mended, or been somebody else's meanwhile."""
        partition = self.partition(number)
        if partition.stopped is not None:
            forget(partition.stopped)
            partition.stopped = None

    async def append(self, batch: Batch) -> bool:
        """Append decisions and show them in the table. The caller holds the partition's lock.

        Returns:
            False if somebody else has appended since: the decisions are in nobody's table, the partition is folded
            anew, and the inputs must be looked at again.

        Raises:
            DecisionTooLargeError: nothing of them is in the log or the table.
        """
        partition = batch.partition
        if await self._write(partition, batch.records, batch.lines):
            self._checkpoints.keep(partition)
            return True
        await self.catch_up(partition.number)
        return False

    async def note_unrecorded(self, number: int) -> None:
        """Let the log say which inputs have left no record, so that nobody has to look at them again.

        The caller holds the partition's lock.
        """
        partition = self.partition(number)
        if not await self._write_again(partition, all_key(number), "looked_at"):
            await self.catch_up(number)

    async def _write(
        self, partition: Partition, records: Sequence[LogRecord], lines: Sequence[tuple[bytes, bytes]]
    ) -> bool:
        asked_at = self._clock.monotonic()
        offset = await self._writer.append(partition.number, lines)
        APPEND_SECONDS.observe(self._clock.monotonic() - asked_at)
        if offset != partition.end:
            DISBELIEVED.inc()
            return False
        for record in records:
            _take(partition, record.row.key, record)
        partition.forget_unrecorded()
        partition.end += len(records)
        partition.last = (partition.end - 1, lines[-1][1])
        if any(is_erasure(record.code, record.verdict) for record in records):
            await self._write_checkpoint_anew(partition)
        partition.lease_renewed_at = asked_at
        return True

    async def _write_again(self, partition: Partition, key: RowKey, code: str) -> bool:
        records = (_as_it_is(partition, key, code, self.engine),)
        return await self._write(partition, records, lines_of(records, partition.number))

    async def _repair(self, partition: Partition) -> None:
        for key in sorted(partition.disbelieved):
            if not await self._write_again(partition, key, "repair"):
                return  # folded and tried again by the caller

    async def _fold(self, partition: Partition) -> None:
        number = partition.number
        async with self._reading:
            with collector_at_rest():
                checkpoint = await self._checkpoints.find(number) if partition.last is None else None
                asked_at = self._clock.monotonic()
                end = (await self._reader.ends([number]))[number]
                begin = (await self._reader.begins([number]))[number]
                check_bounds(partition, begin, end)
                partition.lease_renewed_at = float("-inf")  # half folded, nothing may start on these rows
                try:
                    await self._fold_to(end, partition, checkpoint)
                except UnreadableRecordError as wrong:
                    if wrong.offset is not None:
                        raise
                    # The checkpoint's fault, and not the log's.
                    log.warning("checkpoint_not_used", partition=number, error=str(wrong))
                    await self._fold_to(end, partition, None)
                partition.lease_renewed_at = asked_at
            FOLD_SECONDS.observe(self._clock.monotonic() - asked_at)

    async def _fold_to(self, end: int, partition: Partition, checkpoint: Checkpoint | None) -> None:
        folding = Folding(partition, partition.end)
        if checkpoint is not None:
            self.rows_folded += await resume(folding, checkpoint, self._reader, end)
        async for found in self._reader.read_to_end({partition.number: folding.end}):
            ROWS_FOLDED.inc(len(found))
            self.rows_folded += len(found)
            for each in found:
                folding.take(each)
        folding.end = max(folding.end, end)  # compaction leaves holes
        check_whole(folding)
        await self._settle(folding)

    async def _settle(self, folding: Folding) -> None:
        changed: list[Row] = []
        async for rows in folding.settle():
            self.rows_folded += len(rows)
            changed += rows
        if folding.erases:
            await self._write_checkpoint_anew(folding.partition)
        self._folded(folding.partition.number, changed, folding.planned)

    async def _write_checkpoint_anew(self, partition: Partition) -> None:
        """Take away the one from before; the next is due as if there had been none."""
        await self._checkpoints.remove(partition.number)
        partition.kept = 0


def _as_it_is(partition: Partition, key: RowKey, code: str, engine: EngineVersion) -> LogRecord:
    """Write a row once more, or that there is none: such a record decides nothing."""
    row = partition.table.get(key) or Tombstone(key=key, firm_id=firm_in(key, partition.number) or ALL_FIRMS)
    return LogRecord(
        at=partition.end,
        version=row.version,
        verdict=Verdict.APPLIED,
        code=code,
        row=row,
        positions=partition.positions_now(),
        engine=engine,
    )


def _take(partition: Partition, key: RowKey, record: LogRecord) -> None:
    for topic, offset in record.positions.items():
        if offset > partition.positions.get(topic, -1):
            partition.positions[topic] = offset
    partition.disbelieved.discard(key)
    if not isinstance(record.row, Tombstone):
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
