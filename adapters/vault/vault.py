"""The vault: what the database keeps of each company's tokens, and who may change it when.

Who saves says which version it has read, so nothing newer is ever overwritten. Before it asks Intuit it takes the lease:
of all processes one refreshes a company's tokens at a time, and one that dies in it is waited for no longer than the lease.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.database_clock import database_now
from adapters.store.kept_tables import quickbooks_tokens as tokens
from adapters.store.locks import hold_table
from adapters.vault.contents import Contents, opened, sealed
from adapters.vault.keys import Owner, Sealed, VaultKeys
from domain.ids import FirmId, RealmId

LEASE = timedelta(seconds=30)
"""Longer than Intuit's sign-in is waited for; so long a company's requests wait where who had it died."""
CLOCK_SET_BACK = 2 * LEASE
"""A lease that ends later than that was written before the database's clock was set back. Not one that ends a little later than
our own would: who reads the clock first may reach the row second, and would take it from who is refreshing."""
FIRST_REST = timedelta(minutes=10)
LONGEST_REST = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A company's tokens as they are now. `now`: by the database's clock, which all of its times go by.

    `ended`: Intuit takes the refresh token no longer. `rests`: QuickBooks lets them in nowhere, and is not to be asked yet.
    """

    realm: RealmId
    firm: FirmId
    version: int
    contents: Contents
    granted_by: str
    ended: bool
    refusals: int
    rests: bool
    leased: bool
    now: datetime


class Vault:
    """The companies' tokens. All methods raise `StoreAwayError`."""

    def __init__(self, database: Database, keys: VaultKeys) -> None:
        self._database = database
        self._keys = keys

    async def read(self, realm: RealmId) -> Kept | None:
        """Read a company's tokens; None: there are none.

        Raises:
            SealedByOtherKeyError: they can't be opened.
        """
        async with self._database.read() as connection:
            return await self._read(connection, realm)

    async def put(self, owner: Owner, contents: Contents, granted_by: str) -> None:
        """Keep what a person's sign-in gave, in place of all that was there."""
        box = sealed(self._keys, owner, contents)
        async with self._database.write() as connection:
            await hold_table(connection, tokens)
            now = await database_now(connection)
            version = await connection.scalar(
                select(tokens.c.version).where(tokens.c.realm_id == owner.realm)
            )
            await connection.execute(delete(tokens).where(tokens.c.realm_id == owner.realm))
            row = {
                "realm_id": owner.realm,
                "firm_id": owner.firm,
                "granted_at": now,
                "granted_by": granted_by,
                # Counted on: a refresh that is under way with the tokens before must not save over these.
                "version": (version or 0) + 1,
                "refusals": 0,
                **_times(contents, now),
                **_of_box(box),
            }
            await connection.execute(insert(tokens).values(row))

    async def lease(self, realm: RealmId, version: int, who: str) -> bool:
        """Let `who` be the one that refreshes this version. False: somebody else is, or it is newer by now."""
        async with self._database.write() as connection:
            now = await database_now(connection)
            taken_by = update(tokens).where(
                tokens.c.realm_id == realm,
                tokens.c.version == version,
                tokens.c.lease_ends.is_(None)
                | (tokens.c.lease_ends <= now)
                | (tokens.c.lease_ends > now + CLOCK_SET_BACK),
            )
            done = await connection.execute(taken_by.values(lease=who, lease_ends=now + LEASE))
            return bool(done.rowcount)

    async def give_back(self, realm: RealmId, who: str) -> None:
        """Let others refresh: nothing came of it."""
        ours = update(tokens).where(tokens.c.realm_id == realm, tokens.c.lease == who)
        async with self._database.write() as connection:
            await connection.execute(ours.values(lease=None, lease_ends=None))

    async def now(self) -> datetime:
        """Say what time it is by the database's clock."""
        async with self._database.read() as connection:
            return await database_now(connection)

    async def save(self, owner: Owner, version: int, contents: Contents) -> bool:
        """Keep refreshed tokens in place of `version`. False: there are newer ones, or none any more.

        They are good, even if Intuit has refused those before meanwhile: to a sibling, while who had these stood still.
        """
        box = sealed(self._keys, owner, contents)
        async with self._database.write() as connection:
            now = await database_now(connection)
            changed = {
                "version": version + 1,
                "ended_at": None,
                "lease": None,
                "lease_ends": None,
                **_times(contents, now),
                **_of_box(box),
            }
            return await _change(connection, owner.realm, version, changed)

    async def end(self, realm: RealmId, version: int) -> bool:
        """Take note that Intuit takes them no longer. False: there are newer ones."""
        async with self._database.write() as connection:
            now = await database_now(connection)
            return await _change(
                connection, realm, version, {"ended_at": now, "lease": None, "lease_ends": None}
            )

    async def rest(self, realm: RealmId, version: int, refusals: int) -> None:
        """Ask with them no more for a while, longer each time: `refusals`, so often they were let in nowhere."""
        pause = min(FIRST_REST * 2 ** min(max(refusals - 1, 0), 10), LONGEST_REST)
        async with self._database.write() as connection:
            now = await database_now(connection)
            await _change(connection, realm, version, {"refusals": refusals, "ask_again_at": now + pause})

    async def wake(self, realm: RealmId) -> None:
        """Take note that QuickBooks lets them in."""
        ours = update(tokens).where(tokens.c.realm_id == realm)
        async with self._database.write() as connection:
            await connection.execute(ours.values(refusals=0, ask_again_at=None))

    async def forget(self, realm: RealmId, version: int) -> bool:
        """Delete them. False: there are newer ones, or none."""
        gone = delete(tokens).where(tokens.c.realm_id == realm, tokens.c.version == version)
        async with self._database.write() as connection:
            return bool((await connection.execute(gone)).rowcount)

    async def _read(self, connection: AsyncConnection, realm: RealmId) -> Kept | None:
        found = await connection.execute(select(tokens).where(tokens.c.realm_id == realm))
        row = found.one_or_none()
        return None if row is None else self._kept(row, await database_now(connection))

    def _kept(self, row: Row[Any], now: datetime) -> Kept:
        owner = Owner(firm=row.firm_id, realm=row.realm_id)
        return Kept(
            realm=row.realm_id,
            firm=row.firm_id,
            version=row.version,
            contents=opened(self._keys, owner, Sealed(key_id=row.key_id, box=bytes(row.sealed))),
            granted_by=row.granted_by,
            ended=row.ended_at is not None,
            refusals=row.refusals,
            rests=row.ask_again_at is not None and now < row.ask_again_at,
            leased=row.lease_ends is not None and now < row.lease_ends,
            now=now,
        )


def _times(contents: Contents, now: datetime) -> dict[str, object]:
    return {
        "refreshed_at": now,
        "access_ends": contents.access_ends,
        "refresh_ends": contents.refresh_ends,
        "hard_ends": contents.hard_ends,
    }


def _of_box(box: Sealed) -> dict[str, object]:
    return {"key_id": box.key_id, "sealed": box.box}


async def _change(
    connection: AsyncConnection, realm: RealmId, version: int, changed: dict[str, object]
) -> bool:
    ours = update(tokens).where(tokens.c.realm_id == realm, tokens.c.version == version)
    return bool((await connection.execute(ours.values(changed))).rowcount)
