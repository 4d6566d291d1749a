"""Requests on their way to the two sides and back: what may be lost, late, doubled or refused on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.ids import EffectId, RowKey
from domain.obstacles import Obstacle
from domain.outcomes import Rejected
from domain.ports import TryLater
from tests.simulation.agenda import Agenda
from tests.simulation.dice import Dice
from tests.simulation.door import Asked, Which
from tests.simulation.faults import Faults

GIVES_UP_SECONDS = 30.0
"""How long who asks waits for an answer."""

UNREADABLE = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)

UPDATES = ("update_customer", "update_client")

Reply = Callable[[Any], None]


class OurError(Exception):
    """What our own code raises on an answer."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One request under way, or one change of a request of many.

    `late`: it was held up so long that who asked may have gone on without it. `alone`: its request id is its effect's own.
    """

    asked: Asked
    key: RowKey | None
    late: bool = False
    alone: bool = True


@dataclass(slots=True)
class Network:
    """`sides`: the models, by firm or realm. `trip`: what is just being carried out, for who judges it."""

    agenda: Agenda
    dice: Dice
    faults: Faults
    sides: dict[str, Any] = field(default_factory=dict)
    down_until: dict[Which, float] = field(default_factory=dict)
    trip: Trip | None = None
    asked_by_strangers: set[EffectId] = field(default_factory=set)
    _number: int = 0

    def carry(
        self, asked: Asked, keys: Sequence[RowKey | None], name: str, reply: Reply, *, late: bool
    ) -> None:
        """Take a request to its side, or not. `keys`: the rows that its parts are for."""
        strikes = self.faults.fires
        trips = [
            Trip(part, key, self._is_late(part, late), alone=part is asked)
            for part, key in zip(asked.parts, keys, strict=True)
        ]
        if len(trips) > 1:
            self.faults.happened("changed_together")
        if self.down_until.get(asked.side, 0.0) > self.agenda.now:
            self.faults.happened(f"{asked.side}_down")
            self._reply(reply, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True), 0.2)
        elif strikes("unreachable", name):
            self._reply(reply, TryLater(why=Obstacle.UNREACHABLE, may_have_happened=False), 0.1)
        elif strikes("throttled", name) and asked.side == "quickbooks":
            self._reply(reply, TryLater(why=Obstacle.THROTTLED, may_have_happened=False), 0.1)
        elif asked.side == "quickbooks" and strikes("signed_out", name):
            self._reply(reply, TryLater(why=Obstacle.SUBSCRIPTION_ENDED, may_have_happened=False), 0.1)
        elif strikes("not_authorised", name):
            self._reply(reply, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False), 0.1)
        elif asked.what == "read_customers" and strikes("check_refused", name):
            self._reply(reply, Rejected(code="4001"), 0.2)
        elif strikes("failed_before", name):
            self._reply(reply, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True), 0.2)
        elif strikes("request_lost", name):
            self._reply(reply, TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True), GIVES_UP_SECONDS)
        elif strikes("request_slow", name):
            self._reply(reply, TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True), GIVES_UP_SECONDS)
            seconds = GIVES_UP_SECONDS + 90 * self.dice.of(f"slow/{name}")
            self.agenda.after(
                seconds, lambda: self._arrive(asked, [replace(each, late=True) for each in trips])
            )
        else:
            self._go(asked, trips, name, reply)

    def _is_late(self, asked: Asked, late: bool) -> bool:
        if asked.effect is None:
            return late
        # Where two ask, a refusal to the one ends it, and the other's request may be carried out behind that.
        if late:
            self.asked_by_strangers.add(asked.effect.id)
        return asked.effect.id in self.asked_by_strangers

    def _go(self, asked: Asked, trips: list[Trip], name: str, reply: Reply) -> None:
        there = 0.02 + 0.3 * self.dice.of(f"there/{name}")
        back = 0.02 + 0.3 * self.dice.of(f"back/{name}")
        updates = [part.effect.id for part in asked.parts if part.what in UPDATES and part.effect]

        def arrive() -> None:
            answer = self._arrive(asked, trips)
            if any(self.faults.fires("our_error", each) for each in updates):
                self._reply(reply, OurError(), back)
            elif self.faults.fires("answer_lost", name):
                self._reply(reply, TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True), GIVES_UP_SECONDS)
            elif self.faults.fires("failed_after", name):
                self._reply(reply, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True), back)
            else:
                self._reply(reply, answer, back)

        self.agenda.after(there, arrive)
        if self.faults.fires("request_doubled", name):
            again = there + 20 * self.dice.of(f"again/{name}")
            self.agenda.after(
                again, lambda: self._arrive(asked, [replace(each, late=True) for each in trips])
            )

    def _arrive(self, asked: Asked, trips: list[Trip]) -> Any:
        answers = [self._arrive_one(trip) for trip in trips]
        if asked.what != "update_customers":
            return answers[0]
        return {
            trip.asked.effect.id: UNREADABLE if self._goes_unanswered(trip.asked.effect.id) else answer
            for trip, answer in zip(trips, answers, strict=True)
            if trip.asked.effect is not None
        }

    def _goes_unanswered(self, effect: EffectId) -> bool:
        return self.faults.fires("item_unanswered", effect)

    def _arrive_one(self, trip: Trip) -> Any:
        self.trip = trip
        try:
            what = trip.asked.what if trip.alone else "update_along"
            return getattr(self.sides[trip.asked.args[0]], what)(*trip.asked.args)
        finally:
            self.trip = None

    def _reply(self, reply: Reply, answer: Any, seconds: float) -> None:
        self.agenda.after(seconds, lambda: reply(answer))
