"""A whole system of real processes on free ports: Kafka, both stand-ins, a gateway and the workers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import aiohttp

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from tests.chaos import processes
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.processes import GATEWAY, WORKER, environment, wait_for_answer
from tests.chaos.world import Firm
from tests.forked import ROOT, Forked
from tests.patience import PATIENCE_SECONDS

JARS = ROOT / ".local" / "kafka" / "jars"
NONE: Mapping[str, str] = MappingProxyType({})
LOOKS_OFTEN = {
    "log.cleaner.backoff.ms": "200",
    "log.retention.check.interval.ms": "1000",
    "log.initial.task.delay.ms": "1000",
}
"""For a test that waits until Kafka has compacted, and deleted what is over."""


@dataclass(slots=True)
class Stack:
    """A running system. Logs of all processes lie in `folder`."""

    folder: Path
    bootstrap: str
    quickbooks_port: int
    canopy_port: int
    http_port: int
    settings: dict[str, str]
    broker: LocalBroker
    fleet: Fleet
    others: list[Forked]

    @property
    def quickbooks(self) -> str:
        """The QuickBooks stand-in's address."""
        return f"http://127.0.0.1:{self.quickbooks_port}"

    @property
    def canopy(self) -> str:
        """The Canopy stand-in's address."""
        return f"http://127.0.0.1:{self.canopy_port}"

    async def latency(self, seconds: float) -> None:
        """Let each request at the stand-ins take so long."""
        async with aiohttp.ClientSession(raise_for_status=True) as http:
            for address in (self.quickbooks, self.canopy):
                await http.post(f"{address}/_control/latency", json={"seconds": seconds})

    async def open(self, firms: Sequence[Firm]) -> None:
        """Make the firms in Canopy and their companies in QuickBooks, empty."""
        async with aiohttp.ClientSession(raise_for_status=True) as http:
            for firm in firms:
                await http.post(f"{self.canopy}/_control/firms", json={"firm_id": firm.id})
                await http.post(f"{self.quickbooks}/_control/realms", json={"realm_id": firm.realm})

    async def connect(self, firms: Sequence[Firm]) -> None:
        """Connect each firm to its realm, and open the door for what QuickBooks tells."""
        pairs = (f"{firm.id}={firm.realm}" for firm in firms)
        await asyncio.to_thread(processes.run, self.folder, self.settings, "connect", *pairs)
        # Not before: webhooks of unknown realms are dead letters, and each firm's customers were just made.
        await self._start_gateway()

    async def kill_gateway(self) -> None:
        """Kill the gateway where it stands, and start another one."""
        gateway = self.others.pop()
        gateway.kill()
        await asyncio.to_thread(gateway.wait)
        await self._start_gateway()

    async def _start_gateway(self) -> None:
        log = self.folder / "gateway.log"
        gateway = Forked(GATEWAY, self.settings, log)
        self.others.append(gateway)
        await wait_for_answer(gateway, f"http://127.0.0.1:{self.http_port}/readyz", log)

    async def at_work(self, firm: Firm) -> None:
        """Wait until a worker has listed this firm, so that no test's patience is spent on the start of processes."""
        url = f"http://127.0.0.1:{self.http_port}/api/v1/firms/{firm.id}/connection"
        async with aiohttp.ClientSession(headers={"Authorization": "Bearer dev-manager"}) as http:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self._is_listed(http, url):  # noqa: ASYNC110 - a question, repeated
                    await asyncio.sleep(0.1)

    async def _is_listed(self, http: aiohttp.ClientSession, url: str) -> bool:
        async with http.get(url) as answer:
            return answer.status == 200 and bool((await answer.json())["listed"])

    async def undelivered(self) -> int:
        """Count the webhooks and events that the stand-ins have yet to deliver."""
        async with aiohttp.ClientSession(raise_for_status=True) as http:
            async with http.get(f"{self.quickbooks}/_control/webhooks") as answer:
                webhooks = (await answer.json())["waiting"]
            async with http.get(f"{self.canopy}/_control/outbox") as answer:
                return int(webhooks) + len((await answer.json())["events"])


@contextlib.asynccontextmanager
async def running_stack(
    folder: Path,
    workers: int,
    properties: Mapping[str, str] = NONE,
    given: Mapping[str, str] = NONE,
) -> AsyncIterator[Stack]:
    """Start Kafka and the stand-ins; `Stack.connect` adds the gateway, `Stack.fleet` the workers. End all at the end.

    `properties`: of the broker, beside its own. `given`: settings of ours in place of those that a stack has.
    """
    broker = LocalBroker(BrokerSettings(folder / "kafka", JARS, free_port(), properties=properties))
    quickbooks, canopy, http = free_port(), free_port(), free_port()
    settings = {**environment(folder, broker.bootstrap, quickbooks, canopy, http), **given}
    others: list[Forked] = []
    fleet = Fleet(
        [Worker(f"worker-{n}", WORKER, settings, folder / f"worker-{n}.log") for n in range(1, workers + 1)]
    )
    try:
        await broker.start()
        await broker.wait_ready()
        await asyncio.to_thread(processes.run, folder, settings, "topics", "create")
        for name, command, address in (
            (
                "quickbooks",
                processes.quickbooks_command(quickbooks, http),
                f"http://127.0.0.1:{quickbooks}/_control/faults",
            ),
            (
                "canopy",
                processes.canopy_command(canopy, broker.bootstrap),
                f"http://127.0.0.1:{canopy}/_control/faults",
            ),
        ):
            log = folder / f"{name}.log"
            process = Forked(command, settings, log)
            others.append(process)
            await wait_for_answer(process, address, log)
        yield Stack(folder, broker.bootstrap, quickbooks, canopy, http, settings, broker, fleet, others)
    finally:
        await fleet.stop()
        for process in reversed(others):
            process.terminate()
        for process in others:
            await asyncio.to_thread(processes.end, process)
        await broker.stop()


@contextlib.asynccontextmanager
async def stack_at_work(folder: Path, given: Mapping[str, str] = NONE) -> AsyncIterator[Stack]:
    """Run one with a worker that has taken up its work: its first firm is connected, by the command that a person would type, and listed."""
    first = Firm("f-first", "9130000000000", "own_fields")
    async with running_stack(folder, workers=1, properties=LOOKS_OFTEN, given=given) as stack:
        await stack.open([first])
        await stack.connect([first])
        stack.fleet.start()
        await stack.at_work(first)
        yield stack
