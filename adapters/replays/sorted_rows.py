"""Remembers how the rows of replays have ended: to find out, the history of each client is folded, and a page asks often."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import ClientId
from domain.replays import EndState

MOST_KEPT = 8
"""A replay has up to 20,000 rows."""

AS_OF = timedelta(seconds=5)
"""What still changes is looked up again after so long."""

ByEnd = Mapping[EndState, Sequence[ClientId]]
"""The clients of a replay's rows by how these have ended, in the plan's order."""


@dataclass(frozen=True, slots=True)
class _Kept:
    rows: ByEnd
    at: datetime
    for_good: bool


class SortedRows:
    """Of the replays that were looked at last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def still(self, replay: str, at: datetime) -> ByEnd | None:
        """Give what is known, if it holds at that time."""
        kept = self._kept.get(replay)
        return kept.rows if kept is not None and (kept.for_good or at - kept.at < AS_OF) else None

    def keep(self, replay: str, rows: ByEnd, at: datetime, *, for_good: bool) -> ByEnd:
        """Remember it, `for_good` once nothing of it can still turn out in another way."""
        is_open = "under_way" in rows or "not_decided" in rows
        self._kept[replay] = _Kept(rows, at, for_good and not is_open)
        self._kept.move_to_end(replay)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return rows
