"""One row's lane: the real errand and the real policy, driven by virtual time instead of an event loop.

Mirrors `streams/worker/lane.py`, of which only waiting is left there: what to send, hold, look for and retry is asked of
`domain/lane_policy.py` and `streams/worker/errand.py`, here as there.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from domain.effects import (
    Effect,
    FirmWork,
    Write,
)
from domain.ids import EffectId, FirmId, RowKey
from domain.lane_policy import (
    Look,
    Send,
    due_at,
)
from domain.obstacles import Obstacle
from domain.outcomes import Deferred, Result
from domain.ports import Canopy, QuickBooks, TryLater
from streams.worker.errand import Errand, Rest
from streams.worker.ground import Wanted
from tests.simulation.door import Asked, Door
from tests.simulation.network import OurError

if TYPE_CHECKING:
    from tests.simulation.worker import Worker

QUICKBOOKS, CANOPY = cast("QuickBooks", Door("quickbooks")), cast("Canopy", Door("canopy"))


@dataclass(slots=True, eq=False)
class Lane:
    """`resting`: it waits for a time or for a change of its row. `ticket`: the timer that counts; others are void."""

    worker: "Worker"
    key: RowKey
    firm: FirmId
    effect: Effect | None = None
    under_way: Coroutine[Any, Any, Any] | None = None
    resting: bool = False
    ticket: int = 0
    requests: int = 0
    errands: dict[EffectId, Errand] = field(default_factory=dict)

    def nudge(self) -> None:
        """Take note that the row, or its firm, has changed."""
        if self.resting:
            self._go_soon()

    def go(self) -> None:
        """See what is due, and take a turn."""
        self.resting = False
        waiting = self.worker.waiting(self.key)
        if not waiting:
            self.worker.lanes.pop(self.key, None)
            return
        now = self.worker.agenda.time
        due = next((each for each in waiting if self._due_at(each, now) == now), None)
        if due is None:
            self._rest_until_due(waiting, now)
            return
        self.effect = due.effect
        errand = self._errand(due, waiting)
        side = errand.asks(due.effect)
        closed = self.worker.closed_until(side, self.firm, errand.realm) if side is not None else None
        if closed is not None:
            self._tell_rest(errand, errand.wait_until(due.effect, closed, now), Obstacle.THROTTLED)
            self._go_soon()
            return
        turn = self.worker.turn(errand.realm) if side == "quickbooks" else 0.0
        self._later(turn, self._begin)

    def _due_at(self, wanted: Wanted, now: datetime) -> datetime | None:
        return due_at(wanted.step(now), self._rests_until(wanted.effect), now)

    def _rests_until(self, effect: Effect) -> datetime | None:
        errand = self.errands.get(effect.id)
        return errand.rests_until(effect) if errand is not None else None

    def _rest_until_due(self, waiting: Sequence[Wanted], now: datetime) -> None:
        times = [at for each in waiting if (at := self._due_at(each, now)) is not None]
        seconds = self.worker.agenda.seconds_until(min(times)) if times else None
        # A sweep comes again and again, so it keeps nothing from being quiet, unless it was asked for in vain.
        tried = any((self._rests_until(each.effect) or now) > now for each in waiting)
        self._rest(seconds, idle=not tried and all(isinstance(each.effect, FirmWork) for each in waiting))

    def _errand(self, due: Wanted, waiting: Sequence[Wanted]) -> Errand:
        wanted = {each.effect.id for each in waiting}
        self.errands = {known: errand for known, errand in self.errands.items() if known in wanted}
        return self.errands.setdefault(
            due.effect.id, Errand(self.firm, due.realm, QUICKBOOKS, CANOPY, self.worker.agenda.time)
        )

    def _begin(self) -> None:
        """The last look before the socket; a worker may be paused behind it."""
        self.worker.prove()
        found, effect = self._found(), self.effect
        if found is None or effect is None or found.effect != effect:
            self._go_soon()
            return
        errand = self.errands[effect.id]
        step = found.step(self.worker.agenda.time)
        if effect.id not in self.worker.fresh and not errand.begun:
            errand.may_have_happened = True
        if isinstance(step, Send):
            errand.begun = True
            self.worker.fresh.discard(effect.id)
            self.worker.judge.writes.begins(self.key, effect, self.worker)
            start = partial(errand.send, effect)
        elif isinstance(step, Look) and isinstance(effect, Write):
            start = partial(errand.look, effect, step.until, self.worker.agenda.time)
        else:
            self._go_soon()
            return
        checked = self.worker.agenda.now
        self._later(0.001, lambda: self._knock(start, checked))

    def _knock(self, start: Callable[[], Coroutine[Any, Any, Any]], checked: float) -> None:
        self.under_way = start()
        self._drive(None, checked)

    def _drive(self, answer: Any, checked: float) -> None:
        assert self.under_way is not None
        assert self.effect is not None
        try:
            if isinstance(answer, OurError):
                self.under_way.throw(answer)
            asked: Asked = self.under_way.send(answer)
        except StopIteration as end:
            self._back(end.value)
            return
        except OurError:
            self._back(self.errands[self.effect.id].failed(self.effect, "raised"))
            return
        self.requests += 1
        late = self.worker.agenda.now - checked > 1.0 or not self.worker.is_alone
        name = f"{self.effect.id}/{self.requests}/{self.worker.name}"
        self.worker.network.carry(
            asked,
            self.key,
            name,
            lambda given: self._later(0.0, lambda: self._drive(given, self.worker.agenda.now), at_once=True),
            late=late,
        )

    def _back(self, result: Result | TryLater) -> None:
        effect = self.effect
        assert effect is not None
        errand = self.errands[effect.id]
        if not isinstance(result, TryLater):
            self.worker.report(self, effect, result, errand.realm)
            return
        now = self.worker.agenda.time
        jitter = self.worker.dice.of(f"jitter/{effect.id}/{errand.tries}")
        rest = errand.put_off(effect, result, jitter, now)
        side = errand.asks(effect)
        if result.why is Obstacle.THROTTLED and side is not None:
            self.worker.close_until(side, self.firm, errand.realm, rest.until)
        self._tell_rest(errand, rest, result.why)
        self._go_soon()

    def _tell_rest(self, errand: Errand, rest: Rest, why: Obstacle) -> None:
        if rest.is_news:
            self.worker.report(self, rest.effect, Deferred(until=rest.until, why=why), errand.realm)

    def _found(self) -> Wanted | None:
        wanted = self.effect.id if self.effect is not None else None
        return next((each for each in self.worker.waiting(self.key) if each.effect.id == wanted), None)

    def _rest(self, seconds: float | None, *, idle: bool) -> None:
        self.resting = True
        self.ticket += 1
        if seconds is not None:
            ticket = self.ticket
            self.worker.after(seconds, lambda: self.go() if self._counts(ticket) else None, idle=idle)

    def _counts(self, ticket: int) -> bool:
        return self.resting and self.ticket == ticket and self.worker.lanes.get(self.key) is self

    def _go_soon(self) -> None:
        self.resting = False
        self._later(0.0, self.go)

    def _later(self, seconds: float, do: Any, *, at_once: bool = False) -> None:
        def still() -> None:
            if self.worker.lanes.get(self.key) is self:
                do()

        if at_once:
            self.worker.do(self.worker.life, still)
        else:
            self.worker.after(seconds, still)
