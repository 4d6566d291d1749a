"""How often a company is swept: rarely while notifications tell of all that changes, often while they do not.

A sweep costs a metered read, also where nothing has changed. So the time to the next one doubles with each sweep that
found nothing untold, up to the longest that is set, and begins anew after one that did. Who decides plans a sweep for the
shortest time; who carries it out waits longer, since the settings and the month's reads are no part of a decision.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.effects import ListCustomers

SHORTEST = timedelta(minutes=15)
MOST_DOUBLINGS = 10
SAVING_FACTOR = 6
LONGEST_SAVING = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPace:
    """`longest`: from a sweep to the next, where nothing was missed. `saving`: reads run short, and sweeps are rarer still."""

    longest: timedelta = SHORTEST
    saving: bool = False

    def interval(self, quiet: int) -> timedelta:
        """Say how long to wait after a sweep. `quiet`: how many in a row found nothing untold, it among them."""
        doublings: int = 2 ** min(quiet, MOST_DOUBLINGS)
        grown = max(min(SHORTEST * doublings, self.longest), SHORTEST)
        return max(min(grown * SAVING_FACTOR, LONGEST_SAVING), grown) if self.saving else grown


AS_PLANNED = SweepPace()
"""Each sweep as soon as it may be."""


def due(sweep: ListCustomers, pace: SweepPace) -> datetime | None:
    """Say when a sweep is to begin. None: at once; a listing of all waits for nothing."""
    if sweep.not_before is None or sweep.since is None or sweep.cursor is not None:
        return sweep.not_before
    return sweep.not_before - SHORTEST + pace.interval(sweep.quiet)
