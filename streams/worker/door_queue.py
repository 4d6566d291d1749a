"""Who waits at one company's door, by urgency. Who goes next is chosen as a permit is given, not as it is asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from domain.breaker import Closed
from domain.urgency import Urgency
from streams.worker.permit import Permit


@dataclass(slots=True, eq=False)
class Ticket:
    """A place in the queue. `answer`: a permit; or why there is none; or None, where it was given up.

    `holds_place`: its work has begun, and needs one more departure. `companion`: who may leave along with others that wait;
    None: it leaves alone. `has_room`: says whether more than wait by now could leave as this one; None: it gains nothing by waiting.
    """

    urgency: Urgency
    asked_at: float
    answer: "asyncio.Future[Permit | Closed | None]"
    holds_place: bool = False
    companion: object | None = None
    has_room: Callable[[], bool] | None = None

    def give_up(self) -> None:
        """Leave the queue."""
        if not self.answer.done():
            self.answer.set_result(None)


class DoorQueue:
    """`passed_over`: how many others went since each class had its turn, while somebody of it waited."""

    def __init__(self) -> None:
        self._tickets: dict[Urgency, OrderedDict[Ticket, None]] = {each: OrderedDict() for each in Urgency}
        self._passed_over = dict.fromkeys(Urgency, 0)

    def __bool__(self) -> bool:
        return any(self._tickets.values())

    @property
    def passed_over(self) -> Mapping[Urgency, int]:
        """Count the others that went meanwhile."""
        return self._passed_over

    def join(self, ticket: Ticket) -> None:
        """Take the last place of its class. What has begun is finished first: it holds a place as long as it waits."""
        queue = self._tickets[ticket.urgency]
        queue[ticket] = None
        if ticket.holds_place:
            queue.move_to_end(ticket, last=False)

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, if it has one."""
        self._tickets[ticket.urgency].pop(ticket, None)

    def head(self, urgency: Urgency) -> Ticket | None:
        """Give who is next of a class, without those that gave up."""
        queue = self._tickets[urgency]
        while queue:
            ticket = next(iter(queue))
            if not ticket.answer.done():
                return ticket
            queue.popitem(last=False)
        self._passed_over[urgency] = 0
        return None

    def take(self, urgency: Urgency) -> Ticket:
        """Take out who is next of a class; the others that wait were passed over once more."""
        ticket, _ = self._tickets[urgency].popitem(last=False)
        for each in Urgency:
            self._passed_over[each] += 1 if self._tickets[each] else 0
        self._passed_over[urgency] = 0
        return ticket

    def first(self, urgency: Urgency, most: int) -> Sequence[Ticket]:
        """Give the first of a class that still wait, of so many places at most."""
        return [each for each in islice(self._tickets[urgency], most) if not each.answer.done()]

    def turn_away(self, closed: Closed) -> None:
        """Tell everyone who waits that the door is closed."""
        for queue in self._tickets.values():
            for ticket in queue:
                if not ticket.answer.done():
                    ticket.answer.set_result(closed)
            queue.clear()
