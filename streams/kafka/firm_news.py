"""One firm's decisions for somebody who stays, such as an open page, and who may be slower than they come."""

import asyncio

from domain.ids import RowKey
from domain.projection import News, Seen

MOST_ROWS = 256
"""Beyond these, who listens is told to look at everything, which is less work than so many single looks."""


class FirmNews:
    """The port `Listening`. Keeps of each row the newest only: what came before it is no news any more."""

    def __init__(self) -> None:
        self._seen: dict[RowKey, Seen] = {}
        self._missed = False
        self._over = False
        self._more = asyncio.Event()

    def see(self, seen: Seen) -> None:
        """Take in one record."""
        if not self._missed:
            self._seen.pop(seen.decided.row.key, None)
            self._seen[seen.decided.row.key] = seen
        if len(self._seen) > MOST_ROWS:
            self.miss()
        self._more.set()

    def miss(self) -> None:
        """Let who listens look at everything."""
        self._seen.clear()
        self._missed = True
        self._more.set()

    def end(self) -> None:
        """Let the next news be the last."""
        self._over = True
        self._more.set()

    async def next(self) -> News:
        """Give what has come, once there is something."""
        await self._more.wait()
        self._more.clear()
        news = News(seen=tuple(self._seen.values()), missed=self._missed, over=self._over)
        self._seen.clear()
        self._missed = False
        return news
