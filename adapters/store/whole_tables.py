"""Reads all that was built from one partition of the log, for who compares it with the log."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import ColumnElement, RowMapping, Table, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import projector_positions
from adapters.store.database import Database
from adapters.store.erasing import MARK
from adapters.store.kept_tables import history
from adapters.store.projected_rows import columns_beside, line_of
from adapters.store.projection import LOG, Projection
from adapters.store.read_tables import read_all, read_customers, read_firms, read_links
from adapters.store.row_json import any_row
from adapters.store.text_column import storable
from domain.erasure import change_without_values, past_without_values
from domain.ids import ClientId, CustomerId, FirmId, all_key, customer_key, firm_key, link_key
from domain.inputs import Cause
from domain.projection import Decided
from domain.rows import CustomerRow, LinkRow, Row

PAGE = 500

Shown = RowMapping
"""A line of a table, by column."""


_JSON = ("changes", "facts")
_FIRST = (
    *("row_key", "version", "verdict", "code", "actor", "time", "input_topic", "input_id", "reason", "batch"),
    *("engine", "changes", "facts", "row"),
)
"""The order of the columns that each line begins with."""
# A million lines are read here, and nearly all of them hold an empty list and an empty object.
_AS_WRITTEN = [
    cast(column, Text).label(column.name) if column.name in _JSON else column
    for column in (*(history.c[name] for name in _FIRST), *(c for c in history.c if c.name not in _FIRST))
]


class Look:
    """One consistent look at the read model."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def shown(self, partition: int) -> int | None:
        """Give the next offset of the log that is not shown; None: nothing of this partition ever was."""
        positions = projector_positions.c
        at = await self._connection.scalar(
            select(positions.next_offset).where(positions.stream == LOG, positions.partition == partition)
        )
        return int(at) if at is not None else None

    async def firms(self) -> frozenset[FirmId]:
        """Name the firms that any row is shown of."""
        found: set[FirmId] = set()
        for table in (read_firms, read_links, read_customers):
            found |= set(await self._connection.scalars(select(table.c.firm_id).distinct()))
        return frozenset(found)

    async def of_all(self, partition: int) -> AsyncIterator[tuple[str, str, Shown]]:
        """Give what goes for all firms of a partition: the key of its row, its table, its columns."""
        found = await self._connection.execute(select(read_all).where(read_all.c.partition == partition))
        for line in found.mappings():
            yield all_key(partition), read_all.name, line

    async def of_firm(self, firm: FirmId) -> AsyncIterator[tuple[str, str, Shown]]:
        """Give all that is shown of a firm, likewise."""
        found = await self._connection.execute(select(read_firms).where(read_firms.c.firm_id == firm))
        for line in found.mappings():
            yield firm_key(firm), read_firms.name, line
        async for line in self._pages(read_links, firm, read_links.c.client_id):
            yield link_key(firm, ClientId(line["client_id"])), read_links.name, line
        async for line in self._pages(read_customers, firm, read_customers.c.customer_id):
            yield customer_key(firm, CustomerId(line["customer_id"])), read_customers.name, line

    async def _pages(self, table: Table, firm: FirmId, own: ColumnElement[str]) -> AsyncIterator[Shown]:
        after = ""
        while True:
            wanted = select(table).where(table.c.firm_id == firm, own > after).order_by(own).limit(PAGE)
            page = (await self._connection.execute(wanted)).mappings().all()
            for line in page:
                yield line
            if len(page) < PAGE:
                return
            after = page[-1][own.name]


class WholeTables:
    """The tables as they are, complete or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Look at the read model; what is read until the end of the block fits together."""
        async with self._database.read() as connection:
            yield Look(connection)

    async def history(self, partition: int, first: int, end: int) -> Sequence[Any]:
        """Give the lines of history from offset `first` up to before `end`, in their order.

        Each begins with key, version, verdict, code, actor, time, topic and id of its input, reason, batch and the version that
        decided; then changes, facts and row as they are written.
        """
        lines = history.c
        wanted = select(*_AS_WRITTEN).where(
            lines.partition == partition, lines.offset >= first, lines.offset < end
        )
        async with self._database.read() as connection:
            return (await connection.execute(wanted.order_by(lines.offset))).all()

    async def last_in_history(self, partition: int) -> int | None:
        """Give the last offset that history has a line of."""
        lines = history.c
        wanted = select(func.max(lines.offset)).where(lines.partition == partition)
        async with self._database.read() as connection:
            last = await connection.scalar(wanted)
        return int(last) if last is not None else None

    async def rows_with_gaps(self) -> int:
        """Count the rows of which history lacks decisions between others that it has."""
        lines = history.c
        between = func.max(lines.version) - func.min(lines.version) + 1
        gaps = select(lines.row_key).group_by(lines.row_key).having(func.count() != between).subquery()
        async with self._database.read() as connection:
            return int(await connection.scalar(select(func.count()).select_from(gaps)) or 0)

    async def shown(self) -> Mapping[int, int]:
        """Say how far the log is shown, by partition."""
        return await Projection(self._database).log_positions()


def row_shown(key: str, shown: Shown) -> Row | None:
    """Read the row that a line shows; None: it can't be read."""
    try:
        return any_row(key, shown["row"])
    except (ValidationError, orjson.JSONDecodeError):
        return None


def wrong_columns(row: Row, shown: Shown) -> list[str]:
    """Name the columns of a read table that are not what follows from the row, `row` itself left out."""
    return list(_different(columns_beside(row), shown))


def wrong_in_history(decided: Decided, cause: Cause, stored: Mapping[str, Any]) -> list[str]:
    """Name the columns of a line of history that are not what was decided. A line of before versions were kept says of none."""
    read = {**stored, **{name: orjson.loads(stored[name]) for name in _JSON}}
    expected = line_of(*_as_kept(decided, cause, stored["row"]))
    if stored["engine"] is None:
        del expected["engine"]
    return list(_different(expected, read))


def _as_kept(decided: Decided, cause: Cause, stored: str) -> tuple[Decided, Cause]:
    """Give a decision as history keeps it: without values, where its person was erased since."""
    row = decided.row
    kept = any_row(row.key, stored) if MARK in stored else None
    if not isinstance(row, LinkRow | CustomerRow) or not isinstance(kept, LinkRow | CustomerRow):
        return decided, cause
    if kept.erased is None or kept.erased == row.erased:
        return decided, cause
    changes = tuple(change_without_values(change) for change in decided.changes)
    emptied = replace(decided, row=past_without_values(row, kept.erased), changes=changes)
    return emptied, replace(cause, reason=None)


def _different(expected: Mapping[str, object], found: Mapping[Any, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if found[name] != (storable(value) if isinstance(value, str) and name != "row" else value):
            yield name
