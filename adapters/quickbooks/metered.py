"""Reads that Intuit meters (CorePlus), told to who counts them.

Metered is each GET that was answered by 200. One that left and got no answer may have been: it is told apart, so
that a count can say what is certain and what is not. Writes, refusals and sign-ins are not metered. Of a read whose
connection broke, and which the HTTP client then sent once more by itself, only the second one is told.
"""

from typing import Protocol

from domain.ids import RealmId


class CountsReads(Protocol):
    """Who counts."""

    def count(self, realm: RealmId, *, answered: bool) -> None:
        """Take note of one read of a company; not `answered`: it left, and nobody knows whether it counts."""


class Uncounted:
    """Nobody counts."""

    def count(self, realm: RealmId, *, answered: bool) -> None:
        """Forget it."""
