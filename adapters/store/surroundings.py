"""The rows around a client: with them the domain says how it stands, what can be done, and what its question can be answered with."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, select

from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, firm_row, link_row
from domain.ids import CustomerId, FirmId
from domain.rows import LinkRow
from domain.table import Table


class Surroundings:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId, links: Sequence[LinkRow]) -> Table:
        """Give the firm, the customers that links have, had or are asked about, what those went into, and who has them."""
        table = Table()
        wanted = {customer for link in links for customer in _named(link)}
        async with reading(self._database) as connection:
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
