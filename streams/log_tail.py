"""Lets people wait for what the log will say: the decision about what they asked, and the end of its work.

Who waits is woken by the record itself; nobody asks again and again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from domain.ids import FirmId
from domain.projection import Decided, Seen, Stretch


class FirmWatch:
    """The port `Watch`. It lives as long as one request, so it keeps what it has seen."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []
        self._more = asyncio.Event()

    def see(self, seen: Seen) -> None:
        """Take in one record."""
        self._seen.append(seen)
        self._more.set()

    async def first(self, wanted: Callable[[Decided], bool]) -> Seen:
        """Give the first that is wanted, once it is there."""
        looked_at = 0
        while True:
            while looked_at < len(self._seen):
                seen = self._seen[looked_at]
                if wanted(seen.decided):
                    return seen
                looked_at += 1
            self._more.clear()
            await self._more.wait()


class LogTail:
    """The port `Watcher`, fed by who reads the log."""

    def __init__(self) -> None:
        self._watches: defaultdict[FirmId, list[FirmWatch]] = defaultdict(list)

    @contextmanager
    def watch(self, firm: FirmId) -> Iterator[FirmWatch]:
        """Begin before asking for something, so that no answer is missed."""
        watch = FirmWatch()
        self._watches[firm].append(watch)
        try:
            yield watch
        finally:
            self._watches[firm].remove(watch)
            if not self._watches[firm]:
                del self._watches[firm]

    def feed(self, stretch: Stretch) -> None:
        """Show what was read to those who wait. The same may come again after a reader began anew."""
        if self._watches:
            for decided in stretch.decided:
                for watch in self._watches.get(decided.row.firm_id, ()):
                    watch.see(Seen(decided, stretch.next_offset))
