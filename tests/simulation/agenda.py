"""Virtual time: what may happen next, by when it may. One step is one thing taken from here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Agenda:
    """A queue by virtual seconds. `idle` things, such as a timer of a sweep, don't keep a run from being quiet."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = 0
        self._queue: list[tuple[float, int, bool, Callable[[], None]]] = []
        self._numbers = 0
        self._busy = 0

    @property
    def time(self) -> datetime:
        """Now, as the rows have it."""
        return START + timedelta(seconds=self.now)

    @property
    def quiet(self) -> bool:
        """Nothing is under way."""
        return self._busy == 0

    def at(self, when: float, do: Callable[[], None], *, idle: bool = False) -> None:
        """Let something happen at a time."""
        self._numbers += 1
        self._busy += not idle
        heappush(self._queue, (max(when, self.now), self._numbers, idle, do))

    def after(self, seconds: float, do: Callable[[], None], *, idle: bool = False) -> None:
        """Let something happen in so many seconds."""
        self.at(self.now + seconds, do, idle=idle)

    def seconds_until(self, when: datetime) -> float:
        """Say how long it is until then."""
        return (when - START).total_seconds() - self.now

    def step(self, until: float = float("inf")) -> bool:
        """Let the next thing happen, unless it comes after `until`."""
        if not self._queue or self._queue[0][0] > until:
            return False
        self.now, _, idle, do = heappop(self._queue)
        self._busy -= not idle
        self.steps += 1
        do()
        return True
