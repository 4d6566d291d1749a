"""What people do with batches, by API and in the console: begin, look, stop, take back."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from adapters.batches.seen import row_seen
from adapters.store.batch_ends import BatchEnds, ChoosePart, RowEnd, all_of_them
from adapters.store.batches import Batch, Batches, UnderWayError
from adapters.store.database import Database
from adapters.store.matches_undone import MatchesUndone
from adapters.store.unmatches_undone import UnmatchesUndone
from domain.batches import BatchRow, Do, RowState
from domain.ids import FirmId
from domain.reverting import RevertedRow

BatchRefusal = Literal[
    "batch_under_way",
    "batch_ended",
    "batch_not_ended",
    "nothing_to_do",
    "nothing_to_revert",
    "draft_moved",
    "revert_moved",
]
"""Why a batch is not begun, stopped or taken back."""

_OVER: tuple[RowState, ...] = ("done", "question", "refused", "moved_on", "not_decided")


class BatchRefusedError(Exception):
    """`facts` explain it."""

    def __init__(self, code: BatchRefusal, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code: BatchRefusal = code
        self.facts = facts or {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A batch with its rows, and how each stands in a word; of those with these `numbers`, in their order, all that is known (`ends`)."""

    batch: Batch
    rows: Sequence[BatchRow]
    states: Sequence[RowState]
    numbers: Sequence[int]
    ends: Sequence[RowEnd]

    @property
    def counts(self) -> Mapping[RowState, int]:
        """Count the rows by how they stand."""
        return Counter(self.states)

    @property
    def part(self) -> Iterator[tuple[int, BatchRow, RowEnd]]:
        """Give those that were looked at closely, each with its number and its row."""
        for number, end in zip(self.numbers, self.ends, strict=True):
            yield number, self.rows[number], end

    @property
    def asked(self) -> int:
        """Count the rows that ask for something."""
        return sum(row.is_carried_out for row in self.rows)

    @property
    def over(self) -> int:
        """Count the rows that ask for something, and of which nothing is left to be done."""
        asking = (state for row, state in zip(self.rows, self.states, strict=True) if row.is_carried_out)
        return sum(state in _OVER for state in asking)


def is_number(name: str) -> bool:
    """Say whether a batch is named by its number in its firm: no id is made of digits alone."""
    return name.isascii() and name.isdecimal()


class BatchDesk:
    """The acts. What they change is written to the database; gateways do the rest."""

    def __init__(self, database: Database) -> None:
        self._batches = Batches(database)
        self._ends = BatchEnds(database)
        self._matches = MatchesUndone(database)
        self._unmatches = UnmatchesUndone(database)
        self.one = self._batches.one
        self.page = self._batches.page
        self.of_firm_under_way = self._batches.of_firm_under_way
        self.reverting = self._batches.reverting

    async def named(self, firm: FirmId, name: str) -> Batch | None:
        """Give a firm's batch by its id, or by its number as people say it; None: it has none."""
        if is_number(name):
            return await self._batches.numbered(firm, int(name))
        batch = await self._batches.one(name)
        return batch if batch is not None and batch.firm_id == firm else None

    async def does(self, batch: Batch) -> frozenset[Do]:
        """Say what a batch asks for, of any of its rows."""
        return frozenset(row.do for row in await self._batches.rows(batch.id))

    async def begin(
        self,
        id_: str,
        firm: FirmId,
        rows: Sequence[BatchRow],
        *,
        by: str,
        at: datetime,
        reason: str | None,
        reverts: str | None = None,
        forget: Collection[str] = (),
    ) -> Batch:
        """Take rows in, to be carried out. Asked for again under the same id, it is the same batch. `forget`: choices that it carries out.

        Raises:
            BatchRefusedError: another one is under way, or nothing is asked for.
        """
        if not any(row.is_carried_out for row in rows):
            raise BatchRefusedError("nothing_to_do")
        try:
            return await self._batches.add(
                id_=id_, firm=firm, rows=rows, by=by, at=at, reason=reason, reverts=reverts, forget=forget
            )
        except UnderWayError as other:
            raise _under_way(other.batch) from None

    async def shown(self, batch: Batch, choose: ChoosePart = all_of_them) -> Shown:
        """Show a batch as it stands. `choose`: which rows are looked at closely; the others only count."""
        rows = await self._batches.rows(batch.id)
        look = await self._ends.look(batch, rows, choose)
        return Shown(batch, rows, look.states, look.numbers, look.ends)

    async def stop(self, batch: Batch, *, by: str, at: datetime) -> None:
        """Ask for nothing more of it; what is asked for already is carried out. Stopped before, nothing changes.

        Raises:
            BatchRefusedError: there is nothing left to stop.
        """
        if batch.cancelled_at is None and not await self._batches.cancel(batch.id, by=by, at=at):
            now = await self._batches.one(batch.id)
            if now is None or now.cancelled_at is None:
                raise BatchRefusedError("batch_ended")

    async def to_revert(self, batch: Batch, at: datetime) -> Sequence[RevertedRow]:
        """Say what taking it back would do, row by row; nothing is changed. `at`: when it would be asked for."""
        rows = await self._batches.rows(batch.id)
        matches = await self._ends.to_revert(batch, rows)
        told = [
            *await self._matches.with_values(batch.firm_id, matches, at),
            *await self._unmatches.to_revert(batch, rows, at),
        ]
        return sorted(told, key=lambda each: each.number)

    async def refusal_of_revert(self, batch: Batch, told: Sequence[RevertedRow]) -> BatchRefusedError | None:
        """Say why a batch would not be taken back as things are; None: it would. `told`: what that would do."""
        if batch.is_under_way:
            return BatchRefusedError("batch_not_ended")
        if not any(each.is_carried_out for each in told):
            return BatchRefusedError("nothing_to_revert")
        other = await self._batches.of_firm_under_way(batch.firm_id)
        return _under_way(other) if other is not None else None

    async def revert(
        self,
        id_: str,
        batch: Batch,
        *,
        by: str,
        at: datetime,
        reason: str | None,
        put_values_back: bool = False,
        seen: Collection[str] | None = None,
    ) -> Batch:
        """Take a batch back, by another one. `put_values_back`: QuickBooks gets what its matches replaced.

        `seen`: what stands for each row as its person saw it (`row_seen`). A row that is otherwise by now is left as it is, and named in
        the batch that is made. None: no check.

        Raises:
            BatchRefusedError: it is under way, nothing of it is left to be taken back, no row is as it was seen, or another one is under way.
        """
        if (known := await self._batches.one(id_)) is not None:
            return known
        told = await self.to_revert(batch, at)
        if (refused := await self.refusal_of_revert(batch, told)) is not None:
            raise refused
        rows = [*_rows(told, seen, put_values_back=put_values_back)]
        if not any(row.is_carried_out for row in rows):
            raise BatchRefusedError("revert_moved")
        return await self.begin(id_, batch.firm_id, rows, by=by, at=at, reason=reason, reverts=batch.id)


def _rows(
    told: Sequence[RevertedRow], seen: Collection[str] | None, *, put_values_back: bool
) -> Iterator[BatchRow]:
    as_seen = frozenset(seen) if seen is not None else None
    for each in told:
        if as_seen is not None and row_seen(each) not in as_seen:
            yield each.as_moved()
        elif each.is_carried_out:
            yield each.as_row(put_values_back=put_values_back)


def _under_way(batch: Batch) -> BatchRefusedError:
    return BatchRefusedError("batch_under_way", {"batch": batch.id, "number": str(batch.number)})
