"""Intuit's limits, counted in sliding windows, as strictly as they can be read: refused requests count too."""

from bisect import bisect_right

from domain.obstacles import Obstacle
from domain.ports import TryLater
from tests.unit.streams.virtual_time import VirtualClock

A_SECOND, A_MINUTE = 10, 500
AT_ONCE = 10
THROTTLED = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)


BATCHES_A_MINUTE = 40


class Throttle:
    """One company's. `came`: when each request came, in seconds; `counted`: as often as it counts for the minute; `batches`.

    `each_counts`: each change in a batch counts as a request of the minute.
    """

    def __init__(self, clock: VirtualClock, *, each_counts: bool = True) -> None:
        self._clock = clock
        self._each_counts = each_counts
        self.came: list[float] = []
        self.counted: list[float] = []
        self.batches: list[float] = []
        self.refused = 0
        self.under_way = 0

    def take(self, changes: int = 1) -> TryLater | None:
        """Count a request, with so many changes in it; says 429 if it is one too many."""
        now = self._clock.monotonic()
        self.came.append(now)
        self.counted += [now] * (changes if self._each_counts else 1)
        self.batches += [now] if changes > 1 else []
        too_many = (
            self.under_way >= AT_ONCE
            or self._within(self.came, 1.0) > A_SECOND
            or self._within(self.counted, 60.0) > A_MINUTE
            or self._within(self.batches, 60.0) > BATCHES_A_MINUTE
        )
        self.refused += too_many
        return THROTTLED if too_many else None

    def _within(self, moments: list[float], seconds: float) -> int:
        return len(moments) - bisect_right(moments, self._clock.monotonic() - seconds)

    def closest(self) -> float:
        """Give the shortest time between two requests."""
        return min(later - sooner for sooner, later in zip(self.came, self.came[1:], strict=False))

    def most_in_a_second(self) -> int:
        """Give how many requests came within a second at most, by when each of them came."""
        return max((bisect_right(self.came, at + 1 - 1e-6) - n for n, at in enumerate(self.came)), default=0)
