"""The time that a worker lives by, so that a day of it can be played through in a second."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time, a time that never goes back, waiting, and chance."""

    def now(self) -> datetime:
        """Give the wall time, in UTC."""

    def monotonic(self) -> float:
        """Give seconds since some moment."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def jitter(self) -> float:
        """Give a number in [0, 1) that spreads those who failed together."""
