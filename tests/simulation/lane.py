"""One row's lane: the real errand and the real policy, driven by virtual time instead of an event loop.

Mirrors `streams/lane.py`, of which only waiting is left there: what to send, hold, look for and retry is asked of
`domain/lane_policy.py` and `streams/errand.py`, here as there.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from domain.effects import Effect, ListClients, PlanLinks, UpdateClient, Write
from domain.ids import FirmId, RowKey
from domain.lane_policy import Hold, Look, Send, Step, Wait, look_again_seconds, next_step, pause_seconds
from domain.outcomes import Deferred, Result
from domain.ports import TryLater
from domain.rows import FirmRow
from streams.errand import Errand
from tests.simulation.door import Asked, Door

if TYPE_CHECKING:
    from tests.simulation.worker import Worker

QUICKBOOKS, CANOPY = Door("quickbooks"), Door("canopy")
TOLD_AFTER_SECONDS = 2.0
TOLD_AGAIN_SECONDS = 30.0


@dataclass(slots=True, eq=False)
class Lane:
    """`resting`: it waits for a time or for a change of its row. `ticket`: the timer that counts; others are void."""

    worker: "Worker"
    key: RowKey
    firm: FirmId
    effect: Effect | None = None
    errand: Errand | None = None
    under_way: Coroutine[Any, Any, Any] | None = None
    resting: bool = False
    pausing: bool = False
    ticket: int = 0
    requests: int = 0
    told_until: float = float("-inf")

    def nudge(self) -> None:
        """Take note that the row, or its firm, has changed. A pause ends only if something else is wanted."""
        if not self.resting:
            return
        if self.pausing and (found := self._found()) is not None and found[0] == self.effect:
            return
        self._go_soon()

    def go(self) -> None:
        """See what is wanted, and take a turn."""
        self.resting = self.pausing = False
        effect = self.worker.next_of(self.key)
        if effect is None:
            self.worker.lanes.pop(self.key, None)
            return
        if self.effect is None or self.effect.id != effect.id:
            self.errand, self.requests, self.told_until = None, 0, float("-inf")
        self.effect = effect
        found = self._found()
        if found is None:
            self._rest(None)
            return
        firm = found[1]
        if self.errand is None:
            realm = firm.connection.realm_id if firm.connection is not None else None
            assert realm is not None
            self.errand = Errand(firm.firm_id, realm, QUICKBOOKS, CANOPY)
        match self._step(effect, firm):
            case Hold():
                self._rest(None)
            case Wait(until=until):
                self._rest(self.worker.agenda.seconds_until(until), idle=isinstance(found[1], FirmRow))
            case _:
                turn = self.worker.turn(firm.firm_id) if self._asks_quickbooks(effect) else 0.0
                self._later(turn, self._begin)

    def _begin(self) -> None:
        """The last look before the socket; a worker may be paused behind it."""
        self.worker.prove()
        found, effect, errand = self._found(), self.effect, self.errand
        if found is None or errand is None or effect is None or found[0] != effect:
            self._go_soon()
            return
        step = self._step(effect, found[1])
        if effect.id not in self.worker.fresh and not errand.begun:
            errand.may_have_happened = True
        if isinstance(step, Send):
            errand.begun = True
            self.worker.fresh.discard(effect.id)
            self.worker.judge.begins(self.key, effect, self.worker)
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
            asked: Asked = self.under_way.send(answer)
        except StopIteration as end:
            self._back(end.value)
            return
        self.requests += 1
        late = self.worker.agenda.now - checked > 1.0 or not self.worker.owns
        name = f"{self.effect.id}/{self.requests}/{self.worker.name}"
        self.worker.network.carry(
            asked,
            self.key,
            name,
            lambda given: self._later(0.0, lambda: self._drive(given, self.worker.agenda.now), at_once=True),
            late=late,
        )

    def _back(self, result: Result | TryLater) -> None:
        effect, errand = self.effect, self.errand
        assert effect is not None
        assert errand is not None
        if not isinstance(result, TryLater):
            self.worker.report(self, effect, result)
            return
        seconds = self._pause_after(result, errand, effect)
        end = self.worker.agenda.now + seconds
        if seconds > TOLD_AFTER_SECONDS and end > self.told_until and isinstance(effect, Write):
            self.told_until = end + TOLD_AGAIN_SECONDS
            until = self.worker.agenda.time + timedelta(seconds=seconds)
            self.worker.report(self, effect, Deferred(until=until, why=result.why))
        self._rest(seconds, pausing=True)

    def _pause_after(self, answer: TryLater, errand: Errand, effect: Effect) -> float:
        jitter = self.worker.dice.of(f"jitter/{effect.id}/{errand.tries}")
        seconds = pause_seconds(answer, errand.tries, jitter)
        if answer.why == "throttled":
            self.worker.close_for(self.firm, seconds)
        elif isinstance(effect, Write) and effect.stop_at is not None:
            return look_again_seconds(seconds, effect.stop_at, self.worker.agenda.time)
        return seconds

    def _found(self) -> tuple[Effect, FirmRow] | None:
        row = self.worker.table.get(self.key)
        wanted = self.effect.id if self.effect is not None else None
        current = next((e for e in row.pending if e.id == wanted), None) if row is not None else None
        firm = self.worker.table.firm(row.firm_id) if row is not None else None
        if current is None or firm is None or firm.connection is None:
            return None
        return current, firm

    def _step(self, effect: Effect, firm: FirmRow) -> Step:
        return next_step(effect, firm, None, self.worker.agenda.time)

    def _asks_quickbooks(self, effect: Effect) -> bool:
        if isinstance(effect, UpdateClient | ListClients | PlanLinks):
            return False
        errand = self.errand
        stopped = isinstance(effect, Write) and effect.stop_at is not None
        return not stopped or (errand is not None and (errand.may_have_happened or not errand.begun))

    def _rest(self, seconds: float | None, *, pausing: bool = False, idle: bool = False) -> None:
        self.resting, self.pausing = True, pausing
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
