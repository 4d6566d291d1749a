"""Intuit's limits, counted in sliding windows, as strictly as they can be read: refused requests count too."""

from bisect import bisect_right

from domain.obstacles import Obstacle
from domain.ports import TryLater
from tests.unit.streams.virtual_time import VirtualClock

WINDOWS = ((1.0, 10), (60.0, 500))
AT_ONCE = 10
THROTTLED = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)


class Throttle:
    """One company's. `came`: when each request came, in seconds."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.came: list[float] = []
        self.refused = 0
        self.under_way = 0

    def take(self) -> TryLater | None:
        """Count a request; says 429 if it is one too many."""
        now = self._clock.monotonic()
        self.came.append(now)
        too_many = self.under_way >= AT_ONCE or any(self.within(seconds) > most for seconds, most in WINDOWS)
        self.refused += too_many
        return THROTTLED if too_many else None

    def within(self, seconds: float) -> int:
        """Count those of the last seconds."""
        return len(self.came) - bisect_right(self.came, self._clock.monotonic() - seconds)

    def closest(self) -> float:
        """Give the shortest time between two requests."""
        return min(later - sooner for sooner, later in zip(self.came, self.came[1:], strict=False))
