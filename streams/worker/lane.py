"""One row's lane: carries out what the row asks for outside, one effect at a time, until nothing is left to do.

It starts only what is in the log, only while its worker holds the lease of the partition, and never
while a decision is being made (`streams/worker/gate.py`). What came of it goes back in as an input.
"""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from structlog.contextvars import bind_contextvars

from domain.effects import Effect, PlanLinks, ReadCustomer, Write
from domain.ids import FirmId, RowKey
from domain.lane_policy import Look, Send, Step
from domain.outcomes import Failed, Result, Unconfirmed
from domain.ports import TryLater
from streams.wire.meters import INPUT_TO_DOOR
from streams.worker.attempts import Attempts
from streams.worker.next_job import Job, Jobs
from streams.worker.partition_context import PartitionContext
from streams.worker.permit import Permit
from streams.worker.rate_limiter import RateLimiter
from streams.worker.settling import Answer, Settling, failed_by_us
from streams.worker.shared_reads import Apart, Raised, ReadAnswer
from streams.worker.shared_updates import Change, Heard, Passenger, send_together, take_along


@dataclass(slots=True)
class Lane:
    """One row's lane. `nudged`: the row, its firm, or what goes for all firms has changed."""

    context: PartitionContext
    key: RowKey
    firm: FirmId
    task: asyncio.Task[None] | None = None
    nudged: asyncio.Event = field(default_factory=asyncio.Event)
    _queue: tuple[object, ...] | None = None
    _give_up: Callable[[], None] | None = None
    _jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self._jobs = Jobs(self.context, self.firm)

    async def run(self) -> None:
        """Carry out one effect after the other, as long as the row has any.

        What is logged on the way, also by an adapter, names row and effect.
        """
        bind_contextvars(firm_id=self.firm, key=self.key)
        settling = Settling(self.context, self.firm, self.key)
        while waiting := self.context.waiting(self.key):
            self.nudged.clear()
            job = self._jobs.next(waiting)
            if job is None:
                await self._sleep(self._jobs.seconds_until_due(waiting))
                continue
            job, answer = await self._carry_out(job)
            bind_contextvars(effect=job.effect.id, kind=job.effect.kind)
            try:
                await settling.settle(job, answer)
            except Exception as wrong:  # noqa: BLE001  (an answer that can't be dealt with is this effect's alone)
                await settling.settle(job, failed_by_us(job.effect, job.attempts, wrong))

    def row_changed(self) -> None:
        """Take note that the row is another now; a place in a queue is kept, unless something more urgent came up."""
        self.nudged.set()
        if self._give_up is not None:
            job = self._next()
            if job is None or job.queue != self._queue:
                self._give_up()

    def _next(self) -> Job | None:
        return self._jobs.next(self.context.waiting(self.key))

    async def _carry_out(self, job: Job) -> tuple[Job, Answer]:
        """Ask for it, once it is its turn. None: it is no longer wanted, or not now."""
        side = job.attempts.asks(job.effect)
        if side is None:
            return job, await self._traced(job, None)
        if isinstance(job.effect, ReadCustomer) and job.reads_with_others:
            return job, await self._read_with_others(job, job.effect)
        limiter = self.context.outside.doors.of(side, self.firm, job.attempts.realm)
        passenger = self._passenger(job)
        ticket = limiter.ask(job.urgency, passenger)
        self._wait_in(job.queue, ticket.give_up)
        async with limiter.turn(ticket) as granted:
            self._wait_in(None, None)
            if isinstance(granted, Permit):
                # What is asked for is chosen now: it may be another effect than the one that took the place.
                chosen = self._next()
                if chosen is None or chosen.queue != job.queue:
                    return job, None
                return chosen, await self._traced(chosen, granted, limiter)
        if passenger is not None and passenger.change is not None:
            change = passenger.change
            return self._jobs.of(change.effect, change.attempts), await passenger.told
        return job, granted

    def _passenger(self, job: Job) -> Passenger | None:
        """Let it leave along with others that wait, if it may. Who is waited for by a person never does."""
        if job.change is None:
            return None

        def choose() -> Change | None:
            chosen = self._next()
            change = chosen.change if chosen is not None and chosen.queue == job.queue else None
            if change is None or not isinstance(self._begin(change.effect, change.attempts), Send):
                return None
            return change

        return Passenger(self.context, choose)

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
                return failed_by_us(effect, job.attempts, wrong)
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

    async def _try(self, job: Job, permit: Permit | None) -> Heard:
        """Make sure that this is still ours to do, and ask. `told` None: look again at what is wanted."""
        effect, attempts = job.effect, job.attempts
        first = job.change if permit is not None and permit.most > 1 else None
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
            answer = failed_by_us(effect, attempts, wrong)  # an adapter answers in values
        trouble = answer if isinstance(answer, TryLater) else None
        # Nobody has answered where we give up: that says nothing of how its side is.
        return Heard(
            answer, trouble, reached=answer is not None and not isinstance(answer, Failed | Unconfirmed)
        )

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
