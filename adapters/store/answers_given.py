"""What a client's answers settled, as the history of its link tells: a row does not remember it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.acts_in_history import acts_about, row_before
from adapters.store.database import Database
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, link_row
from domain.codes import IntentCode
from domain.erasure import is_erased
from domain.fields import Field
from domain.ids import ClientId, FirmId, customer_key, link_key
from domain.inputs import Choice
from domain.refusals import Refusal
from domain.remembered import Settled
from domain.rows import LinkRow
from domain.settled import NOTHING, settled_by
from domain.snapshots import Customer

ANSWERED: IntentCode = "answer"
MOST_LOOKED_AT = 10
"""So many answers of one client are looked at, the newest: older ones have long been overtaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """One answer. `version`: the link's, as it left it; `settled`: what it settled, or why nothing of it can be taken back."""

    version: int
    time: datetime
    actor: str | None
    settled: Settled | Refusal


class AnswersGiven:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, firm: FirmId, client: ClientId) -> tuple[AnswerGiven, ...]:
        """Give the newest answers of a client, the last one first."""
        return await self._found(acts_about(link_key(firm, client), ANSWERED).limit(MOST_LOOKED_AT))

    async def at(self, firm: FirmId, client: ClientId, version: int | None) -> AnswerGiven | None:
        """Give the answer that left the link at a version; None for that: the last one. None: there is no such answer."""
        found = await self._found(acts_about(link_key(firm, client), ANSWERED, version).limit(1))
        return found[0] if found else None

    async def _found(self, wanted: Select[Any]) -> tuple[AnswerGiven, ...]:
        async with reading(self._database) as connection:
            lines = (await connection.execute(wanted)).all()
            return tuple([await _given(connection, line) for line in lines])


async def _given(connection: AsyncConnection, line: Any) -> AnswerGiven:
    return AnswerGiven(
        version=line.version,
        time=line.time,
        actor=line.actor,
        settled=await _settled(connection, line),
    )


async def _settled(connection: AsyncConnection, line: Any) -> Settled | Refusal:
    after = link_row(line.row)
    choice = _choice(line.facts.get("choice"))
    older = await row_before(connection, line, line.row_key)
    if older is None or choice is None or is_erased(after, line.time):
        return NOTHING
    before = link_row(older)
    field = next((each for each in Field if each == line.facts.get("field")), None)
    return settled_by(before, after, await _customer(connection, line, before), choice, field)


async def _customer(connection: AsyncConnection, line: Any, link: LinkRow) -> Customer | None:
    if link.customer_id is None:
        return None
    row = await row_before(connection, line, customer_key(link.firm_id, link.customer_id))
    return customer_row(row).customer if row is not None else None


def _choice(said: object) -> Choice | None:
    choices: tuple[Choice, ...] = get_args(Choice)
    return next((each for each in choices if each == said), None)
