"""One company's door: who may ask next, and when. Nothing leaves faster than its rate, whatever stalls on the way.

Spaced by when requests really leave: one permit is out at a time, and leaves a gap after the one before it has left.
Planned times would let all that a stall made overdue leave together. A door belongs to one worker, so nothing is shared.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from prometheus_client import Gauge, Histogram

from domain.breaker import Closed, Health, after_answer
from domain.ids import EffectId
from domain.obstacles import Obstacle
from domain.ports import TryLater
from domain.rate import AFTER_TAKE_OVER, AFTER_THROTTLING, Rate, counted_at, gap_seconds
from domain.together import PAID_AFTER_TAKE_OVER_SECONDS, Budget, Waits, may_go_from
from domain.urgency import PLACES_LEFT_FREE, Urgency, next_up
from streams.worker.clock import Clock
from streams.worker.door_queue import DoorQueue, Ticket
from streams.worker.permit import Permit, holding

K = TypeVar("K")

FORGOTTEN_AFTER_SECONDS = 60.0
"""Long enough idle for a new limiter to make no difference: a minute is the longest time that Intuit counts in."""
CLOSED_FORGOTTEN_AFTER_SECONDS = 600.0
SECOND = 1.005
"""What is a second here may be a little less there, since requests are not all as long on their way."""
AHEAD_SECONDS = 0.1
"""A permit is given so long before it may leave: its lane proves meanwhile that the work is still its own, which may take a decision's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """Where one side's doors are counted: `wait` in seconds, and `closed` with the label `why`."""

    wait: Histogram
    closed: Gauge


class RateLimiter:
    """One company's (or at Canopy one firm's) queue, pace and health."""

    def __init__(self, rate: Rate, clock: Clock, meters: Meters) -> None:
        self._rate = rate
        self._clock = clock
        self._meters = meters
        self._queue = DoorQueue()
        self._under_way: set[Permit] = set()
        self._out: Permit | None = None
        self._last: Permit | None = None
        self._counted_at = float("-inf")
        self._lately: deque[float] = deque(maxlen=ceil(rate.per_second))
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
        if self._under_way or self._queue:
            return False
        idle = self._clock.monotonic() - self._used_at
        if self._health.closed is not None:
            over = self._clock.monotonic() - self._health.closed.until
            return min(idle, over) > CLOSED_FORGOTTEN_AFTER_SECONDS
        return idle > FORGOTTEN_AFTER_SECONDS

    def forget(self) -> None:
        """Take it out of what is counted."""
        self._set_health(Health())

    def ask(
        self,
        urgency: Urgency,
        companion: object | None = None,
        has_room: Callable[[], bool] | None = None,
    ) -> Ticket:
        """Take a place in the queue; `turn` waits for what comes of it.

        `companion`: who may go along with others. `has_room`: of a read, says whether others may yet join it.
        """
        return self._queue_up(urgency, holds_place=False, companion=companion, has_room=has_room)

    @asynccontextmanager
    async def turn(self, ticket: Ticket) -> AsyncIterator[Permit | Closed | None]:
        """Wait for a permit, and hold one of the places while the requests run."""
        try:
            granted = await ticket.answer
            with holding(granted if isinstance(granted, Permit) else None):
                yield granted
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
        next_at = self._counted_at + gap_seconds(rate, self._start, now - self._started_at)
        # Who was late is followed sooner, and still no second sees more than its share.
        return max(next_at, self._lately[0] + SECOND) if len(self._lately) == self._lately.maxlen else next_at

    def along(self, permit: Permit, begin: Callable[[K], bool], kind: type[K]) -> list[K]:
        """Take out of the queue those that wait behind a permit in its class, in their order, and that `begin` begins."""
        along: list[K] = []
        for ticket in self._queue.first(permit.urgency, permit.most - 1):
            who = ticket.companion
            if isinstance(who, kind) and begin(who):
                self._meters.wait.observe(self._clock.monotonic() - ticket.asked_at)
                ticket.give_up()
                along.append(who)
        return along

    def left(self, permit: Permit) -> None:
        """Note a request's departure, which lets the next one have its turn."""
        now = self._clock.monotonic()
        self._counted_at = counted_at(now, self._next_at())
        self._lately.append(now)
        if self._rate.together is not None:
            self._budget = self._budget.after(permit.changes, self._rate.together, now)
        self._departs(permit, now)

    def _departs(self, permit: Permit, now: float) -> None:
        self._last, self._used_at = permit, now
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
            later = now - self._lately[-1]
            self._budget = self._budget.later(later)
            self._counted_at += later
            self._lately[-1] = now
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

    def _queue_up(
        self,
        urgency: Urgency,
        *,
        holds_place: bool,
        companion: object | None = None,
        has_room: Callable[[], bool] | None = None,
    ) -> Ticket:
        now = self._clock.monotonic()
        answer: asyncio.Future[Permit | Closed | None] = asyncio.get_running_loop().create_future()
        ticket = Ticket(urgency, now, answer, holds_place, companion, has_room)
        self._used_at = now
        if self._health.is_closed(now):
            answer.set_result(self._health.closed)
            return ticket
        self._queue.join(ticket)
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
        chosen = next_up([each for each, at in from_.items() if at <= now], self._queue.passed_over)
        ticket = self._queue.take(chosen)
        permit = Permit(self, chosen, most=self._most(ticket, now))
        self._out = permit
        if not ticket.holds_place:
            self._under_way.add(permit)
        self._meters.wait.observe(now - ticket.asked_at)
        ticket.answer.set_result(permit)

    def _may_go_from(self, now: float) -> Mapping[Urgency, float]:
        """Say of each class of which somebody may go, from when on."""
        heads = {each: head for each in Urgency if (head := self._head(each)) is not None}
        from_ = self._as_paid(heads, now)
        if Urgency.BATCH in heads:
            # Its own webhooks ask for most of these reads, and the longer one waits the more it takes along.
            for each, head in heads.items():
                if head.has_room is not None and head.has_room():
                    from_[each] = max(from_[each], self._went_at[each] + self._rate.reads_apart)
        return from_

    def _as_paid(self, heads: Mapping[Urgency, Ticket], now: float) -> dict[Urgency, float]:
        """Say it by what the last request of many still takes of the door's time."""
        together, paid_at = self._rate.together, self._budget.paid_at - AHEAD_SECONDS
        if together is None or paid_at <= now:
            return dict.fromkeys(heads, now)
        return may_go_from(
            [
                Waits(
                    urgency=each,
                    since=max(head.asked_at, self._went_at[each]),
                    shares=self._shares_with(head),
                    passed_over=self._queue.passed_over[each],
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
        if not together.takes(ticket.urgency):
            return 0
        behind = [each for each in self._queue.first(ticket.urgency, together.most) if each is not ticket]
        return 1 + sum(each.companion is not None for each in behind[: together.most - 1])

    def _head(self, urgency: Urgency) -> Ticket | None:
        """Give who is next of a class, if they have a place or may take one."""
        head = self._queue.head(urgency)
        return head if head is not None and (head.holds_place or self._has_place(urgency)) else None

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
        self._queue.leave(ticket)
        if ticket.answer.done() and not ticket.answer.cancelled():
            permit = ticket.answer.result()
            if isinstance(permit, Permit):
                self._under_way.discard(permit)
                self._out = None if self._out is permit else self._out
        self._used_at = self._clock.monotonic()
        if self._timer is not None and not self._queue:
            self._timer.cancel()
            self._timer = None
        self._give()

    def _turn_away(self) -> None:
        """Tell everyone who waits that the door is closed."""
        closed = self.closed
        if closed is not None:
            self._queue.turn_away(closed)

    def _set_health(self, health: Health) -> None:
        was, now = self._health.closed, health.closed
        if was is not None:
            self._meters.closed.labels(was.why).dec()
        if now is not None:
            self._meters.closed.labels(now.why).inc()
        self._health = health
