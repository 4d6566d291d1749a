"""What is asked of QuickBooks and Canopy and not done yet: what would be sent at once if nothing held it."""

from collections.abc import Mapping

from sqlalchemy import func, select, union_all

from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from adapters.store.views import PendingPage, PendingView
from domain.effects import CreateClient, Effect, Write
from domain.ids import ClientId, CustomerId, FirmId

PAGE = 50


class PendingWork:
    """The queries. A firm's own lists and sweeps are not among it: they change nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_firm(self, firm: FirmId, *, limit: int = PAGE) -> PendingPage:
        """Give what is pending in a firm: its clients' work, then its customers'."""
        links, customers = read_links.c, read_customers.c
        of_links = select(links.row).where(links.has_work, links.firm_id == firm).order_by(links.client_id)
        of_customers = select(customers.row).where(customers.has_work, customers.firm_id == firm)
        of_customers = of_customers.order_by(customers.customer_id)
        counted = (
            select(func.count()).select_from(wanted.order_by(None).subquery()).scalar_subquery()
            for wanted in (of_links, of_customers)
        )
        async with reading(self._database) as connection:
            first, second = (await connection.execute(select(*counted))).one()
            asking = [link_row(row) for row in await connection.scalars(of_links.limit(limit))]
            asked = [customer_row(row) for row in await connection.scalars(of_customers.limit(limit))]
        work = [
            *(_shown(effect, row.client_id, row.customer_id) for row in asking for effect in row.pending),
            *(_shown(effect, None, row.customer_id) for row in asked for effect in row.pending),
        ]
        return PendingPage(work=tuple(work[:limit]), rows=first + second)

    async def by_firm(self) -> Mapping[FirmId, int]:
        """Count the clients and customers with pending work, by firm."""
        links, customers = read_links.c, read_customers.c
        asking = union_all(
            select(links.firm_id).where(links.has_work), select(customers.firm_id).where(customers.has_work)
        ).subquery()
        counted = select(asking.c.firm_id, func.count()).group_by(asking.c.firm_id).order_by(asking.c.firm_id)
        async with reading(self._database) as connection:
            return dict((await connection.execute(counted)).all())


def _shown(effect: Effect, client: ClientId | None, customer: CustomerId | None) -> PendingView:
    if not isinstance(effect, Write | CreateClient):
        return PendingView(what=effect.kind, client_id=client, customer_id=customer)
    return PendingView(
        what=effect.kind,
        client_id=client,
        customer_id=customer,
        fields=tuple(effect.values),
        asked_by=effect.asked_by,
        since=effect.planned_at,
    )
