"""Takes Kafka itself away in the middle of the load: killed, or paused, so that connections stay and nothing answers."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from deploy.kafka.broker import LocalBroker
from tests.chaos.flights import InFlight
from tests.chaos.quiet import Watcher
from tests.patience import PATIENCE_SECONDS

Kind = Literal["killed", "paused"]

ORDER: tuple[Kind, ...] = ("killed", "paused")
FAULTS_AN_OUTAGE = 50
STARTS_IN_SECONDS = 7.0
"""What a killed broker takes until it answers again, so that it is away for about as long as was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One outage as it was, begun `at` (milliseconds since the epoch).

    `away` in seconds without an answer; `recovered`: from then on to the next decision, None: there was none.
    `in_flight`: writes to the two sides that were unanswered when it began, counted when all is over.
    """

    kind: Kind
    at: float
    away: float
    recovered: float | None
    in_flight: int = 0


def planned(faults: int) -> Iterator[Kind]:
    """Give the outages that go with so many faults: each kind once, and more of both in a long run."""
    for n in range(max(len(ORDER), faults // FAULTS_AN_OUTAGE)):
        yield ORDER[n % len(ORDER)]


class Outages:
    """Inflicts outages of about so many `seconds`; nobody is told, and nothing else is done about them."""

    def __init__(self, broker: LocalBroker, watcher: Watcher, flights: InFlight, seconds: float) -> None:
        self._broker = broker
        self._watcher = watcher
        self._flights = flights
        self._seconds = seconds
        self.outages: list[Outage] = []

    async def inflict(self, kind: Kind) -> None:
        """Take Kafka away, bring it back, and see how long it takes until decisions go on."""
        # What the log holds by now, it must hold in the end.
        await self._watcher.state()
        await self._flights.awaited()
        at, began = time.time() * 1000, time.monotonic()
        if kind == "killed":
            self._broker.kill()
            await asyncio.sleep(self._seconds - STARTS_IN_SECONDS)
            await self._broker.start()
        else:
            self._broker.pause()
            await asyncio.sleep(self._seconds)
            self._broker.resume()
        await self._broker.wait_ready(PATIENCE_SECONDS)
        away = time.monotonic() - began
        recovered = await self._decides_again()
        self.outages.append(Outage(kind=kind, at=at, away=away, recovered=recovered))

    async def _decides_again(self) -> float | None:
        began = time.monotonic()
        before = (await self._watcher.state()).records
        while time.monotonic() - began < PATIENCE_SECONDS:
            if (await self._watcher.state()).records > before:
                return time.monotonic() - began
            await asyncio.sleep(0.1)
        return None
