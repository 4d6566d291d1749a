"""Hurts workers at the worst moment: when, by the stand-ins' own ledgers, a write is on its way."""

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Literal

import aiohttp

from tests.chaos.checker.collect import read_ledger
from tests.chaos.checker.writes import is_write
from tests.chaos.fleet import Fleet, Worker

Kind = Literal["kill", "terminate", "pause"]
Side = Literal["quickbooks", "canopy"]

ORDER: tuple[Kind, ...] = (
    "kill", "pause", "terminate", "kill", "terminate", "pause", "kill", "kill", "pause", "terminate",
)  # fmt: skip
WORKING_WITHIN_SECONDS = 20.0
IN_FLIGHT_WITHIN_SECONDS = 20.0
ENDS_WITHIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault as it was. Times in milliseconds since the epoch; `woken` None: it was no pause.

    `in_flight`: writes that were unanswered before the signal and still unanswered after it. `idle`: the worker
    held no connection to a stand-in, so it is doubtful that the fault hit anything.
    """

    kind: Kind
    worker: str
    at: float
    in_flight: int
    idle: bool
    lasted: float
    obeyed: bool = True
    woken: float | None = None


class InFlight:
    """Follows both ledgers, and knows the writes that have no answer yet."""

    def __init__(self, http: aiohttp.ClientSession, quickbooks: str, canopy: str) -> None:
        self._http = http
        self._addresses: dict[Side, str] = {"quickbooks": quickbooks, "canopy": canopy}
        self._since: dict[Side, int] = {"quickbooks": 0, "canopy": 0}

    async def now(self) -> set[tuple[Side, int]]:
        """Read what came since the oldest unanswered entry."""
        found: set[tuple[Side, int]] = set()
        for side, address in self._addresses.items():
            entries = await read_ledger(self._http, address, side, self._since[side])
            unanswered = [entry for entry in entries if entry.status is None]
            if entries:
                self._since[side] = min(entry.n for entry in unanswered) - 1 if unanswered else entries[-1].n
            found |= {(side, entry.n) for entry in unanswered if is_write(entry)}
        return found


def planned(count: int) -> Iterator[Kind]:
    """Give the kinds of so many faults."""
    return islice(cycle(ORDER), count)


class Storm:
    """Inflicts faults, one after the other. `pause` in seconds must be longer than the session time-out."""

    def __init__(self, fleet: Fleet, flights: InFlight, ports: tuple[int, ...], pause: float) -> None:
        self._fleet = fleet
        self._flights = flights
        self._ports = ports
        self._pause = pause
        self.faults: list[Fault] = []

    async def rage(self, count: int) -> None:
        """Inflict so many faults, the workers in turn."""
        for kind, worker in zip(planned(count), cycle(self._fleet.workers), strict=False):
            working = await self._all_work()
            self.faults.append(await self._inflict(kind, worker, idle=not working))

    async def _all_work(self) -> bool:
        """Wait until every worker has work again, so that each fault is one of its own."""
        deadline = time.monotonic() + WORKING_WITHIN_SECONDS
        while not all(worker.talks_to(self._ports) for worker in self._fleet.workers):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    async def _inflict(self, kind: Kind, worker: Worker, *, idle: bool) -> Fault:
        before = await self._flights.now()
        deadline = time.monotonic() + IN_FLIGHT_WITHIN_SECONDS
        while not before and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
            before = await self._flights.now()
        at, began = time.time() * 1000, time.monotonic()
        woken, obeyed = None, True
        if kind == "pause":
            worker.signal(signal.SIGSTOP)
            in_flight = before & await self._flights.now()
            await asyncio.sleep(self._pause)
            # Stamped before the signal: from here on it may send what it held.
            woken = time.time() * 1000
            worker.signal(signal.SIGCONT)
        else:
            ending = asyncio.create_task(
                self._fleet.kill(worker)
                if kind == "kill"
                else self._fleet.terminate(worker, ENDS_WITHIN_SECONDS)
            )
            await asyncio.sleep(0)
            in_flight = before & await self._flights.now()
            obeyed = await ending is not False
        return Fault(
            kind=kind,
            worker=worker.name,
            at=at,
            in_flight=len(in_flight),
            idle=idle,
            lasted=time.monotonic() - began,
            obeyed=obeyed,
            woken=woken,
        )
