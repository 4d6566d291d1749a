"""The workers under fire. Who runs workers restarts them, so the fleet does: what was killed, and what ended by itself."""

import asyncio
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.forked import Forked

POLL_SECONDS = 0.05
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 4.0
HEALTHY_SECONDS = 10.0
"""Having lived this long, a worker that ends starts over with the first pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A worker that ended though nobody had asked it to. `after` in seconds since it was started."""

    worker: str
    code: int
    after: float


class Worker:
    """One worker process, and its successors of the same name, one after the other."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self.log = log
        self.started = 0.0
        self.paused = False
        self._process: Forked | None = None

    def start(self) -> None:
        """Start it, as a new process."""
        self._process = Forked(self._command, self._environment, self.log)
        self.started = time.monotonic()

    @property
    def code(self) -> int | None:
        """Its exit code; None while it lives."""
        return self._process.poll() if self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process exists, paused or not."""
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        if self._process is not None:
            self._process.send_signal(number)
        self.paused = number == signal.SIGSTOP

    async def ended(self, within: float) -> bool:
        """Wait until the process is gone; False if it is not within so many seconds."""
        deadline = time.monotonic() + within
        while self.alive:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True

    def talks_to(self, ports: Sequence[int]) -> bool:
        """Say whether it holds a connection to one of these ports: then it owns partitions, and works."""
        if not self.alive or self._process is None:
            return False
        try:
            connections = psutil.Process(self._process.pid).net_connections("tcp")
        except psutil.Error:
            return False
        return any(each.raddr and each.raddr.port in ports for each in connections)


class Fleet:
    """All workers. `exits`: those that ended by themselves."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self.workers = tuple(workers)
        self.exits: list[Exit] = []
        self._expected: set[str] = set()
        self._keeping: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start all, and watch over them."""
        for worker in self.workers:
            worker.start()
        self._keeping = [asyncio.create_task(self._keep(worker)) for worker in self.workers]

    async def kill(self, worker: Worker) -> None:
        """SIGKILL; its successor starts at once."""
        await self._end(worker, signal.SIGKILL, within=5)

    async def terminate(self, worker: Worker, within: float) -> bool:
        """SIGTERM; its successor starts when it is gone. False: it had to be killed after so many seconds."""
        return await self._end(worker, signal.SIGTERM, within)

    async def stop(self) -> None:
        """End all for good."""
        for keeping in self._keeping:
            keeping.cancel()
        for worker in self.workers:
            if worker.alive:
                worker.signal(signal.SIGCONT)
                worker.signal(signal.SIGTERM)
        for worker in self.workers:
            if not await worker.ended(within=10):
                worker.signal(signal.SIGKILL)
                await worker.ended(within=5)

    async def _end(self, worker: Worker, number: signal.Signals, within: float) -> bool:
        self._expected.add(worker.name)
        worker.signal(number)
        obeyed = await worker.ended(within)
        if not obeyed:
            worker.signal(signal.SIGKILL)
            await worker.ended(within=5)
        worker.start()
        self._expected.discard(worker.name)
        return obeyed

    async def _keep(self, worker: Worker) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if worker.alive or worker.name in self._expected:
                continue
            lived = time.monotonic() - worker.started
            self.exits.append(Exit(worker=worker.name, code=worker.code or 0, after=lived))
            pause = FIRST_PAUSE_SECONDS if lived > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)
            if not worker.alive and worker.name not in self._expected:
                worker.start()
