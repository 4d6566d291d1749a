"""Sign-ins to QuickBooks that are under way: begun by a person, for a firm, in a browser; each good once, and not for long.

The state goes to Intuit and back, the other secret stays in the browser's cookie: who has only one of the two gets nowhere.
Both are kept as hashes.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from adapters.store.database import Database
from adapters.store.hashed_secret import hashed
from adapters.store.kept_tables import quickbooks_sign_ins as sign_ins
from adapters.vault.contents import Contents, opened, sealed
from adapters.vault.keys import Owner, Sealed, SealedByOtherKeyError, VaultKeys
from domain.ids import FirmId, RealmId

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the browser gets: the `state` leads to Intuit and back, `browser` stays in its cookie."""

    state: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """Whose sign-in it is; `id` names it in addresses from here on."""

    id: str
    person_id: str
    firm: FirmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """A company that waits for its person's yes. `name`: as it calls itself."""

    id: str
    firm: FirmId
    realm: RealmId
    name: str
    contents: Contents


class SignIns:
    """The sign-ins. All methods raise `StoreAwayError`."""

    def __init__(self, database: Database, keys: VaultKeys) -> None:
        self._database = database
        self._keys = keys

    async def begin(self, person_id: str, firm: FirmId, now: datetime) -> Begun:
        """Begin one."""
        begun = Begun(state=secrets.token_urlsafe(32), browser=secrets.token_urlsafe(32))
        row = {
            "state_hash": hashed(begun.state),
            "browser_hash": hashed(begun.browser),
            "person_id": person_id,
            "firm_id": firm,
            "ends_at": now + LASTS,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(sign_ins).values(row))
        return begun

    async def came_back(self, state: str, browser: str, now: datetime) -> CameBack | None:
        """Take a browser that is back from Intuit, once. None: it is not the one that left, or has been here, or is late."""
        ours = (
            (sign_ins.c.state_hash == hashed(state))
            & (sign_ins.c.browser_hash == hashed(browser))
            & sign_ins.c.used_at.is_(None)
            & (sign_ins.c.ends_at > now)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(select(sign_ins).where(ours))).one_or_none()
            taken = await connection.execute(update(sign_ins).where(ours).values(used_at=now))
            if row is None or not taken.rowcount:
                return None
        return CameBack(id=row.state_hash, person_id=row.person_id, firm=row.firm_id)

    async def keep(self, back: CameBack, realm: RealmId, name: str, contents: Contents) -> None:
        """Keep what Intuit gave until the person has said yes."""
        box = sealed(self._keys, _owner(back.firm, realm), contents)
        found = {"realm_id": realm, "company_name": name, "key_id": box.key_id, "sealed": box.box}
        async with self._database.write() as connection:
            await connection.execute(update(sign_ins).where(sign_ins.c.state_hash == back.id).values(found))

    async def unconfirmed(
        self, sign_in: str, person_id: str, firm: FirmId, now: datetime
    ) -> Unconfirmed | None:
        """Give the company that waits for this person's yes; None: there is none, or it is too late.

        Raises:
            SealedByOtherKeyError: it can't be opened.
        """
        known = sign_ins.c
        wanted = select(sign_ins).where(
            known.state_hash == sign_in,
            known.person_id == person_id,
            known.firm_id == firm,
            known.sealed.is_not(None),
            known.ends_at > now,
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else self._opened(row)

    async def end(self, sign_in: str) -> None:
        """Forget one."""
        async with self._database.write() as connection:
            await connection.execute(delete(sign_ins).where(sign_ins.c.state_hash == sign_in))

    async def over(self, now: datetime) -> tuple[Unconfirmed, ...]:
        """Forget those that nobody came back for, and name those whose company nobody has said yes to."""
        late = sign_ins.c.ends_at <= now
        async with self._database.write() as connection:
            await connection.execute(delete(sign_ins).where(late, sign_ins.c.sealed.is_(None)))
            rows = (await connection.execute(select(sign_ins).where(late).limit(100))).all()
        found = []
        for row in rows:
            try:
                found.append(self._opened(row))
            except SealedByOtherKeyError:
                await self.end(row.state_hash)  # nobody will ever open it
        return tuple(found)

    def _opened(self, row: Row[Any]) -> Unconfirmed:
        box = Sealed(key_id=row.key_id, box=bytes(row.sealed))
        return Unconfirmed(
            id=row.state_hash,
            firm=row.firm_id,
            realm=row.realm_id,
            name=row.company_name,
            contents=opened(self._keys, _owner(row.firm_id, row.realm_id), box),
        )


def _owner(firm: FirmId, realm: RealmId) -> Owner:
    return Owner(firm=firm, realm=realm, purpose="sign_in")
