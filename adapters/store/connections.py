"""Which QuickBooks company belongs to which firm: the authority for webhooks, read at each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from adapters.store.database import Database
from adapters.store.kept_tables import connections
from adapters.store.locks import hold_table
from adapters.store.upsert import insert_or_replace
from domain.ids import FirmId, RealmId

Status = Literal["connected", "disconnected"]

MOST_ASKED = 1000
"""Realms in one question; each is a parameter, and databases take no more than some thousands."""


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A company that is or was connected to a firm."""

    realm_id: RealmId
    firm_id: FirmId
    status: Status


class RealmTakenError(Exception):
    """The company is connected to another firm."""


class Connections:
    """A firm has one connected company at most, a company one firm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_realms(self, realms: Iterable[RealmId]) -> dict[RealmId, StoredConnection]:
        """Name the firms of companies; those that no firm ever connected are left out."""
        found: dict[RealmId, StoredConnection] = {}
        wanted = sorted(realms)
        async with self._database.read() as connection:
            for at in range(0, len(wanted), MOST_ASKED):
                some = connections.c.realm_id.in_(wanted[at : at + MOST_ASKED])
                for row in await connection.execute(select(connections).where(some)):
                    found[row.realm_id] = StoredConnection(row.realm_id, row.firm_id, row.status)
        return found

    async def of_realm(self, realm: RealmId) -> StoredConnection | None:
        """Name the firm of a company; None if no firm ever connected it."""
        async with self._database.read() as connection:
            found = await connection.execute(select(connections).where(connections.c.realm_id == realm))
            row = found.one_or_none()
        return StoredConnection(row.realm_id, row.firm_id, row.status) if row else None

    async def of_firm(self, firm: FirmId) -> StoredConnection | None:
        """Name the company that a firm connected last, and whether it still is; None: it never did."""
        known = connections.c
        last = select(connections).where(known.firm_id == firm).order_by(known.created_at.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(last)).one_or_none()
        return StoredConnection(row.realm_id, row.firm_id, row.status) if row else None

    async def connect(self, firm: FirmId, realm: RealmId, now: datetime) -> None:
        """Connect a company to a firm; one that the firm had before is let go.

        Raises:
            RealmTakenError: another firm has it.
        """
        async with self._database.write() as connection:
            # Of two firms that connect the same company at once, one comes first.
            await hold_table(connection, connections)
            taken = await connection.scalar(
                select(connections.c.firm_id).where(
                    connections.c.realm_id == realm,
                    connections.c.firm_id != firm,
                    connections.c.status == "connected",
                )
            )
            if taken is not None:
                raise RealmTakenError(f"realm {realm} is connected to another firm")
            await connection.execute(
                update(connections)
                .where(connections.c.firm_id == firm, connections.c.realm_id != realm)
                .values(status="disconnected")
            )
            row = {"realm_id": realm, "firm_id": firm, "status": "connected", "created_at": now}
            await insert_or_replace(connection, connections, [row])

    async def disconnect(self, firm: FirmId) -> None:
        """Let a firm's company go. Its row stays, so its webhooks are known until another firm connects it."""
        async with self._database.write() as connection:
            await connection.execute(
                update(connections).where(connections.c.firm_id == firm).values(status="disconnected")
            )
