"""One company's door: who may ask next, and when. Nothing leaves faster than its rate, whatever stalls on the way.

Spaced by when requests really leave: one permit is out at a time, and leaves a gap after the one before it has left.
Planned times would let all that a stall made overdue leave together. Who goes next is chosen as a permit is given, not
as it is asked for. A door belongs to one worker, so nothing is shared.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from prometheus_client import Gauge, Histogram

from domain.breaker import Closed, Health, after_answer
from domain.ids import EffectId
from domain.obstacles import Obstacle
from domain.ports import TryLater
from domain.rate import AFTER_TAKE_OVER, AFTER_THROTTLING, Rate, gap_seconds
from domain.together import PAID_AFTER_TAKE_OVER_SECONDS, Budget, Waits, may_go_from
from domain.urgency import PLACES_LEFT_FREE, Urgency, next_up
from streams.worker.clock import Clock

K = TypeVar("K")

FORGOTTEN_AFTER_SECONDS = 60.0
"""Long enough idle for a new limiter to make no difference: a minute is the longest time that Intuit counts in."""
CLOSED_FORGOTTEN_AFTER_SECONDS = 600.0
AHEAD_SECONDS = 0.1
"""A permit is given so long before it may leave: its lane proves meanwhile that the work is still its own, which may take a decision's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """Where one side's doors are counted: `wait` in seconds, and `closed` with the label `why`."""

    wait: Histogram
    closed: Gauge


@dataclass(slots=True, eq=False)
class Ticket:
    """A place in the queue. `answer`: a permit; or why there is none; or None, where it was given up.

    `companion`: who may leave along with others that wait; None: it leaves alone.
    """

    urgency: Urgency
    asked_at: float
    answer: "asyncio.Future[Permit | Closed | None]"
    holds_place: bool = False
    companion: object | None = None

    def give_up(self) -> None:
        """Leave the queue."""
        if not self.answer.done():
            self.answer.set_result(None)


@dataclass(slots=True, eq=False)
class Permit:
    """Lets one request leave. `used`: that has happened, and the next one of the same work needs its own departure.

    `most`: how many changes may go in that request; `changes`: how many did.
    """

    limiter: "RateLimiter"
    urgency: Urgency
    used: bool = False
    most: int = 1
    changes: int = 1

    async def moment(self) -> None:
        """Wait until the request may leave. Nobody else's may meanwhile, nor after it until `leaves`."""
        await self.limiter.moment()

    def along(self, begin: Callable[[K], bool], kind: type[K]) -> list[K]:
        """Give those who wait behind it and may go along, and whom `begin` begins: they wait for no permit any more."""
        return self.limiter.along(self, begin, kind)

    def leaves(self, changes: int = 1) -> None:
        """Note that the request leaves, with so many changes in it."""
        self.changes = changes
        self.limiter.left(self)


_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


async def before_each_request() -> TryLater | None:
    """Wait until one more request of the present work may leave; None: it may.

    For adapters, right before each request: one effect may need several. The first leaves with the permit that its lane
    was given, unless another one has left since.
    """
    permit = _permit.get()
    return await permit.limiter.leave_again(permit) if permit is not None else None


class RateLimiter:
    """One company's (or at Canopy one firm's) queue, pace and health."""

    def __init__(self, rate: Rate, clock: Clock, meters: Meters) -> None:
        self._rate = rate
        self._clock = clock
        self._meters = meters
        self._queues: dict[Urgency, OrderedDict[Ticket, None]] = {each: OrderedDict() for each in Urgency}
        self._passed_over = dict.fromkeys(Urgency, 0)
        self._under_way: set[Permit] = set()
        self._out: Permit | None = None
        self._last: Permit | None = None
        self._left_at = float("-inf")
        self._start, self._started_at = AFTER_TAKE_OVER, clock.monotonic()
        self._budget = Budget(paid_at=clock.monotonic() + PAID_AFTER_TAKE_OVER_SECONDS)
        self._went_at = dict.fromkeys(Urgency, float("-inf"))
        self._health = Health()
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = float("inf")
        self._used_at = clock.monotonic()

    @property
    def closed(self) -> Closed | None:
        """Say until when nothing is asked, and why."""
        return self._health.closed if self._health.is_closed(self._clock.monotonic()) else None

    def is_idle(self) -> bool:
        """Say whether forgetting it would change nothing."""
        if self._under_way or any(self._queues.values()):
            return False
        idle = self._clock.monotonic() - self._used_at
        if self._health.closed is not None:
            over = self._clock.monotonic() - self._health.closed.until
            return min(idle, over) > CLOSED_FORGOTTEN_AFTER_SECONDS
        return idle > FORGOTTEN_AFTER_SECONDS

    def forget(self) -> None:
        """Take it out of what is counted."""
        self._set_health(Health())

    def ask(self, urgency: Urgency, companion: object | None = None) -> Ticket:
        """Take a place in the queue; `turn` waits for what comes of it. `companion`: who may go along with others."""
        return self._queue_up(urgency, holds_place=False, companion=companion)

    @asynccontextmanager
    async def turn(self, ticket: Ticket) -> AsyncIterator[Permit | Closed | None]:
        """Wait for a permit, and hold one of the places while the requests run."""
        try:
            granted = await ticket.answer
            token = _permit.set(granted if isinstance(granted, Permit) else None)
            try:
                yield granted
            finally:
                _permit.reset(token)
        finally:
            self._forget(ticket)

    async def moment(self) -> None:
        """Wait until the next request may leave."""
        while (left := self._next_at() - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)

    def _next_at(self) -> float:
        now, rate, together = self._clock.monotonic(), self._rate, self._rate.together
        if together is not None and self._budget.slows_others(together, now):
            rate = replace(rate, per_second=together.per_second_beside)
        return self._left_at + gap_seconds(rate, self._start, now - self._started_at)

    def along(self, permit: Permit, begin: Callable[[K], bool], kind: type[K]) -> list[K]:
        """Take out of the queue those that wait behind a permit in its class, in their order, and that `begin` begins."""
        along: list[K] = []
        for ticket in tuple(islice(self._queues[permit.urgency], permit.most - 1)):
            who = ticket.companion
            if isinstance(who, kind) and not ticket.answer.done() and begin(who):
                self._meters.wait.observe(self._clock.monotonic() - ticket.asked_at)
                ticket.give_up()
                along.append(who)
        return along

    def left(self, permit: Permit) -> None:
        """Note a request's departure, which lets the next one have its turn."""
        now = self._clock.monotonic()
        if self._rate.together is not None:
            self._budget = self._budget.after(permit.changes, self._rate.together, now)
        self._departs(permit, now)

    def _departs(self, permit: Permit, now: float) -> None:
        self._last, self._left_at, self._used_at = permit, now, now
        self._went_at[permit.urgency] = now
        if self._out is permit:
            self._out = None
        self._give()

    async def leave_again(self, permit: Permit) -> TryLater | None:
        """Wait for one more departure of work that has its place. A closed door is an answer: nothing was sent."""
        first, permit.used = not permit.used, True
        if first and self._last is permit:
            # A token may have been slow to come; nobody has left since, and whoever is next waits.
            now = self._clock.monotonic()
            self._budget = self._budget.later(now - self._left_at)
            self._departs(permit, now)
            return None
        if first and self._out is permit:
            await self.moment()
            self.left(permit)
            return None
        ticket = self._queue_up(permit.urgency, holds_place=True)
        try:
            granted = await ticket.answer
            if isinstance(granted, Permit):
                granted.changes = permit.changes
                await self.moment()
                self.left(granted)
                return None
        finally:
            self._forget(ticket)
        closed = granted or Closed(why=Obstacle.UNAVAILABLE, until=self._clock.monotonic())
        return TryLater(
            why=closed.why,
            may_have_happened=False,
            after_seconds=max(closed.until - self._clock.monotonic(), 0.0),
        )

    def heard(self, effect: EffectId, trouble: TryLater | None, jitter: float) -> None:
        """Take in what came of a request. Where it closes the door, everyone who waits is told."""
        now = self._clock.monotonic()
        before = self._health.closed
        self._set_health(after_answer(self._health, effect, trouble, now, jitter))
        if self._health.closed is None and before is not None and before.why is Obstacle.THROTTLED:
            self._start, self._started_at = AFTER_THROTTLING, now
        self._turn_away()
        self._give()

    def close_for(self, seconds: float, why: Obstacle) -> None:
        """Ask nothing for a while: somebody who had this door before was told to wait."""
        now = self._clock.monotonic()
        if self._health.closed is None or self._health.closed.until < now + seconds:
            self._set_health(Health(closed=Closed(why=why, until=now + seconds)))
        self._turn_away()

    def _queue_up(self, urgency: Urgency, *, holds_place: bool, companion: object | None = None) -> Ticket:
        now = self._clock.monotonic()
        answer: asyncio.Future[Permit | Closed | None] = asyncio.get_running_loop().create_future()
        ticket = Ticket(urgency, now, answer, holds_place, companion)
        self._used_at = now
        if self._health.is_closed(now):
            answer.set_result(self._health.closed)
            return ticket
        self._queues[urgency][ticket] = None
        if holds_place:
            # What has begun is finished first, within its class: it holds a place as long as it waits.
            self._queues[urgency].move_to_end(ticket, last=False)
        self._give()
        return ticket

    def _give(self) -> None:
        """Give the next permit, if it is time; else see to it that somebody looks again."""
        if self._out is not None:
            return  # looked at again as soon as that one leaves
        now = self._clock.monotonic()
        from_ = self._may_go_from(now)
        if not from_:
            return
        look_at = max(self._next_at() - AHEAD_SECONDS, min(from_.values()))
        if look_at > now:
            self._look_again_at(look_at)
            return
        chosen = next_up([each for each, at in from_.items() if at <= now], self._passed_over)
        ticket, _ = self._queues[chosen].popitem(last=False)
        most = self._most(ticket, now)
        for each in Urgency:
            self._passed_over[each] += 1 if self._queues[each] else 0
        self._passed_over[chosen] = 0
        permit = Permit(self, chosen, most=most)
        self._out = permit
        if not ticket.holds_place:
            self._under_way.add(permit)
        self._meters.wait.observe(now - ticket.asked_at)
        ticket.answer.set_result(permit)

    def _may_go_from(self, now: float) -> Mapping[Urgency, float]:
        """Say of each class of which somebody may go, from when on."""
        waiting = [each for each in Urgency if self._may_go(each)]
        together, paid_at = self._rate.together, self._budget.paid_at - AHEAD_SECONDS
        if together is None or paid_at <= now:
            return dict.fromkeys(waiting, now)
        heads = {each: next(iter(self._queues[each])) for each in waiting}
        return may_go_from(
            [
                Waits(
                    urgency=each,
                    since=max(head.asked_at, self._went_at[each]),
                    shares=self._shares_with(head),
                    passed_over=self._passed_over[each],
                )
                for each, head in heads.items()
            ],
            together,
            paid_at,
            now,
        )

    def _most(self, ticket: Ticket, now: float) -> int:
        """Say how many may leave as one with who was taken out of the queue just now."""
        together = self._rate.together
        if together is None or self._budget.paid_at - AHEAD_SECONDS > now:
            return 1
        return together.most if self._shares_with(ticket) >= together.at_least else 1

    def _shares_with(self, ticket: Ticket) -> int:
        """Count who may leave as one at the head of a ticket's queue, itself among them; while one request finds out, nobody."""
        together = self._rate.together
        if together is None or ticket.companion is None or ticket.holds_place or self._health.is_on_trial:
            return 0
        queue = islice(self._queues[ticket.urgency], together.most)
        behind = [each for each in queue if each is not ticket and not each.answer.done()]
        return 1 + sum(each.companion is not None for each in behind[: together.most - 1])

    def _may_go(self, urgency: Urgency) -> bool:
        """Say whether somebody of a class waits who has a place or may take one."""
        queue = self._queues[urgency]
        while queue:
            ticket = next(iter(queue))
            if not ticket.answer.done():
                return ticket.holds_place or self._has_place(urgency)
            queue.popitem(last=False)
        self._passed_over[urgency] = 0
        return False

    def _has_place(self, urgency: Urgency) -> bool:
        under_way = len(self._under_way)
        if self._health.is_on_trial:
            return under_way == 0  # one request finds out
        return under_way + PLACES_LEFT_FREE[urgency] < self._rate.at_once

    def _look_again_at(self, at: float) -> None:
        """Look again then, or sooner."""
        if self._timer is not None:
            if self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        self._timer = asyncio.create_task(self._look_again(at - self._clock.monotonic()))

    async def _look_again(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._timer = None
        self._give()

    def _forget(self, ticket: Ticket) -> None:
        """Take back what a ticket still holds, however its work ended."""
        self._queues[ticket.urgency].pop(ticket, None)
        if ticket.answer.done() and not ticket.answer.cancelled():
            permit = ticket.answer.result()
            if isinstance(permit, Permit):
                self._under_way.discard(permit)
                self._out = None if self._out is permit else self._out
        self._used_at = self._clock.monotonic()
        if self._timer is not None and not any(self._queues.values()):
            self._timer.cancel()
            self._timer = None
        self._give()

    def _turn_away(self) -> None:
        """Tell everyone who waits that the door is closed."""
        if not self._health.is_closed(self._clock.monotonic()):
            return
        for queue in self._queues.values():
            for ticket in queue:
                if not ticket.answer.done():
                    ticket.answer.set_result(self._health.closed)
            queue.clear()

    def _set_health(self, health: Health) -> None:
        was, now = self._health.closed, health.closed
        if was is not None:
            self._meters.closed.labels(was.why).dec()
        if now is not None:
            self._meters.closed.labels(now.why).inc()
        self._health = health
