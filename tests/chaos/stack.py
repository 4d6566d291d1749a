"""A whole system of real processes on free ports: Kafka, both stand-ins, a gateway and the workers."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.world import Firm

PROGRAM = str(Path(sys.executable).parent / "client-sync")
ROOT = Path(__file__).parents[2]
JARS = ROOT / ".local" / "kafka" / "jars"
GROUP = "client-sync"
PARTITIONS = 8
SESSION_TIMEOUT_SECONDS = 6
READY_WITHIN_SECONDS = 30.0
QUICKBOOKS_TOKEN = "chaos-access-token"
CANOPY_TOKEN = "chaos-canopy-token"
VERIFIER = "chaos-verifier"


class NotReadyError(Exception):
    """A process ended or did not answer in time. The message ends with the last lines of its log."""


@dataclass(slots=True)
class Stack:
    """A running system. Logs of all processes lie in `folder`."""

    folder: Path
    bootstrap: str
    quickbooks_port: int
    canopy_port: int
    http_port: int
    settings: dict[str, str]
    fleet: Fleet
    others: list[subprocess.Popen[bytes]]

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
        await asyncio.to_thread(_run, self.folder, self.settings, "connect", *pairs)
        # Not before: webhooks of unknown realms are dead letters, and each firm's customers were just made.
        log = self.folder / "gateway.log"
        gateway = _spawn([PROGRAM, "gateway"], self.settings, log)
        self.others.append(gateway)
        await _answers(gateway, f"http://127.0.0.1:{self.http_port}/healthz", log)

    async def undelivered(self) -> int:
        """Count the webhooks and events that the stand-ins have yet to deliver."""
        async with aiohttp.ClientSession(raise_for_status=True) as http:
            async with http.get(f"{self.quickbooks}/_control/webhooks") as answer:
                webhooks = (await answer.json())["waiting"]
            async with http.get(f"{self.canopy}/_control/outbox") as answer:
                return int(webhooks) + len((await answer.json())["events"])


def environment(folder: Path, bootstrap: str, quickbooks: int, canopy: int, http: int) -> dict[str, str]:
    """Give the settings that all processes share. None of this machine's own is inherited."""
    ours = {
        "KAFKA_BOOTSTRAP": bootstrap,
        "PARTITIONS": str(PARTITIONS),
        "DATA_FOLDER": str(folder),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'client-sync.sqlite'}",
        "HTTP_PORT": str(http),
        "QBO_PORT": str(quickbooks),
        "CANOPY_PORT": str(canopy),
        "QBO_BASE_URL": f"http://127.0.0.1:{quickbooks}",
        "CANOPY_BASE_URL": f"http://127.0.0.1:{canopy}",
        "CANOPY_TOKEN": CANOPY_TOKEN,
        "QBO_ACCESS_TOKEN": QUICKBOOKS_TOKEN,
        "QBO_WEBHOOK_VERIFIERS": VERIFIER,
        "SESSION_TIMEOUT_SECONDS": str(SESSION_TIMEOUT_SECONDS),
        "GROUP": GROUP,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLIENT_SYNC_")}
    return inherited | {f"CLIENT_SYNC_{name}": value for name, value in ours.items()}


@contextlib.asynccontextmanager
async def running_stack(folder: Path, workers: int) -> AsyncIterator[Stack]:
    """Start Kafka and the stand-ins; `Stack.connect` adds the gateway, `Stack.fleet` the workers. End all at the end."""
    broker = LocalBroker(BrokerSettings(folder / "kafka", JARS, free_port()))
    quickbooks, canopy, http = free_port(), free_port(), free_port()
    settings = environment(folder, broker.bootstrap, quickbooks, canopy, http)
    others: list[subprocess.Popen[bytes]] = []
    fleet = Fleet(
        [
            Worker(f"worker-{n}", [PROGRAM, "worker"], settings, folder / f"worker-{n}.log")
            for n in range(1, workers + 1)
        ]
    )
    try:
        await broker.start()
        await broker.wait_ready()
        await asyncio.to_thread(_run, folder, settings, "topics", "create")
        for name, command, address in (
            ("quickbooks", _quickbooks(quickbooks, http), f"http://127.0.0.1:{quickbooks}/_control/faults"),
            ("canopy", _canopy(canopy, broker.bootstrap), f"http://127.0.0.1:{canopy}/_control/faults"),
        ):
            log = folder / f"{name}.log"
            process = _spawn(command, settings, log)
            others.append(process)
            await _answers(process, address, log)
        yield Stack(folder, broker.bootstrap, quickbooks, canopy, http, settings, fleet, others)
    finally:
        await fleet.stop()
        for process in reversed(others):
            process.terminate()
        for process in others:
            await asyncio.to_thread(_end, process)
        await broker.stop()


def _run(folder: Path, settings: dict[str, str], *arguments: str) -> None:
    done = subprocess.run([PROGRAM, *arguments], env=settings, capture_output=True, timeout=60, check=False)
    (folder / f"{arguments[0]}.log").write_bytes(done.stdout + done.stderr)
    if done.returncode:
        raise NotReadyError(f"client-sync {arguments[0]}: {(done.stdout + done.stderr).decode()[-2000:]}")


def _quickbooks(port: int, gateway: int) -> list[str]:
    command = [sys.executable, "-m", "deploy.sandbox.quickbooks", "--port", str(port), "--time-scale", "0.05"]
    hook = f"http://127.0.0.1:{gateway}/webhooks/quickbooks"
    return [*command, "--webhook-url", hook, "--verifier", VERIFIER, "--access-token", QUICKBOOKS_TOKEN]


def _canopy(port: int, bootstrap: str) -> list[str]:
    command = [sys.executable, "-m", "deploy.sandbox.canopy", "--port", str(port)]
    return [*command, "--token", CANOPY_TOKEN, "--bootstrap", bootstrap]


def _spawn(command: Sequence[str], settings: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(command, env=settings, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _answers(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with http.get(address, timeout=aiohttp.ClientTimeout(total=2)) as answer:
                    if answer.status == 200:
                        return
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotReadyError(f"{address} does not answer:\n{_tail(log)}")
            await asyncio.sleep(0.1)
