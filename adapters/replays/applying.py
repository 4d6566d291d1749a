"""Asks for what applied plans say, row by row, until all of it is decided.

A gateway does it. It keeps no state: what is asked for already is what the log has decided under the replay's id, so
whoever takes over goes on where the one before was killed, and what is asked for twice is the same intent.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from adapters.store.replay_ends import ReplayEnds
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from domain.ids import ClientId
from domain.ports import Intents, KafkaAwayError
from domain.projection import StoreAwayError
from domain.replays import PlannedRow, intent_of, replay_intent

LOOK_SECONDS = 0.5
MOST_OPEN = 50
"""Rows that are asked for and not decided yet: a replay that is cancelled goes on with no more than these."""

ASK_AGAIN = timedelta(seconds=60)
"""What is not decided after so long is asked for once more, and then after twice as long: nobody knows whether it was taken in."""

MOST_TRIES = 5
"""What was asked for so often and is not decided half an hour later lies among the dead letters, and is asked for no more."""

OUTDATED = "system:plan-outdated"
"""Who cancels a replay whose firm has other settings, or another company, than its plan was made on."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How often a row was asked for by this gateway, and when last."""

    times: int
    at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.times > 0 and now - self.at < ASK_AGAIN * 2 ** (self.times - 1)


_NEVER = _Asked(0, datetime.min.replace(tzinfo=UTC))


@dataclass(slots=True)
class _AtWork:
    """What this gateway knows of a replay that it is at. `rows` None: they are not read yet; until `rests_until` it is left alone."""

    rows: tuple[PlannedRow, ...] | None = None
    asked: dict[ClientId, _Asked] = field(default_factory=dict)
    rests_until: datetime | None = None

    def of(self, row: PlannedRow) -> _Asked:
        return self.asked.get(row.client_id, _NEVER)

    def note(self, row: PlannedRow, now: datetime) -> None:
        self.asked[row.client_id] = _Asked(self.of(row).times + 1, now)


class ReplayApplier:
    """The applier of one gateway; of several, one is at a replay."""

    def __init__(
        self,
        replays: Replays,
        ends: ReplayEnds,
        grounds: ReplayGrounds,
        intents: Intents,
        now: Callable[[], datetime],
    ) -> None:
        self._replays = replays
        self._ends = ends
        self._grounds = grounds
        self._intents = intents
        self._now = now
        self._name = uuid4().hex
        self._at_work: dict[str, _AtWork] = {}

    async def run(self) -> None:
        """Go on for good. What can't be asked for or looked up now is later: nothing is lost meanwhile."""
        while True:
            with suppress(KafkaAwayError, StoreAwayError):
                await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Ask for what is due of each replay that is under way."""
        under_way = await self._replays.under_way()
        self._at_work = {each.id: self._at_work.get(each.id) or _AtWork() for each in under_way}
        for replay in under_way:
            work = self._at_work[replay.id]
            if work.rests_until is None or self._now() >= work.rests_until:
                await self._take(replay, work)

    async def _take(self, replay: Replay, work: _AtWork) -> None:
        try:
            if await self._replays.take(replay.id, sender=self._name, at=self._now()):
                await self._go_on(replay, work)
        except (KafkaAwayError, StoreAwayError):
            raise
        except Exception as error:  # noqa: BLE001  (one replay that can't be read stops no other, and no gateway)
            work.rests_until = self._now() + ASK_AGAIN
            log.error("replay_failed", replay=replay.id, error=type(error).__name__)  # noqa: TRY400  (its text may hold values)

    async def _go_on(self, replay: Replay, work: _AtWork) -> None:
        said = await self._ends.said(replay.firm_id, replay.id)
        rows = await self._asking_rows(replay, work)
        now = self._now()
        missing = [row for row in rows if intent_of(replay.id, row.client_id) not in said]
        due = [row for row in missing if not work.of(row).is_open(now)]
        open_ = len(missing) - len(due)
        due = [row for row in due if work.of(row).times < MOST_TRIES]
        if not due and not open_:
            await self._replays.end(replay.id, now)
            log.info("replay_ended", replay=replay.id, rows=len(rows), not_decided=len(missing))
            return
        if due and await self._grounds.digest(replay.firm_id) != replay.ground:
            await self._replays.cancel(replay.id, by=OUTDATED, at=now)
            log.warning("replay_outdated", replay=replay.id, left=len(due))
            return
        for row in due[: MOST_OPEN - open_]:
            await self._ask(replay, row)
            work.note(row, now)

    async def _asking_rows(self, replay: Replay, work: _AtWork) -> tuple[PlannedRow, ...]:
        if work.rows is None:
            rows = await self._replays.rows(replay.id)
            work.rows = tuple(row for row in rows if row.is_carried_out)
        return work.rows

    async def _ask(self, replay: Replay, row: PlannedRow) -> None:
        intent = replay_intent(replay.id, replay.firm_id, replay.kind, row, replay.reason or "")
        # Said just now, each time (ADR 37): as of the first time it would be too old an hour later.
        await self._intents.submit(intent, replay.applied_by or replay.made_by, self._now(), replay.id)
