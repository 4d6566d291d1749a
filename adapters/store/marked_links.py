"""The clients that a mark of their rows says something of: that something is held, or due to be sent."""

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from adapters.store.cursors import cursor_of, text_key
from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from adapters.store.status import status_word
from adapters.store.views import LinkView, MarkedPage
from domain.ids import FirmId

PAGE = 50


class MarkedLinks:
    """The query, by the column that is the mark. A cursor that we did not give out raises `WrongCursorError`."""

    def __init__(self, database: Database, mark: ColumnElement[bool]) -> None:
        self._database = database
        self._mark = mark

    async def page(self, firm: FirmId, *, cursor: str | None = None, limit: int = PAGE) -> MarkedPage:
        """List them by name, each with its customer; `total` counts them all."""
        links, customers = read_links.c, read_customers.c
        marked = and_(links.firm_id == firm, self._mark)
        beside = and_(customers.firm_id == links.firm_id, customers.customer_id == links.customer_id)
        wanted = (
            select(links.name_order, links.client_id, links.row, customers.row)
            .select_from(read_links.outerjoin(read_customers, beside))
            .where(marked)
        )
        if cursor is not None:
            wanted = wanted.where(tuple_(links.name_order, links.client_id) > tuple_(*text_key(cursor)))
        wanted = wanted.order_by(links.name_order, links.client_id).limit(limit + 1)
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted)).all()
            total = await connection.scalar(select(func.count()).select_from(read_links).where(marked))
        views = []
        for _, _, row, customer in found[:limit]:
            link = link_row(row)
            beside_it = customer_row(customer) if customer is not None else None
            views.append(LinkView(status=status_word(link), row=link, customer=beside_it))
        return MarkedPage(
            clients=tuple(views),
            total=total or 0,
            cursor=cursor_of(*found[limit - 1][:2]) if len(found) > limit else None,
        )
