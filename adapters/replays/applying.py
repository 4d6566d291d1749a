"""What an applied plan asks for, for the gateway that asks for it (`adapters/asking_together.py`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.store.decided_together import Said
from adapters.store.replay_ends import ReplayEnds
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from domain.ids import IntentId
from domain.inputs import Intent
from domain.replays import replay_intent

OUTDATED = "system:plan-outdated"
"""Who cancels a replay whose firm has other settings, or another company, than its plan was made on."""


class AppliedReplays:
    """Those that are under way."""

    def __init__(self, replays: Replays, ends: ReplayEnds, grounds: ReplayGrounds) -> None:
        self.under_way = replays.under_way
        self.take = replays.take
        self.end = replays.end
        self._replays = replays
        self._ends = ends
        self._grounds = grounds

    async def intents(self, replay: Replay) -> Sequence[Intent]:
        """Give what its rows ask for, in the plan's order."""
        rows = await self._replays.rows(replay.id)
        return [
            replay_intent(replay.id, replay.firm_id, replay.kind, row, replay.reason or "")
            for row in rows
            if row.is_carried_out
        ]

    async def said(self, replay: Replay) -> Mapping[IntentId, Said]:
        """Give what is decided of it."""
        return await self._ends.said(replay.firm_id, replay.id)

    async def at_work(self, _: Replay, __: Mapping[IntentId, Said]) -> int:
        """Wait for none: how its rows end is compared with the plan later."""
        return 0

    async def stops_by_itself(self, replay: Replay, at: datetime) -> bool:
        """Cancel it if it was planned under other settings, or for another company."""
        if await self._grounds.digest(replay.firm_id) == replay.ground:
            return False
        await self._replays.cancel(replay.id, by=OUTDATED, at=at)
        return True
