"""Virtual time: what may happen next, by when it may. One step is one thing taken from here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Due:
    """One thing on the agenda. `idle`: it keeps no run from being quiet. `counts`: taking it is a step."""

    __slots__ = ("_agenda", "counts", "do", "idle")

    def __init__(self, agenda: "Agenda", do: Callable[[], None], *, idle: bool, counts: bool) -> None:
        self._agenda = agenda
        self.do: Callable[[], None] | None = do
        self.idle = idle
        self.counts = counts

    def cancel(self) -> None:
        """Let it not happen, unless it has."""
        if self.do is not None:
            self.do = None
            self._agenda.busy -= not self.idle


class Agenda:
    """A queue by virtual seconds. `idle` things, such as a timer of a sweep, don't keep a run from being quiet.

    `busy`: how many things wait that do.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = 0
        self.busy = 0
        self._queue: list[tuple[float, int, Due]] = []
        self._numbers = 0

    @property
    def time(self) -> datetime:
        """Now, as the rows have it."""
        return START + timedelta(seconds=self.now)

    @property
    def quiet(self) -> bool:
        """Nothing is under way."""
        return self.busy == 0

    def is_busy_within(self, seconds: float) -> bool:
        """Say whether something that keeps the run from being quiet is due so soon."""
        until = self.now + seconds
        return self.busy > 0 and any(
            when <= until and not due.idle and due.do is not None for when, _, due in self._queue
        )

    def at(self, when: float, do: Callable[[], None], *, idle: bool = False, counts: bool = True) -> Due:
        """Let something happen at a time."""
        self._numbers += 1
        self.busy += not idle
        due = Due(self, do, idle=idle, counts=counts)
        heappush(self._queue, (max(when, self.now), self._numbers, due))
        return due

    def after(
        self, seconds: float, do: Callable[[], None], *, idle: bool = False, counts: bool = True
    ) -> Due:
        """Let something happen in so many seconds."""
        return self.at(self.now + seconds, do, idle=idle, counts=counts)

    def step(self, until: float = float("inf")) -> bool:
        """Let the next thing happen, unless it comes after `until`."""
        queue = self._queue
        while queue and queue[0][2].do is None:
            heappop(queue)
        if not queue or queue[0][0] > until:
            return False
        self.now, _, due = heappop(queue)
        do, due.do = due.do, None
        self.busy -= not due.idle
        self.steps += due.counts
        if do is not None:
            do()
        return True
