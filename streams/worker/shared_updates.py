"""Changes of many customers of one company in one request, each with an outcome of its own.

Nobody waits for others: when it is one lane's turn at the door, the changes that wait in its class behind it go along. Each is begun by
its own lane, with the gate open, as if it left alone. What the request does not settle is asked for alone afterwards; so a lost answer, a stale copy and a bug of
ours are dealt with where those of a single request are. That is safe whatever became of it: QuickBooks takes a sync token once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from structlog.contextvars import bound_contextvars

from domain.effects import UpdateCustomer
from domain.ids import RealmId
from domain.obstacles import Obstacle
from domain.outcomes import Result
from domain.ports import QuickBooks, TryLater, UpdateCustomersAnswer
from streams.wire.meters import CHANGES_TOGETHER
from streams.wire.mishap import place_of
from streams.worker.attempts import Attempts
from streams.worker.permit import Permit

log = structlog.get_logger()

SEVERAL = "several"
"""What a log line names that is about all of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change in a request of many."""

    effect: UpdateCustomer
    attempts: Attempts


Told = Result | TryLater | None
"""What a request of many says of one change; None: it is asked for alone."""


def _future() -> "asyncio.Future[Told]":
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True, eq=False)
class Passenger:
    """A lane that waits at a door, and whose change may go along with another lane's.

    `choose` says, with the gate open, what the lane asks for now, and begins it; None: nothing that may go along.
    `context`: the partition that it belongs to, whose gate must be the one that is open. `change`: what went along.
    """

    context: object
    choose: Callable[[], Change | None]
    change: Change | None = None
    told: "asyncio.Future[Told]" = field(default_factory=_future)

    def begin(self) -> bool:
        """Go along, if there is something to go."""
        self.change = self.choose()
        return self.change is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a try: what is told of its effect, and what kept the side from answering. `reached`: it was asked."""

    told: Told
    trouble: TryLater | None = None
    reached: bool = True


def take_along(permit: Permit, context: object) -> list[Passenger]:
    """Begin those of the same partition that wait behind who has the permit, with its gate open."""
    return permit.door.along(permit, lambda waits: waits.context is context and waits.begin(), Passenger)


async def send_together(
    quickbooks: QuickBooks, realm: RealmId, first: Change, along: Sequence[Passenger]
) -> Heard:
    """Ask once for all of them, and tell each passenger what came of its own."""
    changes = [first, *(each.change for each in along if each.change is not None)]
    CHANGES_TOGETHER.observe(len(changes))
    for change in changes:
        change.attempts.tries += 1
    answers: UpdateCustomersAnswer
    trouble: TryLater | None
    try:
        with bound_contextvars(key=SEVERAL, effect=SEVERAL):
            answers = await quickbooks.update_customers(realm, [change.effect for change in changes])
    except Exception as wrong:  # noqa: BLE001  (what is wrong with one of them must not fail the others)
        log.error("changes_raised", error=type(wrong).__name__, where=place_of(wrong), of=len(changes))  # noqa: TRY400
        for change in changes:
            change.attempts.may_have_happened = True
        answers, trouble = {}, TryLater(why=Obstacle.OUR_ERROR, may_have_happened=True)
    else:
        trouble = _trouble(answers)
    told = [_told(change, answers) for change in changes]
    for passenger, its in zip(along, told[1:], strict=True):
        if not passenger.told.done():
            passenger.told.set_result(its)
    return Heard(told[0], trouble)


def _told(change: Change, answers: UpdateCustomersAnswer) -> Told:
    answer = answers if isinstance(answers, TryLater) else answers.get(change.effect.id)
    return None if answer is None else change.attempts.told_along(answer)


def _trouble(answers: UpdateCustomersAnswer) -> TryLater | None:
    """Say what the company as a whole is to be taken for: one that throttles any of them throttles us."""
    if isinstance(answers, TryLater):
        return answers
    unsettled = [each for each in answers.values() if isinstance(each, TryLater)]
    throttled = [each for each in unsettled if each.why is Obstacle.THROTTLED]
    if throttled:
        return throttled[0]
    return unsettled[0] if unsettled and len(unsettled) == len(answers) else None
