"""What people have asked for in bulk, as they asked for it, and what was said of each: stopped, all of it done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.cursors import cursor_of, number_key
from adapters.store.database import Database
from adapters.store.kept_tables import batch_rows, batches, match_choices
from adapters.store.lately import Lately
from adapters.store.sent_together import SentTogether
from adapters.store.upsert import insert_first
from domain.batches import BatchRow
from domain.ids import FirmId

PAGE = 50
MOST_BATCHES = 2**31 - 1
"""The largest number that the column takes."""
MOST_KEPT = 8
AT_ONCE = 500
"""Rows that are named in one statement: a database takes no more parameters than some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`number`: of the firm's batches. `reverts`: the id of the batch that it takes back. `ended_at`: all of it is done, or refused."""

    id: str
    firm_id: FirmId
    number: int
    rows: int
    asked_at: datetime
    asked_by: str
    reason: str | None
    reverts: str | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    ended_at: datetime | None

    @property
    def sent_by(self) -> str:
        """Name in whose name its intents are sent."""
        return self.asked_by

    @property
    def is_under_way(self) -> bool:
        """Say whether something is left to be asked for, or waited for."""
        return self.ended_at is None and self.cancelled_at is None


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Batches, the newest first."""

    batches: tuple[Batch, ...]
    cursor: str | None


class UnderWayError(Exception):
    """Another batch of the firm is under way: `batch`."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"batch {batch.number} is under way")
        self.batch = batch


class Batches(SentTogether):
    """The queries."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, batches)
        self._rows = Lately[str, tuple[BatchRow, ...]](MOST_KEPT)

    async def add(
        self,
        *,
        id_: str,
        firm: FirmId,
        rows: Sequence[BatchRow],
        by: str,
        at: datetime,
        reason: str | None,
        reverts: str | None = None,
        forget: Collection[str] = (),
    ) -> Batch:
        """Keep a batch, and forget the choices that it carries out; both or none. Of one id the first is kept.

        Raises:
            UnderWayError: one at a time.
        """
        async with self._database.write() as connection:
            if (known := await _one(connection, id_)) is not None:
                return known
            number = await connection.scalar(
                select(func.coalesce(func.max(batches.c.number), 0) + 1).where(batches.c.firm_id == firm)
            )
            head = {
                "id": id_,
                "firm_id": firm,
                "number": number,
                "rows": len(rows),
                "asked_at": at,
                "asked_by": by,
                "reason": reason,
                "reverts": reverts,
            }
            if await insert_first(connection, batches, head):
                await _put_rows(connection, id_, rows)
                await _forget(connection, firm, forget)
            made, other = await _one(connection, id_), await _under_way(connection, firm)
        if made is not None:
            return made
        if other is None:  # it ended in this moment, or another one took the number
            return await self.add(
                id_=id_, firm=firm, rows=rows, by=by, at=at, reason=reason, reverts=reverts, forget=forget
            )
        raise UnderWayError(other)

    async def one(self, id_: str) -> Batch | None:
        """Give a batch; None: there is none of this id."""
        async with self._database.read() as connection:
            return await _one(connection, id_)

    async def numbered(self, firm: FirmId, number: int) -> Batch | None:
        """Give a batch by its number in its firm; None: there is none."""
        wanted = select(batches).where(
            batches.c.firm_id == firm, batches.c.number == min(number, MOST_BATCHES)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().one_or_none()
        return _batch(found) if found is not None else None

    async def of_firm_under_way(self, firm: FirmId) -> Batch | None:
        """Give the batch of a firm that is under way."""
        async with self._database.read() as connection:
            return await _under_way(connection, firm)

    async def reverting(self, id_: str) -> Batch | None:
        """Give the newest batch that takes a batch back."""
        wanted = select(batches).where(batches.c.reverts == id_).order_by(batches.c.number.desc()).limit(1)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().first()
        return _batch(found) if found is not None else None

    async def page(self, firm: FirmId, *, cursor: str | None = None, limit: int = PAGE) -> BatchPage:
        """List a firm's batches, the newest first."""
        wanted = select(batches).where(batches.c.firm_id == firm)
        if cursor is not None:
            (last,) = number_key(cursor, 1)
            wanted = wanted.where(batches.c.number < max(min(last, MOST_BATCHES), 0))
        wanted = wanted.order_by(batches.c.number.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            found = [_batch(each) for each in (await connection.execute(wanted)).mappings()]
        more = len(found) > limit
        return BatchPage(
            batches=tuple(found[:limit]), cursor=cursor_of(found[limit - 1].number) if more else None
        )

    async def under_way(self) -> tuple[Batch, ...]:
        """Give those of which something may be left to ask for, of all firms."""
        known = batches.c
        wanted = select(batches).where(known.ended_at.is_(None), known.cancelled_at.is_(None))
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.order_by(known.asked_at, known.id))).mappings()
            return tuple(_batch(each) for each in found)

    async def rows(self, id_: str) -> tuple[BatchRow, ...]:
        """Give a batch's rows, in their order. They are as they were asked for, so they are read once."""
        if (known := self._rows.get(id_)) is not None:
            return known
        lines = batch_rows.c
        wanted = select(batch_rows).where(lines.batch_id == id_).order_by(lines.number)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        rows = tuple(
            BatchRow(**{name: each[name] for name in each if name not in ("batch_id", "number")})
            for each in found
        )
        return self._rows.keep(id_, rows) if rows else rows


async def _put_rows(connection: AsyncConnection, id_: str, rows: Sequence[BatchRow]) -> None:
    lines = [
        {
            "batch_id": id_,
            "number": number,
            "do": row.do,
            "client_id": row.client_id,
            "customer_id": row.customer_id,
            "link_version": row.link_version,
            "customer_sync_token": row.customer_sync_token,
        }
        for number, row in enumerate(rows)
    ]
    if lines:
        await connection.execute(insert(batch_rows), lines)


async def _forget(connection: AsyncConnection, firm: FirmId, rows: Collection[str]) -> None:
    known, named = match_choices.c, sorted(rows)
    for at in range(0, len(named), AT_ONCE):
        some = [(firm, each) for each in named[at : at + AT_ONCE]]
        await connection.execute(delete(match_choices).where(tuple_(known.firm_id, known.row).in_(some)))


async def _one(connection: AsyncConnection, id_: str) -> Batch | None:
    found = (await connection.execute(select(batches).where(batches.c.id == id_))).mappings().one_or_none()
    return _batch(found) if found is not None else None


async def _under_way(connection: AsyncConnection, firm: FirmId) -> Batch | None:
    known = batches.c
    wanted = select(batches).where(
        known.firm_id == firm, known.ended_at.is_(None), known.cancelled_at.is_(None)
    )
    found = (await connection.execute(wanted)).mappings().one_or_none()
    return _batch(found) if found is not None else None


def _batch(head: Any) -> Batch:
    return Batch(**{name: head[name] for name in head if name not in ("sender", "sender_seen_at")})
