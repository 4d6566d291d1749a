"""Plans of replays, as they were made, and what was said of each: applied, cancelled, all of it asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import and_, func, insert, or_, select, update

from adapters.store.cursors import cursor_of, text_key
from adapters.store.database import Database
from adapters.store.kept_tables import replay_rows, replays
from adapters.store.sent_together import SentTogether
from domain.ids import ClientId, FirmId
from domain.replays import CARRIED_OUT, PlannedRow, ReplayKind
from domain.restoring import RestoreOutcome

PAGE = 50
_ROW: TypeAdapter[PlannedRow] = TypeAdapter(PlannedRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A plan. `wanted`: by what its acts were found; `counts`: its rows by outcome; `asked`: those that ask for something.

    `ground`: the firm's settings and company when it was made. `ended_at`: all that it asks for is decided.
    """

    id: str
    firm_id: FirmId
    kind: ReplayKind
    wanted: dict[str, Any]
    made_at: datetime
    made_by: str
    ground: str
    links: int
    rows: int
    counts: dict[RestoreOutcome, int]
    requests: int
    reads: int
    applied_at: datetime | None
    applied_by: str | None
    reason: str | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    ended_at: datetime | None

    @property
    def sent_by(self) -> str:
        """Name in whose name its intents are sent."""
        return self.applied_by or self.made_by

    @property
    def asked(self) -> int:
        """Count the rows that ask for something when it is applied."""
        return sum(self.counts.get(outcome, 0) for outcome in CARRIED_OUT)


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """Plans, the newest first."""

    replays: tuple[Replay, ...]
    cursor: str | None


class Replays(SentTogether):
    """The queries."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, replays)

    async def add(
        self,
        *,
        id_: str,
        firm: FirmId,
        kind: ReplayKind,
        wanted: dict[str, Any],
        at: datetime,
        by: str,
        ground: str,
        links: int,
        rows: Sequence[PlannedRow],
    ) -> None:
        """Keep a plan."""
        head = {
            "id": id_,
            "firm_id": firm,
            "kind": kind,
            "wanted": wanted,
            "made_at": at,
            "made_by": by,
            "ground": ground,
            "links": links,
            "rows": len(rows),
        }
        lines = [
            {
                "replay_id": id_,
                "number": number,
                "client_id": row.client_id,
                "outcome": row.outcome,
                "code": row.code,
                "requests": row.requests,
                "reads": row.reads,
                "row": orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS).decode(),
            }
            for number, row in enumerate(rows)
        ]
        async with self._database.write() as connection:
            await connection.execute(insert(replays), [head])
            if lines:
                await connection.execute(insert(replay_rows), lines)

    async def one(self, id_: str) -> Replay | None:
        """Give a plan; None: there is none of this id."""
        found = await self._some(replays.c.id == id_)
        return found[0] if found else None

    async def page(
        self, firms: frozenset[FirmId] | None, *, cursor: str | None = None, limit: int = PAGE
    ) -> ReplayPage:
        """List plans of some firms, or of all, the newest first."""
        known = replays.c
        conditions: list[Any] = [] if firms is None else [known.firm_id.in_(sorted(firms))]
        if cursor is not None:
            last, _ = text_key(cursor)
            at = select(known.made_at).where(known.id == last).scalar_subquery()
            conditions.append(or_(known.made_at < at, and_(known.made_at == at, known.id > last)))
        found = await self._some(*conditions, limit=limit + 1)
        more = len(found) > limit
        return ReplayPage(
            replays=tuple(found[:limit]),
            cursor=cursor_of(found[limit - 1].id, found[limit - 1].firm_id) if more else None,
        )

    async def under_way(self) -> tuple[Replay, ...]:
        """Give those of which something may be left to ask for."""
        known = replays.c
        return tuple(
            await self._some(
                known.applied_at.is_not(None), known.ended_at.is_(None), known.cancelled_at.is_(None)
            )
        )

    async def rows(
        self,
        id_: str,
        *,
        first: int = 0,
        limit: int | None = None,
        outcome: RestoreOutcome | None = None,
        clients: Collection[ClientId] | None = None,
    ) -> tuple[PlannedRow, ...]:
        """Give a plan's rows, in their order; `outcome`, `clients`: only these. `first`: so many of them are left out."""
        lines = replay_rows.c
        wanted = select(lines.row).where(lines.replay_id == id_)
        if outcome is not None:
            wanted = wanted.where(lines.outcome == outcome)
        if clients is not None:
            wanted = wanted.where(lines.client_id.in_(clients))
        async with self._database.read() as connection:
            found = await connection.scalars(wanted.order_by(lines.number).offset(first).limit(limit))
            return tuple(_ROW.validate_json(each) for each in found)

    async def apply(self, id_: str, *, by: str, reason: str, at: datetime) -> bool:
        """Let a plan be applied; False: it was before, or is cancelled."""
        known = replays.c
        this = update(replays).where(
            known.id == id_, known.applied_at.is_(None), known.cancelled_at.is_(None)
        )
        async with self._database.write() as connection:
            done = await connection.execute(this.values(applied_at=at, applied_by=by, reason=reason))
        return done.rowcount == 1

    async def _some(self, *conditions: Any, limit: int | None = None) -> list[Replay]:
        wanted = select(replays).where(*conditions).order_by(replays.c.made_at.desc(), replays.c.id)
        lines = replay_rows.c
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.limit(limit))).mappings().all()
            counted = (
                select(
                    lines.replay_id,
                    lines.outcome,
                    func.count(),
                    func.sum(lines.requests),
                    func.sum(lines.reads),
                )
                .where(lines.replay_id.in_([each["id"] for each in found]))
                .group_by(lines.replay_id, lines.outcome)
            )
            counts = (await connection.execute(counted)).all()
        return [_replay(each, [line for line in counts if line[0] == each["id"]]) for each in found]


def _replay(head: Any, counts: Sequence[Any]) -> Replay:
    own = {name: head[name] for name in head if name not in ("sender", "sender_seen_at")}
    return Replay(
        **own,
        counts={outcome: number for _, outcome, number, _, _ in counts},
        requests=sum(requests for *_, requests, _ in counts),
        reads=sum(reads for *_, reads in counts),
    )
