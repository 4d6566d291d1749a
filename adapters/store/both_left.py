"""When both sides of a link were left as they are, and how it was before, as its history tells: what the undo of that begins with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.acts_in_history import acts_about, row_before
from adapters.store.database import Database
from adapters.store.reading import reading
from adapters.store.row_json import link_row
from domain.codes import IntentCode
from domain.erasure import is_erased
from domain.ids import ClientId, FirmId, link_key
from domain.left_apart import NOTHING, left_apart
from domain.refusals import Refusal
from domain.remembered import LeftApart

LEFT: IntentCode = "leave_both"
MOST_LOOKED_AT = 10
"""So many times of one client are looked at, the newest: older ones have long been overtaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothLeftOnce:
    """One time. `version`: the link's, as it left it; `left`: how it was before, or why nothing of it can be taken back."""

    version: int
    time: datetime
    actor: str | None
    left: LeftApart | Refusal


class BothLeft:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, firm: FirmId, client: ClientId) -> tuple[BothLeftOnce, ...]:
        """Give the newest times of a client, the last one first."""
        return await self._found(acts_about(link_key(firm, client), LEFT).limit(MOST_LOOKED_AT))

    async def at(self, firm: FirmId, client: ClientId, version: int | None) -> BothLeftOnce | None:
        """Give the time that left the link at a version; None for that: the last one. None: there is none."""
        found = await self._found(acts_about(link_key(firm, client), LEFT, version).limit(1))
        return found[0] if found else None

    async def _found(self, wanted: Select[Any]) -> tuple[BothLeftOnce, ...]:
        async with reading(self._database) as connection:
            lines = (await connection.execute(wanted)).all()
            return tuple([await _once(connection, line) for line in lines])


async def _once(connection: AsyncConnection, line: Any) -> BothLeftOnce:
    return BothLeftOnce(
        version=line.version, time=line.time, actor=line.actor, left=await _left(connection, line)
    )


async def _left(connection: AsyncConnection, line: Any) -> LeftApart | Refusal:
    after = link_row(line.row)
    before = await row_before(connection, line, line.row_key)
    if before is None or is_erased(after, line.time):
        return NOTHING
    return left_apart(link_row(before), after)
