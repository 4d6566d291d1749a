"""Who is signed in at the console, for all gateways: a session ends everywhere when its person signs out.

In SQL and not in a gateway's memory, since any gateway may get the next request, and one that starts again should not
sign everybody out. Kept as a hash: who reads the database, or a copy of it, has nobody's session.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from adapters.store.database import Database
from adapters.store.hashed_secret import hashed
from adapters.store.kept_tables import sessions

LASTS = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class SessionOf:
    """Whose session it is. `told`: what the sign-in said of them, where it can't be asked again; None where it can."""

    person_id: str
    told: Mapping[str, object] | None


class Sessions:
    """A session is a random text that only its browser has."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, person: SessionOf, now: datetime) -> str:
        """Begin one; those that have run out are forgotten."""
        session = secrets.token_urlsafe(32)
        row = {
            "session_hash": hashed(session),
            "person_id": person.person_id,
            "told": person.told,
            "ends_at": now + LASTS,
        }
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.ends_at <= now))
            await connection.execute(insert(sessions).values(row))
        return session

    async def person(self, session: str, now: datetime) -> SessionOf | None:
        """Say who began it; None if it has ended or never was."""
        wanted = select(sessions.c.person_id, sessions.c.told).where(
            sessions.c.session_hash == hashed(session), sessions.c.ends_at > now
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).one_or_none()
        return None if found is None else SessionOf(found.person_id, found.told)

    async def end(self, session: str) -> None:
        """End it, if it has not ended."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.session_hash == hashed(session)))

    async def end_all_of(self, person_id: str) -> int:
        """End all of a person's, wherever they are signed in; says how many."""
        async with self._database.write() as connection:
            ended = await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
        return ended.rowcount
