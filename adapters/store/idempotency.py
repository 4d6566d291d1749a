"""Remembers what was asked under which key, for all gateways: the same request gets the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.kept_tables import idempotency_keys
from adapters.store.upsert import insert_first
from domain.ids import FirmId

KEPT_FOR = timedelta(days=30)
"""Who asks again under the same key does so within minutes, or days where a queue stood still."""
FORGOTTEN_AT_ONCE = 20
"""Old keys that a new one takes away. More than one, so that many old ones go too; few, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Nobody asked under this key before."""


@dataclass(frozen=True, slots=True)
class Open:
    """The same was asked before, first at `asked_at`, and there is no answer yet that will not change any more."""

    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Reused:
    """Something else was asked under this key."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The same was asked before; this was the answer. `headers` are those of ours."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class IdempotencyKeys:
    """Keys of one firm are its own, and those of what goes for no one firm their person's (`person/ACTOR`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, firm: FirmId, key: str, *, request: str, body_hash: str, now: datetime
    ) -> Fresh | Open | Reused | Answered:
        """Say whether this was asked before, and remember that it is now, for 30 days. `request`: method and path."""
        keys = idempotency_keys.c
        row = {"firm_id": firm, "key": key, "request": request, "body_hash": body_hash, "asked_at": now}
        wanted = select(idempotency_keys).where(keys.firm_id == firm, keys.key == key)
        async with self._database.write() as connection:
            if await insert_first(connection, idempotency_keys, row):
                await _forget(connection, now - KEPT_FOR)
                return Fresh()
            before = (await connection.execute(wanted)).one()
        if (before.request, before.body_hash) != (request, body_hash):
            return Reused()
        if before.status is None:
            return Open(before.asked_at)
        return Answered(before.status, before.answer, before.headers)

    async def keep(self, firm: FirmId, key: str, answer: Answered) -> None:
        """Remember the answer; the first one stays."""
        keys = idempotency_keys.c
        statement = update(idempotency_keys).where(
            keys.firm_id == firm, keys.key == key, keys.status.is_(None)
        )
        async with self._database.write() as connection:
            await connection.execute(
                statement.values(status=answer.status, answer=answer.body, headers=dict(answer.headers))
            )


async def _forget(connection: AsyncConnection, asked_before: datetime) -> None:
    keys = idempotency_keys.c
    oldest = (
        select(keys.firm_id, keys.key)
        .where(keys.asked_at < asked_before)
        .order_by(keys.asked_at)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)  # where another gateway is about to forget them, it does
    )
    await connection.execute(delete(idempotency_keys).where(tuple_(keys.firm_id, keys.key).in_(oldest)))
