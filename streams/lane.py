"""One row's lane: carries out what the row asks for outside, one effect at a time, until nothing is left to do.

It starts only what is in the log, only while its worker can prove that the partition is still its own, and never
while a decision is being made (`streams/gate.py`). What came of it goes back in as an input.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from structlog.contextvars import bind_contextvars

from domain.effects import Effect, PlanLinks, Write
from domain.ids import EffectId, FirmId, RowKey
from domain.lane_policy import Look, Send, Step, due_at
from domain.outcomes import Deferred, Failed, Result
from domain.ports import TryLater
from streams.errand import Errand
from streams.ground import Ground, Wanted
from streams.meters import EFFECTS, INPUT_TO_DOOR, count_deferred
from streams.mishap import place_of
from streams.outcome_writer import UnwritableOutcomeError
from streams.traces import Place, place_of_effect, span_of_effect

log = structlog.get_logger()


@dataclass(slots=True)
class Lane:
    """One row's lane. `nudged`: the row, its firm, or what goes for all firms has changed."""

    ground: Ground
    key: RowKey
    firm: FirmId
    task: asyncio.Task[None] | None = None
    nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _errands: dict[EffectId, Errand] = field(default_factory=dict)

    async def run(self) -> None:
        """Carry out one effect after the other, as long as the row has any.

        What is logged on the way, also by an adapter, names row and effect.
        """
        bind_contextvars(firm_id=self.firm, key=self.key)
        while waiting := self.ground.waiting(self.key):
            self.nudged.clear()
            due = self._first_due(waiting)
            if due is None:
                await self._until_something_is_due(waiting)
                continue
            effect = due.effect
            bind_contextvars(effect=effect.id, kind=effect.kind)
            # Looked up now: once the outcome is decided, the log's rows name the effect no more.
            cause, errand = self.ground.cause_of(effect.id), self._errand(due, waiting)
            spans, place = self.ground.outside.spans, place_of_effect(effect.id, cause)
            with spans.within(place) if spans is not None else nullcontext():
                result = await self._carry_out(effect, errand, place)
            if result is not None:
                self.ground.answered.add(effect.id)
                if spans is not None:
                    now = datetime.now(UTC)
                    spans.record(span_of_effect(self.key, effect, cause, result, errand.since, now))
                EFFECTS.labels(effect.kind, result.kind).inc()
                log.info("effect_done", outcome=result.kind)

    def _first_due(self, waiting: Sequence[Wanted]) -> Wanted | None:
        """Give the first that may be asked for now."""
        now = datetime.now(UTC)
        return next((each for each in waiting if self._due_at(each, now) == now), None)

    def _due_at(self, wanted: Wanted, now: datetime) -> datetime | None:
        errand = self._errands.get(wanted.effect.id)
        return due_at(
            wanted.step(now), errand.rests_until(wanted.effect) if errand is not None else None, now
        )

    async def _until_something_is_due(self, waiting: Sequence[Wanted]) -> None:
        now = datetime.now(UTC)
        times = [at for each in waiting if (at := self._due_at(each, now)) is not None]
        await self._sleep((min(times) - now).total_seconds() if times else None)

    def _errand(self, due: Wanted, waiting: Sequence[Wanted]) -> Errand:
        """Give what is known of an effect's attempts; of what the row no longer asks for, it is forgotten."""
        wanted = {each.effect.id for each in waiting}
        self._errands = {known: errand for known, errand in self._errands.items() if known in wanted}
        outside = self.ground.outside
        fresh = Errand(self.firm, due.realm, outside.quickbooks, outside.canopy)
        return self._errands.setdefault(due.effect.id, fresh)

    async def _report(self, effect: Effect, result: Result, place: Place) -> None:
        realm = self._errands[effect.id].realm
        await self.ground.outside.outcomes.report(self.firm, self.key, effect.id, result, realm, place)

    async def _carry_out(self, effect: Effect, errand: Errand, place: Place) -> Result | None:
        """Ask for it. None: it is no longer wanted, not now, or was asked for in vain and rests."""
        answer = await self._try(effect, errand)
        try:
            return await self._settled(effect, errand, answer, place)
        except Exception as wrong:  # noqa: BLE001  (an answer that can't be dealt with is this effect's alone)
            return await self._settled(effect, errand, self._hit(effect, errand, wrong), place)

    async def _settled(
        self, effect: Effect, errand: Errand, answer: Result | TryLater | None, place: Place
    ) -> Result | None:
        """Tell an answer to the row, or let the effect rest; gives the answer that the row has been told."""
        if isinstance(answer, TryLater):
            await self._put_off(effect, errand, answer, place)
            return None
        if answer is not None:
            await self._report(effect, answer, place)
        return answer

    def _hit(self, effect: Effect, errand: Errand, wrong: Exception) -> TryLater | Failed:
        """Take note of a bug of ours."""
        cause = wrong.__cause__ if isinstance(wrong, UnwritableOutcomeError) and wrong.__cause__ else wrong
        log.error("effect_raised", error=type(cause).__name__, where=place_of(cause))
        return errand.failed(effect, "unwritable" if isinstance(wrong, UnwritableOutcomeError) else "raised")

    async def _put_off(self, effect: Effect, errand: Errand, answer: TryLater, place: Place) -> None:
        """Let it rest, so that other work of the row has its turn; a long rest is told to the row."""
        now = datetime.now(UTC)
        rest = errand.put_off(effect, answer, random.random(), now)  # noqa: S311  (spreads retries)
        if answer.why == "throttled":
            self.ground.outside.pacers.of(errand.realm).close_for((rest.until - now).total_seconds())
        if rest.is_news:
            await self._report(effect, Deferred(until=rest.until, why=answer.why), place)
        count_deferred(effect.kind, answer.why)
        log.info("effect_deferred", why=answer.why, tries=errand.tries)

    async def _try(self, effect: Effect, errand: Errand) -> Result | TryLater | None:
        """Take a turn, make sure that this is still ours to do, and ask. None: look again at what is wanted."""
        async with AsyncExitStack() as stack:
            if errand.asks_quickbooks(effect):
                await stack.enter_async_context(self.ground.outside.pacers.of(errand.realm).turn())
            await self.ground.prove()
            step = await self.ground.gate.run(lambda: self._begin(effect, errand))
            try:
                if isinstance(step, Send):
                    return await errand.send(effect)
                if isinstance(step, Look) and isinstance(effect, Write):
                    return await errand.look(effect, step.until, datetime.now(UTC))
            except Exception as wrong:  # noqa: BLE001  (whatever it is, the work must not be lost by it)
                return self._hit(effect, errand, wrong)  # an adapter answers in values
            return None

    def _begin(self, effect: Effect, errand: Errand) -> Step | None:
        """Say, with the gate open, what is to be done; what is sent from here on counts as begun."""
        found = self.ground.now(self.key, effect.id)
        if found is None or found.effect != effect or not self.ground.proven():
            return None
        step = found.step(datetime.now(UTC))
        if effect.id not in self.ground.fresh and not errand.begun:
            errand.may_have_happened = True
        if isinstance(step, Send):
            errand.begun = True
            if effect.id in self.ground.fresh:
                self.ground.fresh.discard(effect.id)
                self._first_at_the_door(effect)
        return step

    def _first_at_the_door(self, effect: Effect) -> None:
        """Time how long the input that asked for it took to get here.

        An inner step has no door, and what has its time to come was not meant to be here sooner.
        """
        cause = self.ground.cause_of(effect.id)
        waits = isinstance(effect, PlanLinks) or getattr(effect, "not_before", None) is not None
        if cause is not None and not waits:
            took = (datetime.now(UTC) - cause.at).total_seconds()
            INPUT_TO_DOOR.labels(effect.kind).observe(max(took, 0.0))

    async def _sleep(self, seconds: float | None) -> None:
        """Wait until something has changed, and no longer than that."""
        try:
            async with asyncio.timeout(None if seconds is None else max(seconds, 0)):
                await self.nudged.wait()
        except TimeoutError:
            pass
