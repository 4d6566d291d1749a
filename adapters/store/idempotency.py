"""Remembers what was asked under which key, for all gateways: the same request gets the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from adapters.store.database import Database
from adapters.store.kept_tables import idempotency_keys
from adapters.store.upsert import insert_first
from domain.ids import FirmId


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
        """Say whether this was asked before, and remember that it is now. `request`: method and path."""
        keys = idempotency_keys.c
        row = {"firm_id": firm, "key": key, "request": request, "body_hash": body_hash, "asked_at": now}
        wanted = select(idempotency_keys).where(keys.firm_id == firm, keys.key == key)
        async with self._database.write() as connection:
            if await insert_first(connection, idempotency_keys, row):
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
