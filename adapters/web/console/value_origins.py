"""Who last changed a value, and when: what a person wants to know before choosing between two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.store.views import HistoryLine
from adapters.web.texts.who_and_when import who
from domain.fields import Field, Values
from domain.ids import Side


@dataclass(frozen=True, slots=True)
class Origin:
    """`who` None: QuickBooks does not say which of its people it was."""

    who: str | None
    at: datetime


def value_origins(
    lines: Iterable[HistoryLine], present: Mapping[Side, Values]
) -> Mapping[tuple[Side, Field], Origin]:
    """Find where the present values come from. `lines`: the newest first.

    What we wrote ourselves is not among them, and neither is what changed before the first of `lines`.
    """
    found: dict[tuple[Side, Field], Origin] = {}
    settled: set[tuple[Side, Field]] = set()
    for line in lines:
        for change in line.changes:
            place = (change.side, change.field)
            if place in settled or change.what not in ("seen", "sent"):
                continue
            settled.add(place)
            if change.what == "seen" and change.after == present[change.side].get(change.field):
                by = who(line.actor) if change.side == "canopy" and line.actor is not None else None
                found[place] = Origin(by, line.time)
    return found
