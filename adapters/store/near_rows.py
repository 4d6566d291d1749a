"""The rows of both sides that come near one client: all that its suggestions depend on, and no more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.match_keys import nearest
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from adapters.store.views import CustomerView, LinkedTo
from domain.fields import Field
from domain.ids import CustomerId, FirmId
from domain.matching.evidence import Evidence
from domain.matching.keys import stored_keys
from domain.matching.lists import Lists, Side
from domain.matching.of_rows import party_of_client, party_of_customer
from domain.matching.party import Party
from domain.rows import LinkRow

MOST_NEAR = 24
"""So many rows of a side are read, those with most in common: twice as many as are compared."""

RIVALRY = 3
"""For so many of the nearest it is looked who else of the other side is near them."""


@dataclass(frozen=True, slots=True)
class Near:
    """The clients and customers near one client, as matching sees them. `views`: those customers with who has them."""

    clients: list[Party]
    customers: Side
    views: dict[CustomerId, CustomerView]

    def lists(self, client: Party, more_customers: Iterable[Party] = ()) -> Lists:
        """Make lists of them, with others beside; of one id, the client that is given here counts."""
        more = list(more_customers)
        customers = Side([*self.customers.parties.values(), *more]) if more else self.customers
        return Lists([*self.clients, client], customers)


class NearRows:
    """The queries. Each is one consistent look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def to_client(self, firm: FirmId, client: Party) -> Near:
        """Read the customers near a client, and the clients near it or near the first of those."""
        async with reading(self._database) as connection:
            views = await _customers(connection, firm, stored_keys(client))
            customers = Side(
                party_of_customer(each.row, is_matched=each.linked_to is not None) for each in views.values()
            )
            lists = Lists([client], customers)
            first = [lists.customer(each.customer_id) for each in lists.of_client(client.id)[:RIVALRY]]
            keys = {*stored_keys(client), *(key for each in first for key in stored_keys(each))}
            rows = await _clients(connection, firm, keys)
        return Near([party_of_client(row) for row in rows], customers, views)

    async def evidence(self, row: LinkRow, view: CustomerView) -> Evidence:
        """Compare a client with a customer, near it or not, beside those who have the same email or phone."""
        client = party_of_client(row)
        customer = party_of_customer(view.row, is_matched=view.linked_to is not None)
        near = await self.to_client(row.firm_id, client)
        return near.lists(client, [customer]).compare(client.id, customer.id)


def _of_clients() -> Select[Any]:
    near, links = nearest("client", most=MOST_NEAR).subquery(), read_links.c
    return select(links.row).where(links.firm_id == bindparam("firm"), links.client_id == near.c.own_id)


def _of_customers() -> Select[Any]:
    near = nearest("customer", most=MOST_NEAR).subquery()
    customers, links = read_customers.c, read_links.c
    own = and_(customers.firm_id == bindparam("firm"), customers.customer_id == near.c.own_id)
    holder = and_(links.firm_id == customers.firm_id, links.customer_id == customers.customer_id)
    # In no order: to have one, SQLite would go through all of the firm's customers.
    return select(customers.customer_id, customers.row, links.client_id, links.row.label("link")).select_from(
        near.join(read_customers, own).outerjoin(read_links, holder)
    )


# Made once: to put one of them together takes longer than to find the rows.
_CLIENTS = _of_clients()
_CUSTOMERS = _of_customers()


async def _clients(connection: AsyncConnection, firm: FirmId, keys: Collection[str]) -> list[LinkRow]:
    asked = {"firm": firm, "keys": sorted(keys)}
    return [link_row(each) for each in await connection.scalars(_CLIENTS, asked)] if keys else []


async def _customers(
    connection: AsyncConnection, firm: FirmId, keys: Collection[str]
) -> dict[CustomerId, CustomerView]:
    asked = {"firm": firm, "keys": sorted(keys)}
    found = (await connection.execute(_CUSTOMERS, asked)).all() if keys else []
    return {CustomerId(each.customer_id): _view(each) for each in found}


def _view(found: Any) -> CustomerView:
    client = link_row(found.link).client if found.link is not None else None
    name = client.values.get(Field.DISPLAY_NAME) if client else None
    shown = name if isinstance(name, str) else None
    linked_to = LinkedTo(client_id=found.client_id, display_name=shown) if found.link is not None else None
    return CustomerView(row=customer_row(found.row), linked_to=linked_to)
