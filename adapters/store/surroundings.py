"""The rows around a client: with them the domain says how it stands, what can be done, and what its question can be answered with."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, firm_row, link_row
from adapters.store.text_column import folded
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import LinkRow
from domain.table import Table


class Surroundings:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId, links: Sequence[LinkRow], *, also: Iterable[CustomerId] = ()) -> Table:
        """Give the firm, the customers that links have, had or are asked about, what those went into, and who has them.

        `also`: other customers that are meant.
        """
        wanted = {customer for link in links for customer in _named(link)}.union(also)
        async with reading(self._database) as connection:
            return await _around(connection, firm, wanted)

    async def of_restore(self, firm: FirmId, client: ClientId, customer: CustomerId | None) -> Table:
        """Give all that decides what a restore of a client would do: its link, and the customers of its name too.

        `customer`: whom it would come back with, where that is not the one that an unmatch took away.
        """
        links = read_links.c
        own = select(links.row).where(links.firm_id == firm, links.client_id == client)
        async with reading(self._database) as connection:
            found = await connection.scalar(own)
            if found is None:
                return Table()
            link = link_row(found)
            wanted = _named(link) | ({customer} if customer is not None else set())
            wanted |= await _of_its_name(connection, link)
            table = await _around(connection, firm, wanted)
        table.put(link)
        return table


async def _around(connection: AsyncConnection, firm: FirmId, wanted: set[CustomerId]) -> Table:
    """Give the firm, customers, what those went into, and who has them."""
    table = Table()
    of_firm = await connection.scalar(select(read_firms.c.row).where(read_firms.c.firm_id == firm))
    if of_firm is not None:
        table.put(firm_row(of_firm))
    asked: set[CustomerId] = set()
    while wanted - asked:
        found = (await connection.execute(_customers(firm, wanted - asked))).all()
        asked |= wanted
        for row, link in found:
            customer = customer_row(row)
            table.put(customer)
            if link is not None:
                table.put(link_row(link))
            if customer.merged_into is not None:
                wanted.add(customer.merged_into)
    return table


async def _of_its_name(connection: AsyncConnection, link: LinkRow) -> set[CustomerId]:
    """Name the customers that are called as the client is, by what people see."""
    name = link.client.values.get(Field.DISPLAY_NAME) if link.client is not None else None
    if not isinstance(name, str) or not folded(name):
        return set()
    customers = read_customers.c
    alike = select(customers.customer_id).where(
        customers.firm_id == link.firm_id, customers.name == folded(name)
    )
    return {CustomerId(each) for each in await connection.scalars(alike)}


def _customers(firm: FirmId, wanted: Iterable[CustomerId]) -> Select[Any]:
    customers, links = read_customers.c, read_links.c
    holder = and_(links.firm_id == customers.firm_id, links.customer_id == customers.customer_id)
    return (
        select(customers.row, links.row)
        .select_from(read_customers.outerjoin(read_links, holder))
        .where(customers.firm_id == firm, customers.customer_id.in_(wanted))
    )


def _named(link: LinkRow) -> set[CustomerId]:
    """Name its own customer, whom its question is about, and whom a restore would give back."""
    own = {link.customer_id} if link.customer_id is not None else set[CustomerId]()
    problem, former = link.problem, link.former
    known = own | ({former.customer_id} if former is not None else set())
    if problem is None:
        return known
    about = known | ({problem.customer_id} if problem.customer_id is not None else set())
    return about | {CustomerId(holder.id) for holder in problem.holders or () if holder.kind == "customer"}
