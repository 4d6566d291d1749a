"""How each row of a replay that was applied has ended, folded from `history` alone: nothing is counted beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.decided_together import Said, said_of
from adapters.store.kept_tables import history
from adapters.store.row_json import link_row
from domain.decision import Change
from domain.fields import Field, Value
from domain.ids import ClientId, FirmId, IntentId, Side, client_in, link_key
from domain.projection import is_settled
from domain.replays import EndState, PlannedRow, intent_of
from domain.rows import LinkRow

AT_ONCE = 200
"""Clients whose histories are looked at together."""

_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEnd:
    """How a row has ended, or stands. `code`: why it was refused, or the question that it came to; `position`: of its decision.

    `writes`: what was sent because of it.
    """

    state: EndState
    code: str
    position: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    writes: Mapping[Side, Mapping[Field, Value]] = field(default_factory=dict)


class ReplayEnds:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def said(self, firm: FirmId, replay: str) -> Mapping[IntentId, Said]:
        """Give what was decided about each intent of a replay that is decided."""
        async with self._database.read() as connection:
            return await said_of(connection, firm, replay)

    async def ends(self, firm: FirmId, replay: str, rows: Sequence[PlannedRow]) -> Mapping[ClientId, RowEnd]:
        """Say how rows have ended; those about which nothing is decided are left out."""
        planned = {row.client_id: row for row in rows}
        async with self._database.read() as connection:
            by_intent = await said_of(connection, firm, replay)
            named = {client: intent_of(replay, client) for client in planned}
            said = {client: by_intent[name] for client, name in named.items() if name in by_intent}
            ends = {client: _refused(each) for client, each in said.items() if each.is_refused}
            done = [client for client in said if client not in ends]
            for at in range(0, len(done), AT_ONCE):
                some = done[at : at + AT_ONCE]
                lines = await _lines(connection, firm, {client: said[client] for client in some})
                ends |= {client: _end(planned[client], said[client], lines[client]) for client in some}
        return ends


async def _lines(
    connection: AsyncConnection, firm: FirmId, said: Mapping[ClientId, Said]
) -> Mapping[ClientId, Sequence[tuple[LinkRow, tuple[Change, ...]]]]:
    """Give of each client what its link was from the decision on, until nothing was under way any more."""
    lines = history.c
    first = min(each.offset for each in said.values())
    query = select(lines.offset, lines.row_key, lines.row, lines.changes).where(
        lines.row_key.in_([link_key(firm, client) for client in said]), lines.offset >= first
    )
    found: dict[ClientId, list[tuple[LinkRow, tuple[Change, ...]]]] = {client: [] for client in said}
    async for line in await connection.stream(query.order_by(lines.offset)):
        client = client_in(line.row_key)
        before = found[client]
        if line.offset < said[client].offset or (before and is_settled(before[-1][0])):
            continue
        before.append((link_row(line.row), _CHANGES.validate_python(line.changes)))
    return found


def _refused(said: Said) -> RowEnd:
    return RowEnd(
        state="moved_on" if said.code == "stale" else "refused",
        code=said.code,
        facts=said.facts,
        position=said.position,
    )


def _end(planned: PlannedRow, said: Said, lines: Sequence[tuple[LinkRow, tuple[Change, ...]]]) -> RowEnd:
    """Compare what came of a row with what was planned."""
    link = lines[-1][0]
    writes = _sent(change for _, changes in lines for change in changes)
    problem = link.problem
    end = RowEnd(
        state="under_way",
        code=problem.code if problem is not None else said.code,
        facts=said.facts,
        writes=writes,
        position=said.position,
    )
    if not is_settled(link):
        return end
    wanted = {side: dict(values) for side, values in planned.writes.items() if values}
    asked = planned.code if planned.outcome == "question" else None
    same = writes == wanted and asked == (problem.code if problem is not None else None)
    return replace(end, state="as_planned" if same else "otherwise")


def _sent(changes: Iterable[Change]) -> Mapping[Side, Mapping[Field, Value]]:
    sent: dict[Side, dict[Field, Value]] = {}
    for change in changes:
        if change.what == "sent":
            sent.setdefault(change.side, {})[change.field] = change.after
    return sent
