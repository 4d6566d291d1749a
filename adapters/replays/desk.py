"""What operators do with replays, by API and at a terminal: plan, look, apply, cancel."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from adapters.replays.sorted_rows import ByEnd, SortedRows
from adapters.store.database import Database
from adapters.store.replay_ends import ReplayEnds, RowEnd
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, ReplayPage, Replays
from domain.acts import ActFilter
from domain.ids import ClientId, FirmId
from domain.replays import EndState, PlannedRow, ReplayKind, has_to_be_counted
from domain.restoring import RestoreOutcome

ReplayRefusal = Literal[
    "replay_cancelled", "replay_ended", "plan_outdated", "count_needed", "nothing_to_apply"
]
"""Why a plan is not applied, or not cancelled."""


class ReplayRefusedError(Exception):
    """`facts` explain it."""

    def __init__(self, code: ReplayRefusal, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code: ReplayRefusal = code
        self.facts = facts or {}


class MakePlan(Protocol):
    """Makes a plan and keeps it, beside everything that runs here."""

    def __call__(
        self, firm: FirmId, kind: ReplayKind, wanted: ActFilter, *, by: str, at: datetime
    ) -> Awaitable[Replay]:
        """Raises what `make_plan` does."""
        ...


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a plan, and how it has ended. `end` None: nothing is decided about it."""

    planned: PlannedRow
    end: RowEnd | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A replay with some of its rows. `decided`: of how many rows it has been decided what they asked for."""

    replay: Replay
    decided: int
    rows: Sequence[ShownRow] = field(default_factory=tuple)


class ReplayDesk:
    """The acts. What they change is written to the database; gateways do the rest."""

    def __init__(self, database: Database, make_plan: MakePlan) -> None:
        self._replays = Replays(database)
        self._ends = ReplayEnds(database)
        self._grounds = ReplayGrounds(database)
        self._sorted = SortedRows()
        self.plan = make_plan

    async def one(self, id_: str) -> Replay | None:
        """Give a replay."""
        return await self._replays.one(id_)

    async def page(
        self, firms: frozenset[FirmId] | None, *, cursor: str | None = None, limit: int
    ) -> ReplayPage:
        """List replays of some firms, or of all, the newest first."""
        return await self._replays.page(firms, cursor=cursor, limit=limit)

    async def shown(
        self,
        replay: Replay,
        *,
        first: int = 0,
        limit: int | None = None,
        outcome: RestoreOutcome | None = None,
        clients: Collection[ClientId] | None = None,
    ) -> Shown:
        """Show rows of a replay, each with its end; see `Replays.rows`."""
        rows = await self._replays.rows(replay.id, first=first, limit=limit, outcome=outcome, clients=clients)
        if replay.applied_at is None:
            return Shown(replay, 0, [ShownRow(row, None) for row in rows])
        return Shown(replay, await self.decided(replay), await self._with_ends(replay, rows))

    async def by_end(self, replay: Replay, at: datetime) -> ByEnd | None:
        """Sort the rows of a replay by their ends; None: it is still asked for, or never was."""
        if replay.applied_at is None or (replay.ended_at is None and replay.cancelled_at is None):
            return None
        if (kept := self._sorted.still(replay.id, at)) is not None:
            return kept
        rows = await self._with_ends(replay, await self._replays.rows(replay.id))
        found: dict[EndState, list[ClientId]] = {}
        for row in rows:
            if row.end is not None:
                found.setdefault(row.end.state, []).append(row.planned.client_id)
        return self._sorted.keep(replay.id, found, at, for_good=replay.ended_at is not None)

    async def _with_ends(self, replay: Replay, rows: Sequence[PlannedRow]) -> list[ShownRow]:
        ends: Mapping[ClientId, RowEnd] = await self._ends.ends(replay.firm_id, replay.id, rows)
        without = RowEnd(state="not_decided", code="not_decided") if replay.ended_at is not None else None
        return [
            ShownRow(row, ends.get(row.client_id, without if row.is_carried_out else None)) for row in rows
        ]

    async def decided(self, replay: Replay) -> int:
        """Count the rows about which it is decided."""
        return len(await self._ends.said(replay.firm_id, replay.id))

    async def apply(self, replay: Replay, *, by: str, reason: str, count: int | None, at: datetime) -> None:
        """Let a plan be carried out as it stands. Asked for again, nothing changes: it goes on, or is done.

        Raises:
            ReplayRefusedError: it is not, and why.
        """
        if replay.cancelled_at is not None:
            raise ReplayRefusedError("replay_cancelled")
        if replay.applied_at is not None:
            return
        if replay.asked == 0:
            raise ReplayRefusedError("nothing_to_apply")
        if count not in (None, replay.asked) or (count is None and needs_count(replay)):
            raise ReplayRefusedError("count_needed", {"count": str(replay.asked), "links": str(replay.links)})
        if await self._grounds.digest(replay.firm_id) != replay.ground:
            raise ReplayRefusedError("plan_outdated")
        if await self._replays.apply(replay.id, by=by, reason=reason, at=at):
            return
        now = await self._replays.one(replay.id)  # somebody was at it in this moment
        if now is None or now.cancelled_at is not None:
            raise ReplayRefusedError("replay_cancelled")

    async def cancel(self, replay: Replay, *, by: str, at: datetime) -> None:
        """Ask for nothing more of it; what is asked for already is carried out.

        Raises:
            ReplayRefusedError: there is nothing to cancel.
        """
        if replay.cancelled_at is None and not await self._replays.cancel(replay.id, by=by, at=at):
            raise ReplayRefusedError("replay_ended")


def needs_count(replay: Replay) -> bool:
    """Say whether who applies it has to type how many rows it asks something for."""
    return has_to_be_counted(replay.asked, replay.links, replay.requests)
