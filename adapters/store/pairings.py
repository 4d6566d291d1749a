"""A firm's two lists, paired: who is surely whom, who probably, and who is on one side alone.

Everybody of both lists counts, so it is made of all rows at once, beside the event loop, and kept until something is decided about the firm.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import builds_of
from adapters.store.built_tables import projector_positions
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.projection import LOG
from adapters.store.read_tables import read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, firm_row, link_row
from domain.ids import ClientId, CustomerId, FirmId
from domain.matching.lists import Lists
from domain.matching.of_rows import party_of_client, party_of_customer
from domain.matching.reasons import Bar
from domain.matching.suggestions import Pairing, pair_up
from domain.rows import CustomerRow, LinkRow
from domain.table import Table

MOST_KEPT = 4
"""So many firms' pairings are kept: one of ten thousand clients takes some 100 MB while it is made."""


Positions = Mapping[int, int]
"""By partition, the next offset of the log that is not shown yet."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What people read at a moment: which build of the tables, and how far it shows the log."""

    build: int
    positions: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """A pairing with the rows that it is about. `matched`: how many clients have a customer already.

    `known`: the firm and these rows, to ask what could be done with them; with none of them anybody is linked.
    """

    pairing: Pairing
    clients: dict[ClientId, LinkRow]
    customers: dict[CustomerId, CustomerRow]
    matched: int
    known: Table


class Pairings:
    """Makes them, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[FirmId, tuple[_Shown, Paired]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._forgotten = 0

    def forget(self) -> None:
        """Let go of all that is kept, and of what is being made: somebody was erased."""
        self._kept.clear()
        self._forgotten += 1

    async def of(self, firm: FirmId) -> Paired:
        """Pair a firm's clients and customers as they are now."""
        async with self._one_at_a_time:
            forgotten = self._forgotten
            async with reading(self._database) as connection:
                now = await _shown(connection)
                kept = self._kept.get(firm)
                if kept is not None and not await _decided_between(connection, firm, kept[0], now):
                    self._kept[firm] = now, kept[1]
                    return kept[1]
                links, customers = read_links.c, read_customers.c
                ours = select(links.row).where(links.firm_id == firm)
                theirs = select(customers.row).where(customers.firm_id == firm)
                of_links = (await connection.scalars(ours)).all()
                of_customers = (await connection.scalars(theirs)).all()
                of_firm = await connection.scalar(
                    select(read_firms.c.row).where(read_firms.c.firm_id == firm)
                )
            paired = await asyncio.to_thread(_paired, of_firm, of_links, of_customers)
            self._kept.pop(firm, None)
            if forgotten == self._forgotten:
                self._kept[firm] = now, paired
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return paired


async def _shown(connection: AsyncConnection) -> _Shown:
    positions = projector_positions.c
    wanted = select(positions.partition, positions.next_offset).where(positions.stream == LOG)
    shown = dict((await connection.execute(wanted)).all())
    return _Shown((await builds_of(connection, LOG)).shown, shown)


async def _decided_between(connection: AsyncConnection, firm: FirmId, then: _Shown, now: _Shown) -> bool:
    """Say whether anything was decided about a firm since then, or tables or log are others.

    By position and not by time: a decision has the time of its input, and inputs of one topic wait longer than others'.
    """
    before, after = then.positions, now.positions
    if then.build != now.build or any(after.get(partition, 0) < at for partition, at in before.items()):
        return True
    lines = history.c
    since = [
        and_(lines.partition == partition, lines.offset >= before.get(partition, 0), lines.offset < at)
        for partition, at in after.items()
        if at > before.get(partition, 0)
    ]
    if not since:
        return False
    found = select(literal(1)).where(lines.firm_id == firm, or_(*since)).limit(1)
    return await connection.scalar(found) is not None


def _paired(of_firm: str | None, of_links: Sequence[str], of_customers: Sequence[str]) -> Paired:
    clients = {row.client_id: row for row in map(link_row, of_links)}
    customers = {row.customer_id: row for row in map(customer_row, of_customers)}
    taken = {row.customer_id for row in clients.values() if row.customer_id is not None}
    ours = [party_of_client(row) for row in clients.values()]
    theirs = [party_of_customer(row, is_matched=row.customer_id in taken) for row in customers.values()]
    pairing = pair_up(Lists(ours, theirs))
    shown = {each.client_id for each in pairing.pairs}.union(pairing.only_clients)
    shown_customers = {each.customer_id for each in pairing.pairs}.union(pairing.only_customers)
    clients = {own_id: row for own_id, row in clients.items() if own_id in shown}
    customers = {own_id: row for own_id, row in customers.items() if own_id in shown_customers}
    known = Table()
    for row in (
        *([firm_row(of_firm)] if of_firm is not None else ()),
        *clients.values(),
        *customers.values(),
    ):
        known.put(row)
    return Paired(
        pairing=pairing,
        clients=clients,
        customers=customers,
        matched=sum(each.bar is Bar.ALREADY_MATCHED for each in ours),
        known=known,
    )
