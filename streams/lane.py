"""One row's lane: carries out what the row asks for outside, one effect at a time, until nothing is left to do.

It starts only what is in the log, only while its worker can prove that the partition is still its own, and never
while a decision is being made (`streams/gate.py`). What came of it goes back in as an input.
"""

import asyncio
import random
import time
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from structlog.contextvars import bind_contextvars

from domain.effects import Effect, ListClients, PlanLinks, UpdateClient, Write
from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.inputs import Cause
from domain.lane_policy import Hold, Look, Send, Step, Wait, look_again_seconds, next_step, pause_seconds
from domain.outcomes import Deferred, Result
from domain.ports import Canopy, QuickBooks, TryLater
from domain.rows import FirmRow
from streams.errand import Errand
from streams.gate import Gate
from streams.log_table import LogTable
from streams.meters import EFFECTS, INPUT_TO_DOOR, count_deferred
from streams.mishap import place_of
from streams.outcome_writer import OutcomeWriter
from streams.pacer import Pacers
from streams.traces import Place, Spans, place_of_effect, span_of_effect

log = structlog.get_logger()

TOLD_AFTER_SECONDS = 2.0
"""A pause longer than this is told to the row, so that people see it wait and why."""
TOLD_AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The two sides, and how what came of it is reported. `spans` None: nobody traces."""

    quickbooks: QuickBooks
    canopy: Canopy
    outcomes: OutcomeWriter
    pacers: Pacers = field(default_factory=Pacers)
    spans: Spans | None = None


@dataclass(slots=True, kw_only=True)
class Ground:
    """What the lanes of one partition stand on.

    `fresh`: effects that we planned and never began. `answered`: those whose outcome is reported and not yet decided.
    `proof_seconds`: how old our last look at the log may be for the partition to count as ours.
    """

    partition: int
    rows: LogTable
    outside: Outside
    proof_seconds: float
    gate: Gate = field(default_factory=Gate)
    fresh: set[EffectId] = field(default_factory=set)
    answered: set[EffectId] = field(default_factory=set)

    def next_of(self, key: RowKey) -> Effect | None:
        """Give the first effect of a row that is not answered yet."""
        row = self.rows.partition(self.partition).table.get(key)
        pending: tuple[Effect, ...] = row.pending if row is not None else ()
        return next((effect for effect in pending if effect.id not in self.answered), None)

    def now(self, key: RowKey, effect: EffectId) -> tuple[Effect, FirmRow, RealmId] | None:
        """Give an effect as its row has it now. None: it is no longer wanted."""
        table = self.rows.partition(self.partition).table
        row = table.get(key)
        current = next((e for e in row.pending if e.id == effect), None) if row is not None else None
        firm = table.firm(row.firm_id) if row is not None else None
        if current is None or firm is None or firm.connection is None:
            return None
        return current, firm, firm.connection.realm_id

    def cause_of(self, effect: EffectId) -> Cause | None:
        """Give the input that planned a pending effect; None where the log says it no longer."""
        return self.rows.partition(self.partition).causes.get(effect)

    def proven(self) -> bool:
        """Say whether we have seen lately enough that nobody else decides here."""
        return time.monotonic() - self.rows.partition(self.partition).proven_at < self.proof_seconds

    async def prove(self) -> None:
        """Fold first where our last look is too old."""
        if not self.proven():
            async with self.rows.partition(self.partition).lock:
                await self.rows.catch_up([self.partition])


@dataclass(slots=True)
class Lane:
    """One row's lane. `nudged`: the row, or its firm, has changed."""

    ground: Ground
    key: RowKey
    firm: FirmId
    task: asyncio.Task[None] | None = None
    nudged: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Carry out one effect after the other. What is logged on the way, also by an adapter, names both."""
        bind_contextvars(firm_id=self.firm, key=self.key)
        while (effect := self.ground.next_of(self.key)) is not None:
            bind_contextvars(effect=effect.id, kind=effect.kind)
            # Looked up now: once the outcome is decided, the log's rows name the effect no more.
            cause, begun = self.ground.cause_of(effect.id), datetime.now(UTC)
            spans, place = self.ground.outside.spans, place_of_effect(effect.id, cause)
            with spans.within(place) if spans is not None else nullcontext():
                result = await self._carry_out(effect, place)
            if result is not None:
                await self._report(effect, result, place)
                if spans is not None:
                    now = datetime.now(UTC)
                    spans.record(span_of_effect(self.key, effect, cause, result, begun, now))
                self.ground.answered.add(effect.id)
                EFFECTS.labels(effect.kind, result.kind).inc()
                log.info("effect_done", outcome=result.kind)

    async def _report(self, effect: Effect, result: Result, place: Place) -> None:
        await self.ground.outside.outcomes.report(self.firm, self.key, effect.id, result, place)

    async def _carry_out(self, effect: Effect, place: Place) -> Result | None:
        """Ask until there is an answer. None: it is no longer wanted."""
        errand: Errand | None = None
        told_until = datetime.min.replace(tzinfo=UTC)
        while True:
            self.nudged.clear()
            found = self.ground.now(self.key, effect.id)
            if found is None:
                return None
            effect, firm, realm = found
            if errand is None:
                errand = Errand(
                    firm.firm_id, realm, self.ground.outside.quickbooks, self.ground.outside.canopy
                )
            now = datetime.now(UTC)
            match next_step(effect, firm.settings, now):
                case Hold():
                    await self.nudged.wait()
                    continue
                case Wait(until=until):
                    await self._sleep((until - now).total_seconds())
                    continue
                case Look() | Send():
                    answer = await self._try(effect, errand)
            if answer is None:
                continue
            if not isinstance(answer, TryLater):
                return answer
            seconds = self._pause_after(answer, errand, effect)
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            if seconds > TOLD_AFTER_SECONDS and until > told_until and isinstance(effect, Write):
                told_until = until + timedelta(seconds=TOLD_AGAIN_SECONDS)
                await self._report(effect, Deferred(until=until, why=answer.why), place)
            count_deferred(effect.kind, answer.why)
            log.info("effect_deferred", why=answer.why, tries=errand.tries)
            await self._pause(effect, seconds)

    def _pause_after(self, answer: TryLater, errand: Errand, effect: Effect) -> float:
        seconds = pause_seconds(answer, errand.tries, random.random())  # noqa: S311  (spreads retries)
        if answer.why == "throttled":
            self.ground.outside.pacers.of(errand.realm).close_for(seconds)
        elif isinstance(effect, Write) and effect.stop_at is not None:
            return look_again_seconds(seconds, effect.stop_at, datetime.now(UTC))
        return seconds

    async def _pause(self, effect: Effect, seconds: float) -> None:
        """Wait, but no longer than until something else is wanted of the effect."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while (left := end - clock()) > 0:
            found = self.ground.now(self.key, effect.id)
            if found is None or found[0] != effect:
                return
            self.nudged.clear()
            await self._sleep(left)

    async def _try(self, effect: Effect, errand: Errand) -> Result | TryLater | None:
        """Take a turn, make sure that this is still ours to do, and ask. None: look again at what is wanted."""
        async with AsyncExitStack() as stack:
            if _asks_quickbooks(effect, errand):
                await stack.enter_async_context(self.ground.outside.pacers.of(errand.realm).turn())
            await self.ground.prove()
            step = await self.ground.gate.run(lambda: self._begin(effect, errand))
            try:
                if isinstance(step, Send):
                    return await errand.send(effect)
                if isinstance(step, Look) and isinstance(effect, Write):
                    return await errand.look(effect, step.until, datetime.now(UTC))
            except Exception as wrong:  # noqa: BLE001  (whatever it is, the work must not be lost by it)
                # An adapter answers in values; what it raises is a bug of ours.
                log.error(  # noqa: TRY400  (an exception's text may hold a client's values)
                    "effect_raised", error=type(wrong).__name__, where=place_of(wrong)
                )
                return TryLater(why="bug", may_have_happened=True)
            return None

    def _begin(self, effect: Effect, errand: Errand) -> Step | None:
        """Say, with the gate open, what is to be done; what is sent from here on counts as begun."""
        found = self.ground.now(self.key, effect.id)
        if found is None or found[0] != effect or not self.ground.proven():
            return None
        step = next_step(effect, found[1].settings, datetime.now(UTC))
        if effect.id not in self.ground.fresh and not errand.begun:
            errand.may_have_happened = True
        if isinstance(step, Send):
            errand.begun = True
            if effect.id in self.ground.fresh:
                self.ground.fresh.discard(effect.id)
                self._first_at_the_door(effect)
        return step

    def _first_at_the_door(self, effect: Effect) -> None:
        """Time how long the input that asked for it took to get here; an inner step has no door."""
        cause = self.ground.cause_of(effect.id)
        if cause is not None and not isinstance(effect, PlanLinks):
            took = (datetime.now(UTC) - cause.at).total_seconds()
            INPUT_TO_DOOR.labels(effect.kind).observe(max(took, 0.0))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self.nudged.wait()
        except TimeoutError:
            pass


def _asks_quickbooks(effect: Effect, errand: Errand) -> bool:
    """Say whether a try needs a turn: what is stopped and was never carried out needs no look either."""
    if isinstance(effect, UpdateClient | ListClients | PlanLinks):
        return False
    stopped = isinstance(effect, Write) and effect.stop_at is not None
    return not stopped or errand.may_have_happened or not errand.begun
