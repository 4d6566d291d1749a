"""What holds for a whole firm: its settings and its connection."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.read_tables import read_all, read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import all_row, firm_row
from adapters.store.views import ConnectionStatus, ConnectionView
from domain.firm_rows import AllFirmsRow, Connection, FirmRow
from domain.ids import FirmId
from domain.standing import Around


class FirmFacts:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def row(self, firm: FirmId) -> FirmRow:
        """Give the firm's row with its settings; of one that we never heard of, what holds by default."""
        async with reading(self._database) as connection:
            return await _firm(connection, firm)

    async def everybody(self, partition: int) -> AllFirmsRow:
        """Give what goes for all firms of a partition."""
        wanted = select(read_all.c.row).where(read_all.c.partition == partition)
        async with reading(self._database) as connection:
            row = await connection.scalar(wanted)
        return all_row(row) if row is not None else AllFirmsRow(partition=partition)

    async def around(self, firm: FirmId, partition: int) -> Around:
        """Give what holds for all clients of a firm, whose rows are in `partition`."""
        of_all = select(read_all.c.row).where(read_all.c.partition == partition)
        async with reading(self._database) as connection:
            facts = await _firm(connection, firm)
            row = await connection.scalar(of_all)
        return Around(facts, all_row(row) if row is not None else None)

    async def connection(self, firm: FirmId) -> ConnectionView:
        """Say to which QuickBooks company the firm is connected, and how much of both sides is known."""
        customers, links = read_customers.c, read_links.c
        known = (
            select(customers.may_be_matched, customers.is_job, func.count())
            .where(customers.firm_id == firm)
            .group_by(customers.may_be_matched, customers.is_job)
        )
        async with reading(self._database) as connection:
            facts = await _firm(connection, firm)
            counts = {(bool(may), bool(job)): n for may, job, n in await connection.execute(known)}
            clients = await connection.scalar(select(func.count()).where(links.firm_id == firm))
        row = facts.connection
        shut = shut_since(row) is not None
        return ConnectionView(
            reauthorise_since=shut_since(row),
            shut_by=row.shut_by if row and shut else None,
            status=connection_status(row),
            realm_id=row.realm_id if row else None,
            connected_at=row.connected_at if row else None,
            connected_by=row.connected_by if row else None,
            listed=row is not None and row.customers_listed and row.clients_listed,
            customers=counts.get((True, False), 0),
            sub_customers=counts.get((False, True), 0),
            clients=clients or 0,
            unreadable=facts.unreadable,
            heard=facts.heard,
        )


def connection_status(connection: Connection | None) -> ConnectionStatus:
    """Say in a word of the API how a firm is connected."""
    if connection is None:
        return "never_connected"
    return "connected" if connection.asleep_since is None else "disconnected"


def shut_since(connection: Connection | None) -> datetime | None:
    """Say since when a connected company lets us in no longer."""
    return connection.reauthorise_since if connection and connection.asleep_since is None else None


async def _firm(connection: AsyncConnection, firm: FirmId) -> FirmRow:
    row = await connection.scalar(select(read_firms.c.row).where(read_firms.c.firm_id == firm))
    return firm_row(row) if row is not None else FirmRow(firm_id=firm)
