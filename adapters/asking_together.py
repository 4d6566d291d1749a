"""Asks for what is to be asked for together, a replay or a batch, row by row, until all of it is decided.

A gateway does it. It keeps no state: what is asked for already is what the log has decided under the id of the whole, so
whoever takes over goes on where the one before was killed, and what is asked for twice is the same intent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import uuid4

import structlog

from adapters.store.decided_together import Said
from domain.ids import FirmId, IntentId
from domain.inputs import Intent
from domain.ports import Intents, KafkaAwayError
from domain.projection import StoreAwayError

LOOK_SECONDS = 0.5
CAUGHT_UP_WITHIN_SECONDS = 5.0
MOST_OPEN = 50
"""Rows that are asked for and not done yet: what is stopped goes on with no more than these."""

ASK_AGAIN = timedelta(seconds=60)
"""What is not decided after so long is asked for once more, and then after twice as long: nobody knows whether it was taken in."""

MOST_TRIES = 5
"""What was asked for so often and is not decided half an hour later lies among the dead letters, and is asked for no more."""

log = structlog.get_logger(__name__)


class Whole(Protocol):
    """A replay or a batch, as far as it is asked for."""

    @property
    def id(self) -> str:
        """What its intents carry as their batch."""
        ...

    @property
    def firm_id(self) -> FirmId:
        """Whose it is."""
        ...

    @property
    def sent_by(self) -> str:
        """In whose name its intents are sent: `user:ID`."""
        ...


W = TypeVar("W", bound=Whole)


class Wholes(Protocol[W]):
    """Where those of one kind are kept, and what is known of them."""

    async def under_way(self) -> Sequence[W]:
        """Give those of which something may be left to ask for."""
        ...

    async def take(self, id_: str, *, sender: str, at: datetime) -> bool:
        """Be the one who asks; False: another one is at it, or nobody is to be."""
        ...

    async def intents(self, whole: W) -> Sequence[Intent]:
        """Give all that it asks for, in order: the same each time. It is asked for once a gateway."""
        ...

    async def said(self, whole: W) -> Mapping[IntentId, Said]:
        """Give what is decided of it."""
        ...

    async def at_work(self, whole: W, said: Mapping[IntentId, Said]) -> int:
        """Count the rows that are decided, and whose work is not done yet, as far as that is waited for."""
        ...

    async def stops_by_itself(self, whole: W, at: datetime) -> bool:
        """Say whether what is left must not be asked for any more; it is stopped by then."""
        ...

    async def end(self, id_: str, at: datetime) -> None:
        """Note that all of it is decided."""
        ...


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
    """What this gateway knows of one that it is at. `intents` None: not read yet; until `rests_until` it is left alone."""

    intents: Sequence[Intent] | None = None
    asked: dict[IntentId, _Asked] = field(default_factory=dict)
    rests_until: datetime | None = None

    def of(self, intent: Intent) -> _Asked:
        return self.asked.get(intent.intent_id, _NEVER)

    def note(self, intent: Intent, now: datetime) -> None:
        self.asked[intent.intent_id] = _Asked(self.of(intent).times + 1, now)


class Asker(Generic[W]):
    """Of one gateway, for one kind; of several gateways, one is at a whole.

    `caught_up` returns once the database shows all that the log holds by then.
    """

    def __init__(
        self,
        wholes: Wholes[W],
        intents: Intents,
        caught_up: Callable[[], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._wholes = wholes
        self._caught_up = caught_up
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
        """Ask for what is due of each that is under way."""
        under_way = await self._wholes.under_way()
        self._at_work = {each.id: self._at_work.get(each.id) or _AtWork() for each in under_way}
        for whole in under_way:
            work = self._at_work[whole.id]
            if work.rests_until is None or self._now() >= work.rests_until:
                await self._take(whole, work)

    async def _take(self, whole: W, work: _AtWork) -> None:
        try:
            if await self._wholes.take(whole.id, sender=self._name, at=self._now()):
                await self._go_on(whole, work)
        except (KafkaAwayError, StoreAwayError):
            raise
        except Exception as error:  # noqa: BLE001  (one that can't be read stops no other, and no gateway)
            work.rests_until = self._now() + ASK_AGAIN
            log.error("asking_failed", batch=whole.id, error=type(error).__name__)  # noqa: TRY400  (its text may hold values)

    async def _go_on(self, whole: W, work: _AtWork) -> None:
        if work.intents is None:
            # Else what the one before has asked for would be asked for again: nothing would be done twice, but all of it told.
            try:
                async with asyncio.timeout(CAUGHT_UP_WITHIN_SECONDS):
                    await self._caught_up()
            except TimeoutError:
                return
            work.intents = await self._wholes.intents(whole)
        said = await self._wholes.said(whole)
        now = self._now()
        missing = [each for each in work.intents if each.intent_id not in said]
        due = [each for each in missing if not work.of(each).is_open(now)]
        open_ = len(missing) - len(due) + await self._wholes.at_work(whole, said)
        due = [each for each in due if work.of(each).times < MOST_TRIES]
        if not due and not open_:
            await self._wholes.end(whole.id, now)
            log.info("asking_ended", batch=whole.id, rows=len(work.intents), not_decided=len(missing))
            return
        if due and await self._wholes.stops_by_itself(whole, now):
            log.warning("asking_outdated", batch=whole.id, left=len(due))
            return
        for intent in due[: max(0, MOST_OPEN - open_)]:
            # Said just now, each time (ADR 37): as of the first time it would be too old an hour later.
            await self._intents.submit(intent, whole.sent_by, self._now(), whole.id)
            work.note(intent, now)
