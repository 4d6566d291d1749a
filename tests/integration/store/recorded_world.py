"""A firm whose every decision stands in the database, as the projector would have put it there."""

from typing import Any

from adapters.store.database import Database
from adapters.store.projection import Projection
from domain.decision import Decision
from domain.ids import EngineVersion
from domain.inputs import Cause, Input, Intent
from domain.projection import Decided, Stretch
from tests.unit.domain.world import World


class RecordedWorld(World):
    """`batch`: what the next intents are asked for together with; `engine`: the version that decides.

    `flush` shows what was decided since.
    """

    def __init__(self) -> None:
        self.lines: list[Decided] = []
        self.batch: str | None = None
        self.engine: EngineVersion | None = None
        self._shown = 0
        super().__init__()

    def tell_perhaps(self, given: Input, **by: Any) -> Decision | None:
        """Let it be decided, and keep the records."""
        decision = super().tell_perhaps(given, **by)
        if decision is None:
            return None
        first = len(self.lines)
        asked = isinstance(given, Intent)
        cause = Cause(
            topic="sync.intents" if asked else "other",
            partition=0,
            offset=first,
            id=given.intent_id if isinstance(given, Intent) else f"e-{first}",
            at=self.now,
            actor=by.get("actor"),
            reason=getattr(given, "reason", None),
            batch=self.batch if asked else None,
        )
        self.lines += [
            Decided(
                partition=0,
                offset=first + n,
                version=row.version,
                verdict=decision.verdict,
                code=decision.code,
                row=row,
                cause=cause,
                changes=tuple(change for change in decision.changes if change.key == row.key),
                facts=decision.facts if n == 0 else {},
                engine=self.engine,
            )
            for n, row in enumerate(decision.rows)
        ]
        return decision

    async def flush(self, database: Database) -> None:
        """Let the database show all that was decided."""
        projection = Projection(database)
        build = (await projection.build("log")).id
        if self._shown < len(self.lines):
            decided = tuple(self.lines[self._shown :])
            stretch = Stretch(partition=0, first=self._shown, next_offset=len(self.lines), decided=decided)
            await projection.apply(stretch, build)
        self._shown = len(self.lines)
        await projection.complete("log", build)
