"""The machine's time, for a worker that is not played through."""

import asyncio
import random
import time
from datetime import UTC, datetime


class WallClock:
    """The port `Clock`; `monotonic` is `time.monotonic`."""

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
