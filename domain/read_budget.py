"""How many metered reads of QuickBooks a month has, and what follows when they run short.

Intuit blocks an app whose month is used up, all of its companies, until the next one begins. So from `WARN_SHARE` on
nothing is asked that can wait: sweeps are rarer. What a decision needs is always asked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

WARN_SHARE = 0.8


class BudgetState(StrEnum):
    """How far the reads of a month go."""

    ENOUGH = "enough"
    SHORT = "short"
    SPENT = "spent"


class SaveReads(StrEnum):
    """When sweeps are rarer, to save reads."""

    WHEN_SHORT = "when_short"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBudget:
    """How many reads all companies together may have in a calendar month (UTC), and when we save them."""

    reads_a_month: int
    save: SaveReads = SaveReads.WHEN_SHORT

    def state(self, used: int) -> BudgetState:
        """Say how far they go after `used` of them."""
        if used >= self.reads_a_month:
            return BudgetState.SPENT
        return BudgetState.SHORT if used >= WARN_SHARE * self.reads_a_month else BudgetState.ENOUGH

    def saves(self, used: int) -> bool:
        """Say whether reads are saved after `used` of them."""
        match self.save:
            case SaveReads.ALWAYS:
                return True
            case SaveReads.NEVER:
                return False
            case SaveReads.WHEN_SHORT:
                return self.state(used) is not BudgetState.ENOUGH


def month_of(moment: datetime) -> str:
    """Name the month of the budget: `2026-11`."""
    return moment.astimezone(UTC).strftime("%Y-%m")
