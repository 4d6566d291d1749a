"""Which writes are on their way right now, by the stand-ins' own ledgers: the worst moment for a fault."""

import asyncio
import time
from collections.abc import Iterable
from typing import Literal

import aiohttp

from tests.chaos.checker.collect import read_ledger
from tests.chaos.checker.history import Request
from tests.chaos.checker.writes import is_write

Side = Literal["quickbooks", "canopy"]
Flights = set[tuple[Side, int]]

IN_FLIGHT_WITHIN_SECONDS = 20.0


class InFlight:
    """Follows both ledgers, and knows the writes that have no answer yet."""

    def __init__(self, http: aiohttp.ClientSession, quickbooks: str, canopy: str) -> None:
        self._http = http
        self._addresses: dict[Side, str] = {"quickbooks": quickbooks, "canopy": canopy}
        self._since: dict[Side, int] = {"quickbooks": 0, "canopy": 0}

    async def now(self) -> Flights:
        """Read what came since the oldest unanswered entry."""
        found: Flights = set()
        for side, address in self._addresses.items():
            entries = await read_ledger(self._http, address, side, self._since[side])
            unanswered = [entry for entry in entries if entry.status is None]
            if entries:
                self._since[side] = min(entry.n for entry in unanswered) - 1 if unanswered else entries[-1].n
            found |= {(side, entry.n) for entry in unanswered if is_write(entry)}
        return found

    async def awaited(self) -> Flights:
        """Wait until something is on its way; an empty set: nothing came for too long."""
        deadline = time.monotonic() + IN_FLIGHT_WITHIN_SECONDS
        while not (found := await self.now()) and time.monotonic() < deadline:  # noqa: ASYNC110 - ledgers tell nobody
            await asyncio.sleep(0.02)
        return found


def in_flight_at(requests: Iterable[Request], moment: float) -> int:
    """Count, when all is over, the writes that had arrived by a moment (in milliseconds) and were answered after it."""
    return sum(
        is_write(each) and each.time < moment and (each.finished is None or moment < each.finished)
        for each in requests
    )
