"""What undoing the unmatches of a batch would do: planned like a replay, on a copy of the firm's rows."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from adapters.store.batches import Batch
from adapters.store.database import Database
from adapters.store.replay_ground import ReplayGround, ReplayGrounds
from domain.acts import ActFilter
from domain.batches import UNMATCHES, BatchRow
from domain.ids import FirmId
from domain.replays import PlannedRow, plan_replay
from domain.reverting import RevertedRow, undone


class UnmatchesUndone:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._grounds = ReplayGrounds(database)

    async def to_revert(self, batch: Batch, rows: Sequence[BatchRow], at: datetime) -> Sequence[RevertedRow]:
        """Say it of each row that unmatched. `at`: when it would be asked for."""
        numbers = {row.client_id: number for number, row in enumerate(rows) if row.do in UNMATCHES}
        if not numbers:
            return []
        ground = await self._grounds.of(batch.firm_id, ActFilter(kind="unmatch", batch=batch.id))
        if ground is None:
            return []
        links = (ground.table.link(batch.firm_id, client) for client in numbers if client is not None)
        decided = {link.client_id: link.decided_version for link in links if link is not None}
        planned = await asyncio.to_thread(_planned, batch.firm_id, ground, at)
        return [
            undone(numbers[each.client_id], each, decided.get(each.client_id, 0))
            for each in planned
            if each.client_id in numbers
        ]


def _planned(firm: FirmId, ground: ReplayGround, at: datetime) -> Sequence[PlannedRow]:
    started = frozenset(effect.id for row in ground.table for effect in row.pending)
    return plan_replay(ground.table, firm, "unmatch", ground.acts, ground.last, at=at, started=started)
