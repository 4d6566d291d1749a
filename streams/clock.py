"""The time that lanes and rate limiters live by, so that a day of it can be played through in a second."""

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time, a time that never goes back, waiting, and chance."""

    def now(self) -> datetime:
        """Give the wall time, in UTC."""

    def monotonic(self) -> float:
        """Give seconds since some moment; the same clock as `time.monotonic` in a worker."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def jitter(self) -> float:
        """Give a number in [0, 1) that spreads those who failed together."""


class WallClock:
    """The machine's."""

    def now(self) -> datetime:
        """Give the wall time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def jitter(self) -> float:
        """Give a number in [0, 1)."""
        return random.random()  # noqa: S311  (spreads retries)
