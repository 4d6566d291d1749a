"""Where a listing goes on: pages overlap by one record, and a page that QuickBooks can't answer is halved.

QuickBooks pages by row number. A customer that vanishes between two pages (a merge whose loser is gone) moves all
behind it one row forward, and the record at the border would never be listed. So a page begins with the last
record of the one before; if that is not in it, the listing steps back until it is.

One bad record fails the whole page that holds it (error 4002; intuit PHP-SDK 216, Java-SDK 47). So the page is
halved until the record stands alone; it is reported as unreadable, and the listing goes on behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from adapters.quickbooks.query import PAGE
from adapters.readable_records import MOST_UNREADABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which page to ask for: `size` rows from row `start` on, counted from 1.

    `last`: the id of the record that the page before ended with; None: nothing to compare with. `skipped`: how many rows
    in a row were left out just before.
    """

    start: int = 1
    size: int = PAGE
    last: str | None = None
    skipped: int = 0

    @classmethod
    def at(cls, cursor: str | None) -> Self:
        """Read a cursor of ours: `START`, as older versions wrote it, or `START:SIZE:SKIPPED:LAST`."""
        if cursor is None:
            return cls()
        start, *rest = cursor.split(":", 3)
        if not rest:
            return cls(start=int(start))
        size, skipped, last = rest
        return cls(start=int(start), size=int(size), skipped=int(skipped), last=last or None)

    @property
    def cursor(self) -> str:
        """Write it down for the next request, perhaps another worker's."""
        return f"{self.start}:{self.size}:{self.skipped}:{self.last or ''}"

    def after(self, ids: Sequence[str]) -> "Page | None":
        """Say what to ask for next when this page answered with these records. None: that was the last page."""
        if self.last is not None and self.last not in ids and self.start > 1:
            return Page(start=max(1, self.start - PAGE), last=self.last)
        if len(ids) < self.size:
            return None
        if self.size == 1:
            # A page of one that began with its forerunner's last record would stand still.
            return Page(start=self.start + 1, size=2)
        return Page(start=self.start + len(ids) - 1, size=min(self.size * 2, PAGE), last=ids[-1])

    def halved(self) -> "Page | None":
        """Say what to ask for where this page is refused because of a record. None: it stands alone in it."""
        return replace(self, size=self.size // 2) if self.size > 1 else None

    def behind(self) -> "Page | None":
        """Say what to ask for behind a bad record that stands alone. None: too many were left out in a row."""
        if self.skipped >= MOST_UNREADABLE:
            return None
        return Page(start=self.start + 1, size=2, skipped=self.skipped + 1)
