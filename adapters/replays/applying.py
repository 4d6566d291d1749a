"""Asks for what applied plans say, row by row, until all of it is decided.

A gateway does it. It keeps no state: what is asked for already is what the log has decided under the replay's id, so
whoever takes over goes on where the one before was killed, and what is asked for twice is the same intent.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from adapters.store.replay_ends import ReplayEnds
from adapters.store.replays import Replay, Replays
from domain.ids import ClientId
from domain.ports import Intents, KafkaAwayError
from domain.projection import StoreAwayError
from domain.replays import PlannedRow, replay_intent

LOOK_SECONDS = 0.5
MOST_OPEN = 50
"""Rows that are asked for and not decided yet: a replay that is cancelled goes on with no more than these."""

ASK_AGAIN = timedelta(seconds=60)
"""What is not decided after so long is asked for once more: nobody knows whether it was taken in."""

log = structlog.get_logger(__name__)


class ReplayApplier:
    """The applier of one gateway; of several, one is at a replay."""

    def __init__(
        self, replays: Replays, ends: ReplayEnds, intents: Intents, now: Callable[[], datetime]
    ) -> None:
        self._replays = replays
        self._ends = ends
        self._intents = intents
        self._now = now
        self._name = uuid4().hex
        self._asked: dict[str, dict[ClientId, datetime]] = {}
        self._rows: dict[str, tuple[PlannedRow, ...]] = {}

    async def run(self) -> None:
        """Go on for good. What can't be asked for or looked up now is later: nothing is lost meanwhile."""
        while True:
            with suppress(KafkaAwayError, StoreAwayError):
                await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Ask for what is due of each replay that is under way."""
        under_way = await self._replays.under_way()
        for known in set(self._rows) - {replay.id for replay in under_way}:
            del self._rows[known]
            self._asked.pop(known, None)
        for replay in under_way:
            if await self._replays.take(replay.id, sender=self._name, at=self._now()):
                await self._go_on(replay)

    async def _go_on(self, replay: Replay) -> None:
        said = await self._ends.said(replay.firm_id, replay.id)
        rows = await self._asking_rows(replay)
        asked = self._asked.setdefault(replay.id, {})
        missing = [row for row in rows if row.client_id not in said]
        if not missing:
            await self._replays.end(replay.id, self._now())
            log.info("replay_ended", replay=replay.id, rows=len(rows))
            return
        open_ = sum(self._is_open(asked, row.client_id) for row in missing)
        due = [row for row in missing if not self._is_open(asked, row.client_id)]
        for row in due[: MOST_OPEN - open_]:
            await self._ask(replay, row)
            asked[row.client_id] = self._now()

    async def _asking_rows(self, replay: Replay) -> tuple[PlannedRow, ...]:
        if replay.id not in self._rows:
            rows = await self._replays.rows(replay.id)
            self._rows[replay.id] = tuple(row for row in rows if row.is_carried_out)
        return self._rows[replay.id]

    def _is_open(self, asked: Mapping[ClientId, datetime], client: ClientId) -> bool:
        return client in asked and self._now() - asked[client] < ASK_AGAIN

    async def _ask(self, replay: Replay, row: PlannedRow) -> None:
        intent = replay_intent(replay.id, replay.firm_id, replay.kind, row, replay.reason or "")
        # Said just now, each time: an hour later it would be too old, and what is done already is no longer as planned.
        await self._intents.submit(intent, replay.applied_by or replay.made_by, self._now(), replay.id)
