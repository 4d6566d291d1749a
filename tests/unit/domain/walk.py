"""A random story: one firm, three clients, a few customers, and everything that may go wrong in between.

Events, notifications and outcomes are delayed, doubled and overtake one another; writes are under way for a while,
refused, put off or done unheard; people act sensibly or not; workers change. The same seed tells the same story.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from domain.effects import Effect, UpdateClient, Write
from domain.fields import Field
from domain.ids import CustomerId, RowKey
from domain.lane_policy import Hold, Look, fate_of_client_update, next_step
from domain.obstacles import Obstacle
from domain.outcomes import ClientSaved, CustomerSaved, Deferred, NotDone, Rejected, Result, Unconfirmed
from domain.settings import ConflictPolicy
from domain.snapshots import Client
from tests.unit.domain.outside import REFUSED, fields
from tests.unit.domain.world import World

CLIENTS = ("c-1", "c-2", "c-3")
NAMES = ("c-1", "c-2", "c-3", "Frank", "Debbie")
VALUES = (None, "a", "b", " b ", REFUSED)
EDITED = ("mobile", "phone")
SWITCHES = ("from_canopy_creating", "from_canopy_editing", "from_qbo_editing")
MOST_CUSTOMERS = 6
T = TypeVar("T")
Event = tuple[Client, str, bool | None]


class Walk:
    """`step` does one thing at random; `quiet` lets all that is under way arrive and be done."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  (a story, no secret)
        self.world = World()
        self.story: list[str] = []
        self.events: list[Event] = []
        self.notifications: list[tuple[CustomerId, datetime]] = []
        self.under_way: list[tuple[RowKey, Effect]] = []
        self.answers: list[tuple[RowKey, Effect, Result]] = []
        self._steps: dict[Callable[[], None], int] = {
            self._edit_in_canopy: 4,
            self._edit_in_quickbooks: 4,
            self._switch_customer: 1,
            self._add_customer: 1,
            self._take_customer_away: 1,
            self._time_goes_by: 1,
            self._hear: 6,
            self._be_notified: 6,
            self._start: 10,
            self._arrive: 10,
            self._fail: 2,
            self._tell: 10,
            self._intent: 4,
            self._match: 3,
            self._answer: 2,
            self._turn: 1,
            self._another_worker: 1,
        }
        for name in CLIENTS:
            added = self.world.canopy.add(name, self.world.now, fields(display_name=name))
            self.events.append((added, "created", self.random.choice((True, True, False))))

    def step(self) -> None:
        """Do one thing."""
        (step,) = self.random.choices(tuple(self._steps), tuple(self._steps.values()))
        self.story.append(step.__name__.strip("_"))
        self.world.now += timedelta(seconds=1)
        step()

    def quiet(self) -> None:
        """Let everything arrive that is under way, and everything be done that is pending."""
        self.story.append("quiet")
        for _ in range(600):
            self.world.now += timedelta(seconds=1)
            if self.events:
                self.world.hear(*self.events.pop(0))
            elif self.notifications:
                customer, time = self.notifications.pop(0)
                self.world.notify(customer, time=time)
            elif self.answers:
                self.world.deliver(*self.answers.pop(0))
            elif self.under_way:
                self._arrive()
            elif not any(self._begin(key, effect) for key, effect in self._work()):
                return
        raise AssertionError("it never comes to rest")

    # ---- both outsides

    def _edit_in_canopy(self) -> None:
        client = self.random.choice(CLIENTS)
        field, value = self.random.choice(EDITED), self.random.choice(VALUES)
        if self.random.random() < 0.2:
            field, value = "display_name", self.random.choice(NAMES)
        edited = self.world.canopy.edit(client, self.world.now, fields(**{field: value}))
        self.events.append((edited, "edited", None))

    def _edit_in_quickbooks(self) -> None:
        customer = self._any_customer()
        if customer is not None:
            field, value = self.random.choice(EDITED), self.random.choice((None, "a", "b", "c"))
            edited = self.world.quickbooks.edit(customer, self.world.now, fields(**{field: value}))
            self.notifications.append((customer, edited.updated_at))

    def _switch_customer(self) -> None:
        customer = self._any_customer()
        if customer is not None:
            active = self.random.random() < 0.8
            edited = self.world.quickbooks.edit(customer, self.world.now, {}, active=active)
            self.notifications.append((customer, edited.updated_at))

    def _add_customer(self) -> None:
        name = self.random.choice(NAMES)
        if len(self.world.quickbooks.customers) < MOST_CUSTOMERS and not self.world.quickbooks.has(name):
            number = 58 + len(self.story)
            added = self.world.quickbooks.add(self.world.now, fields(display_name=name), f"p-{number}")
            self.notifications.append((added.customer_id, added.updated_at))

    def _take_customer_away(self) -> None:
        customer = self._any_customer()
        if customer is None or self.random.random() < 0.8:
            return
        row = self.world.table.customer(self.world.firm.firm_id, customer)
        if row is not None and row.customer is not None:
            del self.world.quickbooks.customers[customer]
            self.notifications.append((customer, self.world.now))

    def _time_goes_by(self) -> None:
        self.world.later(minutes=self.random.choice((0.5, 9, 30)))

    def _any_customer(self) -> CustomerId | None:
        customers = sorted(self.world.quickbooks.customers)
        return self.random.choice(customers) if customers else None

    # ---- what arrives

    def _hear(self) -> None:
        if self.events:
            self.world.hear(*self._one_of(self.events))

    def _be_notified(self) -> None:
        if self.notifications:
            customer, time = self._one_of(self.notifications)
            self.world.notify(customer, time=time)

    def _tell(self) -> None:
        if self.answers:
            self.world.deliver(*self._one_of(self.answers))

    def _one_of(self, waiting: list[T]) -> T:
        """Any of what waits may come next, and some of it comes twice."""
        index = self.random.randrange(len(waiting))
        return waiting[index] if self.random.random() < 0.1 else waiting.pop(index)

    # ---- what lanes do

    def _work(self) -> list[tuple[RowKey, Effect]]:
        """Give what is pending, not under way and not answered; a lane does one thing at a time."""
        busy = {key for key, _ in self.under_way} | {key for key, _, _ in self.answers}
        due = ((row, [e for e in row.pending if self.world.is_due(e)]) for row in self.world.table)
        return [(row.key, effect) for row, some in due for effect in some[:1] if row.key not in busy]

    def _start(self) -> None:
        work = self._work()
        if work:
            self._begin(*self.random.choice(work))

    def _begin(self, key: RowKey, effect: Effect) -> bool:
        """Begin as the lanes' policy says; False: it is held."""
        match next_step(effect, self.world.firm, None, self.world.now):
            case Hold():
                return False
            case Look() if isinstance(effect, Write):
                self.answers.append((key, effect, self._fate(effect)))
            case _:
                self.world.begin(effect)
                self.under_way.append((key, effect))
        return True

    def _fate(self, effect: Write) -> Result:
        """Say what a look shows; one that shows nothing yet gives up in the end."""
        if isinstance(effect, UpdateClient):
            fate = fate_of_client_update(effect, self.world.canopy.clients[effect.client_id])
        else:
            fate = self.world.quickbooks.answered.get(effect.id)
        return fate or self.random.choice((NotDone(), Unconfirmed()))

    def _arrive(self) -> None:
        """What is under way is done outside. A write must still be wanted, or at least waited for."""
        if not self.under_way:
            return
        key, effect = self.under_way.pop(self.random.randrange(len(self.under_way)))
        row = self.world.table.get(key)
        if isinstance(effect, Write):
            assert row is not None
            assert effect.id in {e.id for e in row.pending}, "written after it was said to be over"
        self.answers.append((key, effect, self._do(effect)))

    def _do(self, effect: Effect) -> Result:
        repeated = effect.id in self.world.quickbooks.answered
        result = self.world.carry_out(effect)
        if isinstance(result, ClientSaved):
            self.events.append((result.client, "edited", None))
        if isinstance(result, CustomerSaved) and not repeated:
            self.notifications.append((result.customer.customer_id, result.customer.updated_at))
        return result

    def _fail(self) -> None:
        """A write is put off, refused, or done without anybody hearing of it: it will be sent again."""
        writes = [(key, effect) for key, effect in self.under_way if isinstance(effect, Write)]
        if not writes:
            return
        key, effect = self.random.choice(writes)
        self.under_way.remove((key, effect))
        how = self.random.choice(("put off", "refused", "unheard"))
        if how == "put off":
            self.world.deliver(key, effect, Deferred(until=self.world.now, why=Obstacle.THROTTLED))
        elif how == "refused":
            named = self.random.choice((tuple(effect.values)[:1], (), (Field.FAX,)))
            self.answers.append((key, effect, Rejected(code="2050", fields=named)))
        else:
            self._do(effect)

    # ---- people, and the machines under us

    def _intent(self) -> None:
        kind = self.random.choice(("unmatch", "unmatch", "restore", "restore", "create", "push", "retry"))
        self.world.intent(kind, self.random.choice(CLIENTS))

    def _match(self) -> None:
        customer = self._any_customer()
        if customer is not None:
            self.world.intent("match", self.random.choice(CLIENTS), customer_id=customer)

    def _answer(self) -> None:
        for link in self.world.links():
            if link.problem is not None and link.problem.code == "both_changed":
                choice = self.random.choice(("canopy", "quickbooks"))
                self.world.intent("answer", link.client_id, question=link.problem.id, choice=choice)

    def _turn(self) -> None:
        switch, on = self.random.choice(SWITCHES), self.random.random() < 0.6
        self.world.switch(conflicts=self.random.choice(tuple(ConflictPolicy)), **{switch: on})

    def _another_worker(self) -> None:
        """It can't know what has started, so all that is pending may have."""
        self.world.started |= {effect.id for row in self.world.table for effect in row.pending}
