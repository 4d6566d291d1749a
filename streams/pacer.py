"""Spreads the requests to one QuickBooks company evenly, so that Intuit never has to say no.

Intuit: 10 requests a second and 500 a minute a realm; 10 at once is the older rule, and is kept too.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.ids import RealmId
from streams.meters import PACER_WAIT

AT_ONCE = 10
GAP_SECONDS = 0.1
MOST = 500
WINDOW_SECONDS = 60.0


class RealmPacer:
    """One realm's turns. A realm belongs to one worker, so nothing is shared."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._turns: deque[float] = deque(maxlen=MOST)
        self._closed_until = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold one of the places while the request runs."""
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        async with self._slots:
            at = max(clock(), self._next())
            self._turns.append(at)  # taken before waiting, so that those behind queue up behind it
            while (left := max(at, self._closed_until) - clock()) > 0:  # noqa: ASYNC110  (a time, not a condition)
                await asyncio.sleep(left)
            PACER_WAIT.observe(clock() - asked_at)
            yield

    def close_for(self, seconds: float) -> None:
        """Send nothing for a while: the realm has said that it is too much."""
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)

    def _next(self) -> float:
        if not self._turns:
            return 0.0
        full = self._turns[0] + WINDOW_SECONDS if len(self._turns) == MOST else 0.0
        return max(self._turns[-1] + GAP_SECONDS, full)


class Pacers:
    """A pacer for each realm."""

    def __init__(self) -> None:
        self._pacers: dict[RealmId, RealmPacer] = {}

    def of(self, realm: RealmId) -> RealmPacer:
        """Give a realm's pacer."""
        return self._pacers.setdefault(realm, RealmPacer())
