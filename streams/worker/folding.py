"""What was read of one partition of the log and is not in its table yet.

Of all records of a key only the newest row counts, and reading a row costs four times what looking at its JSON does.
So the rows are read at the end, each once, and only then does the partition stand where the reader stood: a fold that
breaks off has done nothing, or is done again over what is there already.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from domain.ids import EffectId, RowKey, all_key
from domain.rows import Row
from streams.wire.believed import Unread
from streams.wire.meters import NOT_REPAIRED
from streams.wire.records import IMPORT_BEGUN, Glance, cause_in, effects_in, glance, is_erasure, row_in
from streams.wire.row_names import firm_in, row_key
from streams.wire.unreadable import UnreadableRecordError
from streams.worker.checkpoint import Checkpoint
from streams.worker.partition import Partition

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 200
"""How many rows are read before others in this process have their turn."""


@dataclass(slots=True)
class Folding:
    """One partition's. `end`: the offset behind the last record taken in. `being_imported`: rows are being written that it had elsewhere.

    `erases`: a person was erased, of whom a checkpoint from before holds values. `planned`: effects that are pending now, and
    were not in the partition's table.
    """

    partition: Partition
    end: int
    last: tuple[int, bytes] | None = None
    kept: int = 0
    being_imported: bool = False
    erases: bool = False
    planned: set[EffectId] = field(default_factory=set)
    _newest: dict[RowKey, dict[str, Any]] = field(default_factory=dict)
    _at: dict[RowKey, int] = field(default_factory=dict)
    _pending: dict[RowKey, frozenset[EffectId]] = field(default_factory=dict)
    _inputs: dict[EffectId, Mapping[str, Any]] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)
    _disbelieved: dict[RowKey, bool] = field(default_factory=dict)

    def resume(self, checkpoint: Checkpoint, value: bytes) -> None:
        """Begin where a checkpoint ends, as if its rows were the records up to there; `value`: the last of those."""
        self.end = self.kept = checkpoint.end
        self.last = (checkpoint.mark.offset, value)
        self._positions |= checkpoint.positions
        self._inputs |= checkpoint.causes
        self._disbelieved |= dict.fromkeys(checkpoint.disbelieved, True)
        for key, row in checkpoint.rows:
            self._newest[key] = row
            self._pending[key] = effects_in(row)

    def take(self, unread: Unread) -> None:
        """Take in the next record.

        Raises:
            UnreadableRecordError: it is to be believed, and can't be read.
        """
        key = row_key(unread.key)
        if unread.event is not None:
            self._believe(key, unread.offset, unread.event)
        elif key is None or firm_in(key, self.partition.number) is None:
            # No row of ours can be hidden under it, so there is nothing to put right.
            NOT_REPAIRED.inc()
            log.warning("strange_record", partition=unread.partition, offset=unread.offset)
        else:
            self._disbelieved[key] = True
        self.end = unread.offset + 1
        self.last = (unread.offset, unread.value)

    def _believe(self, key: RowKey | None, offset: int, event: Mapping[str, Any]) -> None:
        if key is None:
            raise UnreadableRecordError("its key can't be read", offset=offset)
        try:
            seen = glance(event)
        except UnreadableRecordError as wrong:
            raise UnreadableRecordError(str(wrong), offset=offset) from wrong
        self._disbelieved[key] = False
        self.erases = self.erases or is_erasure(event["data"].get("code"), event["data"].get("verdict"))
        if key == all_key(self.partition.number):
            self.being_imported = event["data"].get("code") == IMPORT_BEGUN
        for topic, decided in seen.positions.items():
            self._positions[topic] = max(decided, self._positions.get(topic, -1))
        if seen.row is not None:
            self._keep_inputs(key, seen)
            self._newest[key] = seen.row
            self._at[key] = offset

    def _keep_inputs(self, key: RowKey, seen: Glance) -> None:
        """Remember which input planned each effect that is still pending."""
        for done in self._pending.get(key, frozenset()) - seen.pending:
            self._inputs.pop(done, None)
        self._pending[key] = seen.pending
        if seen.input is not None:
            for effect in seen.pending:
                self._inputs.setdefault(effect, seen.input)

    async def settle(self) -> AsyncIterator[list[Row]]:
        """Put it into the partition; gives the rows as they are put, and the partition's end is set last.

        Raises:
            UnreadableRecordError: the newest record of a key can't be read; `offset` None: it stood in the checkpoint.
        """
        rows: list[Row] = []
        # Each row's JSON is let go of as it is read: together they weigh several times what the rows do.
        for key in list(self._newest):
            rows.append(self._put(key, self._newest.pop(key)))
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
                await asyncio.sleep(0)
        yield rows
        self._conclude()

    def _put(self, key: RowKey, given: dict[str, Any]) -> Row:
        partition = self.partition
        try:
            row = row_in(given)
            self._keep_causes(key)
        except UnreadableRecordError as wrong:
            raise UnreadableRecordError(str(wrong), offset=self._at.get(key)) from wrong
        partition.table.put(row)
        return row

    def _keep_causes(self, key: RowKey) -> None:
        partition = self.partition
        before, now = partition.table.get(key), self._pending[key]
        known = {effect.id for effect in before.pending} if before is not None else set()
        for done in known - now:
            partition.causes.pop(done, None)
        self.planned |= now - known
        for name in now:
            if name not in partition.causes and name in self._inputs:
                partition.causes[name] = cause_in(self._inputs[name])

    def _conclude(self) -> None:
        partition = self.partition
        for topic, offset in self._positions.items():
            partition.positions[topic] = max(offset, partition.positions.get(topic, -1))
        for key, disbelieved in self._disbelieved.items():
            (partition.disbelieved.add if disbelieved else partition.disbelieved.discard)(key)
        if self.last is not None:
            partition.forget_unrecorded()
        partition.end = max(partition.end, self.end)
        partition.last = self.last or partition.last
        partition.kept = max(partition.kept, self.kept)
