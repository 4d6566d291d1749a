"""Leave to ask a company for something: what a lane is given at its turn, and what adapters wait for before each request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.ports import TryLater
from domain.urgency import Urgency

K = TypeVar("K")


class Door(Protocol):
    """Who gave a permit: the company's limiter."""

    async def moment(self) -> None:
        """Wait until the next request may leave."""

    def left(self, permit: "Permit") -> None:
        """Note a request's departure, which lets the next one have its turn."""

    async def leave_again(self, permit: "Permit") -> TryLater | None:
        """Wait for one more departure of work that has its place. A closed door is an answer: nothing was sent."""

    def along(self, permit: "Permit", begin: Callable[[K], bool], kind: type[K]) -> list[K]:
        """Take out of the queue those that wait behind a permit in its class, in their order, and that `begin` begins."""


@dataclass(slots=True, eq=False)
class Permit:
    """Lets one request leave. `used`: that has happened, and the next one of the same work needs its own departure.

    `most`: how many changes may go in that request; `changes`: how many did.
    """

    door: Door
    urgency: Urgency
    used: bool = False
    most: int = 1
    changes: int = 1

    def leaves(self, changes: int = 1) -> None:
        """Note that the request leaves, with so many changes in it."""
        self.changes = changes
        self.door.left(self)


_permit: ContextVar[Permit | None] = ContextVar("permit", default=None)


@contextmanager
def holding(permit: Permit | None) -> Iterator[None]:
    """Let the requests within leave with this permit; None: they ask nobody who has a door."""
    token = _permit.set(permit)
    try:
        yield
    finally:
        _permit.reset(token)


async def before_each_request() -> TryLater | None:
    """Wait until one more request of the present work may leave; None: it may.

    For adapters, right before each request: one effect may need several. The first leaves with the permit that its lane
    was given, unless another one has left since.
    """
    permit = _permit.get()
    return await permit.door.leave_again(permit) if permit is not None else None
