"""Changes of customers that share a request: from how many on they do, and when another such request may leave.

No page of Intuit settles whether each of them counts as a request of the minute. Where they are taken to count, a request of thirty
takes as much of the door's time as thirty: those behind it wait that time out, and nobody who is more urgent does.
"""

from dataclasses import dataclass, replace

MINUTE_SECONDS = 60.0

PAID_AFTER_TAKE_OVER_SECONDS = 3.0
"""Whoever had the company before may have sent thirty just now: three quarters of that are waited for, the rest lies in the margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """When that many wait, up to `most` leave as one.

    `a_minute`: so many such requests at most. `each_counts`: each change counts as a request; then requests leave at
    `per_second_beside` in the minute after one of many, so that its thirty and they stay below the limit together.
    """

    at_least: int
    most: int
    a_minute: int
    each_counts: bool
    per_second_beside: float

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
