"""Hurts workers at the worst moment: when, by the stand-ins' own ledgers, a write is on its way."""

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Literal

from tests.chaos.fleet import Fleet, Worker
from tests.chaos.flights import InFlight
from tests.chaos.outages import Outages
from tests.chaos.outages import planned as planned_outages

Kind = Literal["kill", "terminate", "pause"]

ORDER: tuple[Kind, ...] = (
    "kill", "pause", "terminate", "kill", "terminate", "pause", "kill", "kill", "pause", "terminate",
)  # fmt: skip
WORKING_WITHIN_SECONDS = 60.0
ENDS_WITHIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault as it was. Times in milliseconds since the epoch; `woken` None: it was no pause.

    `in_flight`: writes that were unanswered at that moment, counted when all is over. `idle`: the worker held no
    connection to a stand-in, so it is doubtful that the fault hit anything.
    """

    kind: Kind
    worker: str
    at: float
    idle: bool
    lasted: float
    obeyed: bool = True
    woken: float | None = None
    in_flight: int = 0


def planned(count: int) -> Iterator[Kind]:
    """Give the kinds of so many faults."""
    return islice(cycle(ORDER), count)


class Storm:
    """Inflicts faults, one after the other. `pause` in seconds must be longer than the session time-out."""

    def __init__(
        self, fleet: Fleet, flights: InFlight, outages: Outages, ports: tuple[int, ...], pause: float
    ) -> None:
        self._fleet = fleet
        self._flights = flights
        self._outages = outages
        self._ports = ports
        self._pause = pause
        self.faults: list[Fault] = []

    async def rage(self, count: int) -> None:
        """Inflict so many faults, the workers in turn, and in between take Kafka away."""
        outages = list(planned_outages(count))
        apart = max(1, count // (len(outages) + 1))
        for n, (kind, worker) in enumerate(zip(planned(count), cycle(self._fleet.workers), strict=False), 1):
            working = await self._all_work()
            self.faults.append(await self._inflict(kind, worker, idle=not working))
            if n % apart == 0 and outages:
                await self._outages.inflict(outages.pop(0))

    async def _all_work(self) -> bool:
        """Wait until every worker has work again, so that each fault is one of its own."""
        deadline = time.monotonic() + WORKING_WITHIN_SECONDS
        while not all(worker.talks_to(self._ports) for worker in self._fleet.workers):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    async def _inflict(self, kind: Kind, worker: Worker, *, idle: bool) -> Fault:
        await self._flights.awaited()
        at, began = time.time() * 1000, time.monotonic()
        woken, obeyed = None, True
        if kind == "kill":
            await self._fleet.kill(worker)
        elif kind == "terminate":
            obeyed = await self._fleet.terminate(worker, ENDS_WITHIN_SECONDS)
        else:
            worker.signal(signal.SIGSTOP)
            await asyncio.sleep(self._pause)
            # Stamped before the signal: from here on it may send what it held.
            woken = time.time() * 1000
            worker.signal(signal.SIGCONT)
        return Fault(
            kind=kind,
            worker=worker.name,
            at=at,
            idle=idle,
            lasted=time.monotonic() - began,
            obeyed=obeyed,
            woken=woken,
        )
