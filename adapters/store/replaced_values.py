"""What the matches that stand now replaced in QuickBooks, as the history of their links tells: a row does not remember it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ScalarSelect, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from domain.decision import Change, Verdict
from domain.erasure import is_erased
from domain.fields import Values
from domain.ids import ClientId, FirmId, RowKey, client_in
from domain.rows import LinkRow
from domain.snapshots import Customer
from domain.values_back import NOTHING_REPLACED, Replaced, is_of_match, replaced_by, values_back

AT_ONCE = 400
FIRST_LINES = 12
"""Of so many lines a match seldom has more. What comes after its end is not read, however long the history is."""

MORE_LINES = 4
"""Of a match that goes on, so many times as many are read next."""

LAST = 2**63 - 1
"""No offset is as large."""

MAY_MATCH = ("match", "answer")
_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])


@dataclass(slots=True)
class _Match:
    """One match, from its decision at `begins`, a partition and an offset, to the one that ended it. `key`: of its link."""

    key: RowKey
    begins: tuple[int, int]
    changes: list[Change] = field(default_factory=list)
    is_over: bool = False

    def go_on(self, line: Any) -> None:
        """Take the next line of its row."""
        if self.is_over:
            return
        row = link_row(line.row)
        self.is_over = not is_of_match(row)
        if not self.is_over and not is_erased(row, line.time):
            self.changes += _CHANGES.validate_python(line.changes)


class ReplacedValues:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId, client: ClientId) -> Replaced:
        """Give what the match of one client replaced; nothing, if no match has linked it."""
        return (await self.of_clients(firm, [client])).get(client, NOTHING_REPLACED)

    async def of_clients(self, firm: FirmId, clients: Sequence[ClientId]) -> Mapping[ClientId, Replaced]:
        """Give it of each client whose match has replaced something."""
        found: dict[ClientId, Replaced] = {}
        async with reading(self._database) as connection:
            for first in range(0, len(clients), AT_ONCE):
                found |= await _replaced(connection, firm, clients[first : first + AT_ONCE])
        return found

    async def to_put_back(self, firm: FirmId, clients: Sequence[ClientId]) -> Mapping[ClientId, Values]:
        """Give of each client what QuickBooks had before the match, where it still has what the match wrote."""
        replaced = await self.of_clients(firm, clients)
        named, values = list(replaced), dict[ClientId, Values]()
        async with reading(self._database) as connection:
            for first in range(0, len(named), AT_ONCE):
                some = named[first : first + AT_ONCE]
                for client, customer in (await _customers(connection, firm, some)).items():
                    values[client] = values_back(replaced[client], customer)
        return values


async def _customers(
    connection: AsyncConnection, firm: FirmId, clients: Sequence[ClientId]
) -> Mapping[ClientId, Customer | None]:
    links, customers = read_links.c, read_customers.c
    beside = and_(customers.firm_id == links.firm_id, customers.customer_id == links.customer_id)
    wanted = (
        select(links.client_id, customers.row)
        .select_from(read_links.join(read_customers, beside))
        .where(links.firm_id == firm, links.client_id.in_(clients))
    )
    found = (await connection.execute(wanted)).all()
    return {ClientId(client): customer_row(row).customer for client, row in found}


async def _replaced(
    connection: AsyncConnection, firm: FirmId, clients: Sequence[ClientId]
) -> dict[ClientId, Replaced]:
    matches = await _newest_matches(connection, await _linked(connection, firm, clients))
    first, lines = 0, FIRST_LINES
    while going_on := [match for match in matches.values() if not match.is_over]:
        read = await connection.execute(_lines_of(going_on, first, lines))
        found = sorted((line for line in read if line.offset is not None), key=lambda line: line.offset)
        for line in found:
            matches[client_in(line.row_key)].go_on(line)
        if not found:
            break
        first, lines = first + lines, lines * MORE_LINES
    told = {client: replaced_by(match.changes) for client, match in matches.items()}
    return {client: replaced for client, replaced in told.items() if replaced}


def _lines_of(matches: Sequence[_Match], first: int, number: int) -> Select[Any]:
    """Select a range of the lines of each row from its match on; `first`: how many are left out. Of a row without one, nulls."""
    lines, begin = history.c, history.alias("begin").c

    def place_of(nth: int) -> ScalarSelect[int]:
        own = history.alias("own").c
        from_begin = select(own.offset).where(
            own.row_key == begin.row_key, own.partition == begin.partition, own.offset >= begin.offset
        )
        return (
            from_begin.order_by(own.offset)
            .offset(nth)
            .limit(1)
            .correlate(begin.row_key.table)
            .scalar_subquery()
        )

    in_range = and_(
        lines.row_key == begin.row_key,
        lines.partition == begin.partition,
        lines.offset >= place_of(first),
        lines.offset < func.coalesce(place_of(first + number), LAST),
    )
    # An outer join, so that SQLite begins with the matches; it would look through all of history to have its order.
    return (
        select(lines.offset, lines.row_key, lines.time, lines.row, lines.changes)
        .select_from(begin.row_key.table.outerjoin(history, in_range))
        .where(
            begin.row_key.in_([match.key for match in matches]),
            tuple_(begin.partition, begin.offset).in_([match.begins for match in matches]),
        )
    )


async def _linked(
    connection: AsyncConnection, firm: FirmId, clients: Sequence[ClientId]
) -> Mapping[ClientId, LinkRow]:
    links = read_links.c
    wanted = select(links.row).where(
        links.firm_id == firm, links.client_id.in_(clients), links.customer_id.is_not(None)
    )
    return {row.client_id: row for row in map(link_row, await connection.scalars(wanted))}


async def _newest_matches(
    connection: AsyncConnection, linked: Mapping[ClientId, LinkRow]
) -> dict[ClientId, _Match]:
    """Find of each client the last match with the customer that it has now."""
    lines = history.c
    wanted = select(lines.partition, lines.offset, lines.row_key, lines.code, lines.row).where(
        lines.row_key.in_([row.key for row in linked.values()]),
        lines.code.in_(MAY_MATCH),
        lines.verdict == Verdict.APPLIED.value,
    )
    newest: dict[ClientId, _Match] = {}
    # In the order of the index, so that of one row the newest is there at once.
    found = await connection.stream(wanted.order_by(lines.partition.desc(), lines.offset.desc()))
    async for line in found:
        client = client_in(line.row_key)
        if client in newest:
            continue
        row = link_row(line.row)
        # An answer to a question may be a match, too.
        is_match = line.code == "match" or is_of_match(row)
        if is_match and row.customer_id == linked[client].customer_id:
            newest[client] = _Match(key=line.row_key, begins=(line.partition, line.offset))
        if len(newest) == len(linked):
            break
    await found.close()
    return newest
