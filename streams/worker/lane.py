"""One row's lane: carries out what the row asks for outside, one effect at a time, until nothing is left to do.

It starts only what is in the log, only while its worker holds the lease of the partition, and never
while a decision is being made (`streams/worker/gate.py`). What came of it goes back in as an input.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bind_contextvars

from domain.breaker import Closed
from domain.effects import Effect, PlanLinks, ReadCustomer, UpdateCustomer, Write
from domain.ids import EffectId, FirmId, RowKey
from domain.inputs import Cause
from domain.lane_policy import Look, Send, Step, due_at
from domain.obstacles import Obstacle
from domain.outcomes import Deferred, Failed, Result
from domain.ports import TryLater
from domain.urgency import Urgency, urgency_of
from streams.wire.meters import EFFECTS, INPUT_TO_DOOR, count_deferred
from streams.wire.mishap import place_of
from streams.wire.outcome_events import UnwritableOutcomeError
from streams.wire.traces import Place, place_of_effect, span_of_effect
from streams.worker.attempts import Attempts, Rest
from streams.worker.partition_context import PartitionContext, Wanted
from streams.worker.rate_limiter import Permit, RateLimiter
from streams.worker.shared_reads import Apart, Raised, ReadAnswer
from streams.worker.shared_updates import Change, Heard, Passenger, send_together, take_along

log = structlog.get_logger()

JUST_AFTER_SECONDS = 0.001
"""The two clocks round differently: who comes a microsecond too soon would be sent away again and again."""

SHARES = (Urgency.CHANGE, Urgency.BULK)
"""Classes of which changes may share a request: nobody waits for one of them alone."""

Answer = Result | TryLater | Closed | None


@dataclass(frozen=True, slots=True)
class Job:
    """What a lane takes up next. `queue`: where it waits for its turn; the same queue is the same place in it.

    The cause is looked up early: once the outcome is decided, the log's rows name the effect no more.
    """

    effect: Effect
    attempts: Attempts
    cause: Cause | None
    queue: tuple[object, ...] | None

    @property
    def place(self) -> Place:
        """Say where it stands in its trace."""
        return place_of_effect(self.effect.id, self.cause)


@dataclass(slots=True)
class Lane:
    """One row's lane. `nudged`: the row, its firm, or what goes for all firms has changed."""

    context: PartitionContext
    key: RowKey
    firm: FirmId
    task: asyncio.Task[None] | None = None
    nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _attempts: dict[EffectId, Attempts] = field(default_factory=dict)
    _queue: tuple[object, ...] | None = None
    _give_up: Callable[[], None] | None = None

    async def run(self) -> None:
        """Carry out one effect after the other, as long as the row has any.

        What is logged on the way, also by an adapter, names row and effect.
        """
        bind_contextvars(firm_id=self.firm, key=self.key)
        while waiting := self.context.waiting(self.key):
            self.nudged.clear()
            job = self._next(waiting)
            if job is None:
                await self._until_something_is_due(waiting)
                continue
            job, answer = await self._carry_out(job)
            bind_contextvars(effect=job.effect.id, kind=job.effect.kind)
            try:
                await self._settle(job, answer)
            except Exception as wrong:  # noqa: BLE001  (an answer that can't be dealt with is this effect's alone)
                await self._settle(job, self._hit(job.effect, job.attempts, wrong))

    def row_changed(self) -> None:
        """Take note that the row is another now; a place in a queue is kept, unless something more urgent came up."""
        self.nudged.set()
        if self._give_up is not None:
            job = self._next(self.context.waiting(self.key))
            if job is None or job.queue != self._queue:
                self._give_up()

    def _next(self, waiting: Sequence[Wanted]) -> Job | None:
        """Choose the most urgent of what may be asked for now; among equals the first."""
        now = self.context.outside.clock.now()
        due = [each for each in waiting if self._due_at(each, now) == now]
        if not due:
            return None
        chosen = min(due, key=lambda each: self._rank(each.effect))
        return self._job(chosen.effect, self._attempts_of(chosen, waiting))

    def _job(self, effect: Effect, attempts: Attempts) -> Job:
        return Job(effect, attempts, self.context.cause_of(effect.id), self._queue_of(effect, attempts))

    def _rank(self, effect: Effect) -> int:
        return tuple(Urgency).index(self._urgency(effect))

    def _urgency(self, effect: Effect) -> Urgency:
        return urgency_of(effect, self.context.origin_of(effect.id))

    def _queue_of(self, effect: Effect, attempts: Attempts) -> tuple[object, ...] | None:
        """Name the queue in which it waits: a side's and its urgency; reads wait together. None: it asks nobody."""
        side = attempts.asks(effect)
        urgency = self._urgency(effect)
        if side is None:
            return None
        shared = (effect.id,) if isinstance(effect, ReadCustomer) and urgency is Urgency.READ else ()
        return side, attempts.realm, urgency, *shared

    def _due_at(self, wanted: Wanted, now: datetime) -> datetime | None:
        attempts = self._attempts.get(wanted.effect.id)
        return due_at(
            wanted.step(now), attempts.rests_until(wanted.effect) if attempts is not None else None, now
        )

    async def _until_something_is_due(self, waiting: Sequence[Wanted]) -> None:
        now = self.context.outside.clock.now()
        times = [at for each in waiting if (at := self._due_at(each, now)) is not None]
        await self._sleep((min(times) - now).total_seconds() if times else None)

    def _attempts_of(self, due: Wanted, waiting: Sequence[Wanted]) -> Attempts:
        """Give what is known of an effect's attempts; of what the row no longer asks for, it is forgotten."""
        wanted = {each.effect.id for each in waiting}
        self._attempts = {known: attempts for known, attempts in self._attempts.items() if known in wanted}
        outside = self.context.outside
        new = Attempts(self.firm, due.realm, outside.quickbooks, outside.canopy, outside.clock.now())
        return self._attempts.setdefault(due.effect.id, new)

    async def _carry_out(self, job: Job) -> tuple[Job, Answer]:
        """Ask for it, once it is its turn. None: it is no longer wanted, or not now."""
        side = job.attempts.asks(job.effect)
        if side is None:
            return job, await self._traced(job, None)
        urgency = self._urgency(job.effect)
        if isinstance(job.effect, ReadCustomer) and urgency is Urgency.READ:
            return job, await self._read_with_others(job, job.effect)
        limiter = self.context.outside.doors.of(side, self.firm, job.attempts.realm)
        passenger = self._passenger(job)
        ticket = limiter.ask(urgency, passenger)
        self._wait_in(job.queue, ticket.give_up)
        async with limiter.turn(ticket) as granted:
            self._wait_in(None, None)
            if isinstance(granted, Permit):
                # What is asked for is chosen now: it may be another effect than the one that took the place.
                chosen = self._next(self.context.waiting(self.key))
                if chosen is None or chosen.queue != job.queue:
                    return job, None
                return chosen, await self._traced(chosen, granted, limiter)
        if passenger is not None and passenger.change is not None:
            change = passenger.change
            return self._job(change.effect, change.attempts), await passenger.told
        return job, granted

    def _passenger(self, job: Job) -> Passenger | None:
        """Let it leave along with others that wait, if it may. Who is waited for by a person never does."""
        if self._change_in(job) is None:
            return None

        def choose() -> Change | None:
            chosen = self._next(self.context.waiting(self.key))
            change = self._change_in(chosen) if chosen is not None and chosen.queue == job.queue else None
            if change is None or not isinstance(self._begin(change.effect, change.attempts), Send):
                return None
            return change

        return Passenger(self.context, choose)

    def _change_in(self, job: Job) -> Change | None:
        """Give what of a job may share a request."""
        effect = job.effect
        shares = self._urgency(effect) in SHARES and job.attempts.goes_along(effect)
        return Change(effect, job.attempts) if shares and isinstance(effect, UpdateCustomer) else None

    def _wait_in(self, queue: tuple[object, ...] | None, give_up: Callable[[], None] | None) -> None:
        self._queue, self._give_up = queue, give_up

    async def _read_with_others(self, job: Job, effect: ReadCustomer) -> Answer:
        """Let one request read this customer and others that wait."""
        reads = self.context.reads(job.attempts.realm)

        def begin() -> bool:
            begun = isinstance(self._begin(effect, job.attempts), Send)
            if begun:
                self._wait_in(None, None)
                job.attempts.tries += 1
            return begun

        reader = reads.ask(effect, job.attempts.together, job.place, begin)
        self._wait_in(job.queue, reader.give_up)
        answer: ReadAnswer = await reads.answer_to(reader)
        self._wait_in(None, None)
        match answer:
            case Apart(together=together):
                job.attempts.together = together
                return None
            case Raised(wrong=wrong):
                return self._hit(effect, job.attempts, wrong)
            case _:
                return answer

    async def _traced(self, job: Job, permit: Permit | None, limiter: RateLimiter | None = None) -> Answer:
        bind_contextvars(effect=job.effect.id, kind=job.effect.kind)
        spans = self.context.outside.spans
        with spans.within(job.place) if spans is not None else nullcontext():
            heard = await self._try(job, permit)
        if limiter is not None and heard.reached:
            # In the same turn: nothing may leave between a refusal and the closing of the door.
            jitter = self.context.outside.clock.jitter()
            limiter.heard(job.effect.id, heard.trouble, jitter)
        return heard.told

    async def _settle(self, job: Job, answer: Answer) -> None:
        """Tell an answer to the row, or let the effect rest."""
        match answer:
            case None:
                pass  # look again at what is wanted
            case TryLater():
                await self._put_off(job, answer)
            case Closed():
                await self._wait_until_open(job, answer)
            case _:
                await self._done(job, answer)

    def _hit(self, effect: Effect, attempts: Attempts, wrong: Exception) -> TryLater | Failed:
        """Take note of a bug of ours."""
        cause = wrong.__cause__ if isinstance(wrong, UnwritableOutcomeError) and wrong.__cause__ else wrong
        log.error("effect_raised", error=type(cause).__name__, where=place_of(cause))
        return attempts.failed(
            effect, "unwritable" if isinstance(wrong, UnwritableOutcomeError) else "raised"
        )

    async def _put_off(self, job: Job, answer: TryLater) -> None:
        """Let it rest, so that other work of the row has its turn; a long rest is told to the row."""
        clock = self.context.outside.clock
        rest = job.attempts.put_off(job.effect, answer, clock.jitter(), clock.now())
        await self._tell_rest(job, rest, answer.why)
        count_deferred(job.effect.kind, answer.why)
        log.info("effect_deferred", why=answer.why, tries=job.attempts.tries)

    async def _wait_until_open(self, job: Job, closed: Closed) -> None:
        """Let it rest, untried, until its side is asked again."""
        clock = self.context.outside.clock
        now = clock.now()
        left = max(closed.until - clock.monotonic(), 0.0) + JUST_AFTER_SECONDS
        until = now + timedelta(seconds=left)
        await self._tell_rest(job, job.attempts.wait_until(job.effect, until, now), closed.why)

    async def _tell_rest(self, job: Job, rest: Rest, why: Obstacle) -> None:
        if rest.is_news:
            await self._report(job, Deferred(until=rest.until, why=why))

    async def _done(self, job: Job, result: Result) -> None:
        await self._report(job, result)
        self.context.answered.add(job.effect.id)
        outside = self.context.outside
        if outside.spans is not None:
            now = outside.clock.now()
            outside.spans.record(
                span_of_effect(self.key, job.effect, job.cause, result, job.attempts.since, now)
            )
        EFFECTS.labels(job.effect.kind, result.kind).inc()
        log.info("effect_done", outcome=result.kind)

    async def _report(self, job: Job, result: Result) -> None:
        await self.context.outside.outcomes.report(
            self.firm, self.key, job.effect.id, result, job.attempts.realm, job.place
        )

    async def _try(self, job: Job, permit: Permit | None) -> Heard:
        """Make sure that this is still ours to do, and ask. `told` None: look again at what is wanted."""
        effect, attempts = job.effect, job.attempts
        first = self._change_in(job) if permit is not None and permit.most > 1 else None
        along: list[Passenger] = []

        def begin() -> Step | None:
            step = self._begin(effect, attempts)
            if permit is not None and first is not None and isinstance(step, Send):
                along.extend(take_along(permit, self.context))
            return step

        step = await self.context.begin(permit, begin)
        if permit is not None and isinstance(step, Send | Look):
            permit.leaves(1 + len(along))
        if first is not None and along:
            return await send_together(self.context.outside.quickbooks, attempts.realm, first, along)
        answer: Result | TryLater | None = None
        try:
            if isinstance(step, Send):
                answer = await attempts.send(effect)
            if isinstance(step, Look) and isinstance(effect, Write):
                answer = await attempts.look(effect, step.until, self.context.outside.clock.now())
        except Exception as wrong:  # noqa: BLE001  (whatever it is, the work must not be lost by it)
            answer = self._hit(effect, attempts, wrong)  # an adapter answers in values
        trouble = answer if isinstance(answer, TryLater) else None
        return Heard(answer, trouble, reached=answer is not None and not isinstance(answer, Failed))

    def _begin(self, effect: Effect, attempts: Attempts) -> Step | None:
        """Say, with the gate open, what is to be done; what is sent from here on counts as begun."""
        found = self.context.now(self.key, effect.id)
        if found is None or found.effect != effect or not self.context.holds_lease():
            return None
        step = found.step(self.context.outside.clock.now())
        if effect.id not in self.context.unstarted and not attempts.started:
            attempts.may_have_happened = True
        if isinstance(step, Send):
            attempts.started = True
            if effect.id in self.context.unstarted:
                self.context.unstarted.discard(effect.id)
                self._first_at_the_door(effect)
        return step

    def _first_at_the_door(self, effect: Effect) -> None:
        """Time how long the input that asked for it took to get here.

        An inner step has no door, and what has its time to come was not meant to be here sooner.
        """
        cause = self.context.cause_of(effect.id)
        waits = isinstance(effect, PlanLinks) or getattr(effect, "not_before", None) is not None
        if cause is not None and not waits:
            took = (self.context.outside.clock.now() - cause.at).total_seconds()
            INPUT_TO_DOOR.labels(effect.kind).observe(max(took, 0.0))

    async def _sleep(self, seconds: float | None) -> None:
        """Wait until something has changed, and no longer than that."""
        try:
            async with asyncio.timeout(None if seconds is None else max(seconds, 0)):
                await self.nudged.wait()
        except TimeoutError:
            pass
