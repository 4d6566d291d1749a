"""The rows of both sides that come near one client or customer: all that its suggestions depend on, and no more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from adapters.store.views import CustomerView, LinkedTo
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId
from domain.matching.keys import WEIGHTS, stored_keys
from domain.matching.lists import Lists
from domain.matching.of_rows import party_of_client, party_of_customer
from domain.matching.party import Party
from domain.rows import LinkRow

MOST_NEAR = 40
"""So many rows of a side are compared; those with most in common are read."""

RIVALRY = 3
"""For so many of the nearest it is looked who else of the other side is near them."""


@dataclass(frozen=True, slots=True)
class Near:
    """Rows by id. `customers` have the client that each is matched with."""

    clients: dict[ClientId, LinkRow]
    customers: dict[CustomerId, CustomerView]

    def lists(self, *more_clients: Party, more_customers: Iterable[Party] = ()) -> Lists:
        """Make lists of them, with others beside; of one id, the one that is given here counts."""
        customers = [
            party_of_customer(each.row, is_matched=each.linked_to is not None)
            for each in self.customers.values()
        ]
        return Lists(
            [*map(party_of_client, self.clients.values()), *more_clients], [*customers, *more_customers]
        )


class NearRows:
    """The queries. Each is one consistent look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def to_client(self, firm: FirmId, client: Party) -> Near:
        """Read the customers near a client, and the clients near it or near the first of those."""
        async with reading(self._database) as connection:
            customers = await _customers(connection, firm, stored_keys(client))
            first = Near({}, customers).lists(client).of_client(client.id)[:RIVALRY]
            rivals = {
                key
                for each in first
                for key in stored_keys(
                    party_of_customer(customers[CustomerId(each.customer_id)].row, is_matched=False)
                )
            }
            clients = await _clients(connection, firm, {*stored_keys(client), *rivals})
        return Near(clients, customers)

    async def to_customer(self, firm: FirmId, customer: Party) -> Near:
        """Read the clients near a customer, and the customers near it."""
        async with reading(self._database) as connection:
            keys = stored_keys(customer)
            return Near(await _clients(connection, firm, keys), await _customers(connection, firm, keys))


async def _clients(
    connection: AsyncConnection, firm: FirmId, keys: Collection[str]
) -> dict[ClientId, LinkRow]:
    links = read_links.c
    wanted = select(links.client_id, links.row).where(links.firm_id == firm, _shares(links.match_keys, keys))
    wanted = wanted.order_by(_weight(links.match_keys, keys).desc(), links.client_id).limit(MOST_NEAR)
    found = (await connection.execute(wanted)).all() if keys else []
    return {ClientId(each.client_id): link_row(each.row) for each in found}


async def _customers(
    connection: AsyncConnection, firm: FirmId, keys: Collection[str]
) -> dict[CustomerId, CustomerView]:
    customers, links = read_customers.c, read_links.c
    holder = and_(links.firm_id == customers.firm_id, links.customer_id == customers.customer_id)
    wanted = (
        select(customers.customer_id, customers.row, links.client_id, links.row.label("link"))
        .select_from(read_customers.outerjoin(read_links, holder))
        .where(customers.firm_id == firm, _shares(customers.match_keys, keys))
        .order_by(_weight(customers.match_keys, keys).desc(), customers.customer_id)
        .limit(MOST_NEAR)
    )
    found = (await connection.execute(wanted)).all() if keys else []
    return {CustomerId(each.customer_id): _view(each) for each in found}


def _shares(column: ColumnElement[str], keys: Collection[str]) -> ColumnElement[bool]:
    return or_(*(_has(column, key) for key in sorted(keys)))


def _weight(column: ColumnElement[str], keys: Collection[str]) -> ColumnElement[int]:
    """Add up what the shared keys say."""
    weights = [case((_has(column, key), WEIGHTS[key[0]]), else_=0) for key in sorted(keys)]
    return sum(weights[1:], start=weights[0])


def _has(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return column.contains(f" {key}")


def _view(found: Any) -> CustomerView:
    client = link_row(found.link).client if found.link is not None else None
    name = client.values.get(Field.DISPLAY_NAME) if client else None
    shown = name if isinstance(name, str) else None
    linked_to = LinkedTo(client_id=found.client_id, display_name=shown) if found.link is not None else None
    return CustomerView(row=customer_row(found.row), linked_to=linked_to)
