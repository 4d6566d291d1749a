"""Lets people wait for what the log will say: the decision about what they asked, and the end of its work.

Who waits is woken by the record itself; nobody asks again and again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain

from domain.ids import ALL_FIRMS, FirmId
from domain.projection import Decided, Seen, Stretch
from streams.kafka.firm_news import FirmNews


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
        self._watches: defaultdict[FirmId, list[FirmWatch | FirmNews]] = defaultdict(list)
        self._positions: dict[int, int] = {}

    @contextmanager
    def watch(self, firm: FirmId) -> Iterator[FirmWatch]:
        """Begin before asking for something, so that no answer is missed."""
        watch = FirmWatch()
        with self._told(firm, watch):
            yield watch

    @contextmanager
    def listen(self, firm: FirmId) -> Iterator[FirmNews]:
        """Hear of all that is decided from now on."""
        news = FirmNews()
        with self._told(firm, news):
            yield news

    def position(self, partition: int) -> int:
        """Give the next offset that nobody was told of yet."""
        return self._positions.get(partition, 0)

    def feed(self, stretch: Stretch) -> None:
        """Show what was read to those who wait. The same may come again after a reader began anew."""
        self._positions[stretch.partition] = stretch.next_offset
        if self._watches:
            for decided in stretch.decided:
                for watch in self._watches_of(decided.row.firm_id):
                    watch.see(Seen(decided, stretch.next_offset))

    def look_again(self) -> None:
        """Let all who stay look at everything once more: what holds for them has changed, and no record says so."""
        for watch in chain(*self._watches.values()):
            if isinstance(watch, FirmNews):
                watch.miss()

    def _watches_of(self, firm: FirmId) -> Iterable[FirmWatch | FirmNews]:
        """Give those of one firm; what goes for all firms is everybody's."""
        return chain(*self._watches.values()) if firm == ALL_FIRMS else self._watches.get(firm, ())

    @contextmanager
    def _told(self, firm: FirmId, watch: FirmWatch | FirmNews) -> Iterator[None]:
        self._watches[firm].append(watch)
        try:
            yield
        finally:
            self._watches[firm].remove(watch)
            if not self._watches[firm]:
                del self._watches[firm]
