"""A firm's customers, searched by what they are known by, each with the client that has it."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, tuple_

from adapters.store.cursors import cursor_of, text_key
from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from adapters.store.searched_words import Asked
from adapters.store.text_column import holds
from adapters.store.views import CustomerPage, CustomerView, LinkedTo
from domain.fields import Field
from domain.ids import CustomerId, FirmId
from domain.standing import CustomerState

PAGE = 50


class CustomerSearch:
    """The queries. A cursor that we did not give out raises `WrongCursorError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        firm: FirmId,
        *,
        by: Literal["display_name", "email"] = "display_name",
        q: str = "",
        linked: bool | None = None,
        free_first: bool = False,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> CustomerPage:
        """Search the firm's customers, the best first: by all words that they are found by, or by their email address alone.

        `linked` None: those that have a client and those not; `free_first`: these before those, and inactive ones last.
        """
        customers = read_customers.c
        key: ColumnElement[str]
        if by == "display_name":
            asked = Asked(q, customers.name, customers.found_by)
            found_so = asked.condition()
            key = customers.name_order if asked.is_for_all else asked.rank() + customers.name_order
        else:
            found_so, key = holds(customers.email, q), customers.email_order
        if free_first:
            is_free = and_(read_links.c.client_id.is_(None), customers.state != CustomerState.INACTIVE.value)
            key = case((is_free, literal("0")), else_=literal("1")) + key
        wanted = _customers(firm, key).where(customers.may_be_matched, found_so)
        if linked is not None:
            taken = read_links.c.client_id
            wanted = wanted.where(taken.is_not(None) if linked else taken.is_(None))
        if cursor is not None:
            wanted = wanted.where(tuple_(key, customers.customer_id) > tuple_(*text_key(cursor)))
        wanted = wanted.order_by(key, customers.customer_id).limit(limit + 1)
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted)).all()
        return CustomerPage(
            customers=tuple(_customer_view(each) for each in found[:limit]),
            cursor=cursor_of(*found[limit - 1][:2]) if len(found) > limit else None,
        )

    async def unmatched(self, firm: FirmId) -> int:
        """Count those that could have a client and have none."""
        customers, links = read_customers.c, read_links.c
        holder = and_(links.firm_id == customers.firm_id, links.customer_id == customers.customer_id)
        counted = (
            select(func.count())
            .select_from(read_customers.outerjoin(read_links, holder))
            .where(customers.firm_id == firm, customers.may_be_matched, links.client_id.is_(None))
        )
        async with reading(self._database) as connection:
            return await connection.scalar(counted) or 0

    async def one(self, firm: FirmId, customer: CustomerId) -> CustomerView | None:
        """Give one customer, also one that may not be matched."""
        customers = read_customers.c
        wanted = _customers(firm, customers.name_order).where(customers.customer_id == customer)
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted)).one_or_none()
        return _customer_view(found) if found is not None else None


def _customers(firm: FirmId, key: Any) -> Select[Any]:
    customers, links = read_customers.c, read_links.c
    holder = and_(links.firm_id == customers.firm_id, links.customer_id == customers.customer_id)
    return (
        select(key, customers.customer_id, customers.row, links.client_id, links.row)
        .select_from(read_customers.outerjoin(read_links, holder))
        .where(customers.firm_id == firm)
    )


def _customer_view(found: Any) -> CustomerView:
    _, _, row, client_id, link = found
    if client_id is None:
        return CustomerView(row=customer_row(row), linked_to=None)
    client = link_row(link).client
    name = client.values.get(Field.DISPLAY_NAME) if client else None
    linked_to = LinkedTo(client_id=client_id, display_name=name if isinstance(name, str) else None)
    return CustomerView(row=customer_row(row), linked_to=linked_to)
