"""Which QuickBooks company belongs to which firm: what webhooks are looked up in.

The log is the authority: the firm's row there names its company, and this table follows it (`connections_of_log.py`).
All that is written here before the log says so is a claim: between the question whether a company is free and the
decision that it is the firm's, nobody else can get it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import case, delete, select

from adapters.store.connections_of_log import CLAIMED, mend
from adapters.store.database import Database
from adapters.store.kept_tables import connections
from adapters.store.locks import hold_table
from adapters.store.upsert import insert_or_replace
from adapters.store.views import ConnectionView
from domain.ids import FirmId, RealmId

Status = Literal["connected", "disconnected", "connecting"]

CLAIM_HOLDS = timedelta(minutes=10)
"""For so long the engine may take to decide; a claim that nobody withdrew, since who made it died, ends by itself."""

CLAIM_TOLD = timedelta(days=1)
"""For so long people are told of a claim that came to nothing."""

MOST_ASKED = 1000
"""Realms in one question; each is a parameter, and databases take no more than some thousands."""


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A company that is, was or (`connecting`) is about to be connected to a firm."""

    realm_id: RealmId
    firm_id: FirmId
    status: Status


@dataclass(frozen=True, slots=True)
class Claim:
    """A company that a firm is about to get. `late`: that was not decided in time, so it holds no longer."""

    realm_id: RealmId
    since: datetime
    late: bool


def is_open(claim: Claim, connection: ConnectionView) -> bool:
    """Say whether something is to be said of a claim: not of one of a company that is connected, nor where one was connected later."""
    later = connection.connected_at is not None and connection.connected_at > claim.since
    return not (connection.status == "connected" and (later or connection.realm_id == claim.realm_id))


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
                    if row.status != CLAIMED or _holds(row.created_at, datetime.now(UTC)):
                        found[row.realm_id] = StoredConnection(row.realm_id, row.firm_id, row.status)
        return found

    async def of_firm(self, firm: FirmId) -> StoredConnection | None:
        """Name a firm's company, or the one that it had last; None: it never had one."""
        known = connections.c
        last = (
            select(connections)
            .where(known.firm_id == firm, known.status != CLAIMED)
            .order_by(case((known.status == "connected", 0), else_=1), known.created_at.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(last)).one_or_none()
        return StoredConnection(row.realm_id, row.firm_id, row.status) if row else None

    async def claimed(self, firm: FirmId, now: datetime) -> Claim | None:
        """Give the newest claim of a firm that neither the log has ended nor anybody withdrew; one of long ago is none."""
        known = connections.c
        wanted = select(connections).where(
            known.firm_id == firm, known.status == CLAIMED, known.created_at > now - CLAIM_TOLD
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted.order_by(known.created_at.desc()).limit(1))).first()
        if row is None:
            return None
        return Claim(row.realm_id, row.created_at, late=not _holds(row.created_at, now))

    async def claim(self, firm: FirmId, realm: RealmId, now: datetime) -> None:
        """Keep a company for a firm, until the log says whose it is.

        Raises:
            RealmTakenError: another firm has it, or is about to.
        """
        async with self._database.write() as connection:
            # Of two firms that want the same company at once, one comes first.
            await hold_table(connection, connections)
            found = await connection.execute(select(connections).where(connections.c.realm_id == realm))
            row = found.one_or_none()
            if row is not None and row.firm_id != firm:
                if row.status == "connected" or (row.status == CLAIMED and _holds(row.created_at, now)):
                    raise RealmTakenError(f"realm {realm} is connected to another firm")
            elif row is not None and row.status == "connected":
                return
            claimed = {"realm_id": realm, "firm_id": firm, "status": CLAIMED, "created_at": now}
            await insert_or_replace(connection, connections, [claimed])

    async def withdraw(self, firm: FirmId, realm: RealmId) -> None:
        """Give up a claim, so that what the log says holds again."""
        known = connections.c
        ours = delete(connections).where(
            known.firm_id == firm, known.realm_id == realm, known.status == CLAIMED
        )
        async with self._database.write() as connection:
            await hold_table(connection, connections)
            if (await connection.execute(ours)).rowcount:
                await mend(connection)


def _holds(since: datetime, now: datetime) -> bool:
    return now - since < CLAIM_HOLDS
