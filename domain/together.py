"""Changes of customers that share a request: from how many on they do, and when another such request may leave.

No page of Intuit settles whether each of them counts as a request of the minute. Where they are taken to count, a request of twenty
takes as much of the door's time as twenty: those behind it wait that time out, and nobody who is more urgent does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.replacing import replace
from domain.urgency import GOES_AFTER, Urgency

MINUTE_SECONDS = 60.0

PAID_AFTER_TAKE_OVER_SECONDS = 3.0
"""Whoever had the company before may have sent twenty just now, which is worth two and a half seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """When that many wait, up to `most` leave as one.

    `a_minute`: so many such requests at most. `each_counts`: each change counts as a request; then requests leave at
    `per_second_beside` in the minute after one of many, so that its changes and they stay below the limit together.
    """

    at_least: int
    most: int
    a_minute: int
    each_counts: bool
    per_second_beside: float

    def takes(self, urgency: Urgency) -> bool:
        """Say whether changes of this class may share a request.

        Rows of a batch don't where each counts: alone they are evenly spread, and each is done as soon as it is sent.
        """
        return not (self.each_counts and urgency is Urgency.BATCH)

    @property
    def unit_seconds(self) -> float:
        """How much of the door's time a request is worth."""
        return 1 / self.per_second_beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What has left lately. `paid_at`: from when on a request of many may leave; `shared_at`: when the last one did.

    Times are seconds of a clock that never goes back.
    """

    paid_at: float
    shared_at: float = float("-inf")

    def after(self, changes: int, together: Together, now: float) -> "Budget":
        """Take in a request that leaves now, with so many changes in it; any other request counts as one."""
        units = changes * together.unit_seconds if together.each_counts else 0.0
        if changes == 1:
            return replace(self, paid_at=max(self.paid_at, now) + units) if units else self
        seconds = max(units, MINUTE_SECONDS / together.a_minute)
        return Budget(paid_at=max(self.paid_at, now) + seconds, shared_at=now)

    def later(self, seconds: float) -> "Budget":
        """Take in that what left last left so much later."""
        return replace(self, paid_at=self.paid_at + seconds, shared_at=self.shared_at + seconds)

    def slows_others(self, together: Together, now: float) -> bool:
        """Say whether others leave at `per_second_beside`."""
        return together.each_counts and now - self.shared_at < MINUTE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A class of which somebody may go. `since`: when who is next came, or when one of it went last, whichever was later.

    `shares`: how many could leave as one. `passed_over`: how many others went meanwhile.
    """

    urgency: Urgency
    since: float
    shares: int
    passed_over: int


def may_go_from(
    waiting: Sequence[Waits], together: Together, paid_at: float, now: float
) -> dict[Urgency, float]:
    """Say from when on each class may go, while the last request of many is not paid for; `waiting`: most urgent first.

    Those that are to leave many as one wait for that, and so does what is less urgent: but for the shares of each, as if those changes left
    one by one meanwhile.
    """
    from_: dict[Urgency, float] = {}
    many: Urgency | None = None
    for each in waiting:
        if many is None and each.shares >= together.at_least:
            many = each.urgency
        share = GOES_AFTER[each.urgency]
        if many is None or each.passed_over >= share:
            from_[each.urgency] = now
        elif each.urgency is many:
            from_[each.urgency] = paid_at
        else:
            from_[each.urgency] = max(now, min(paid_at, each.since + share * together.unit_seconds))
    return from_
