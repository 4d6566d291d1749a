"""The processes of a stack: what they are started with, how they are started, and when they are ready."""

import asyncio
import contextlib
import os
import time
from pathlib import Path

import aiohttp

from tests import commands
from tests.forked import Forked
from tests.patience import PATIENCE_SECONDS

WORKER = ("deploy", "worker")
GATEWAY = ("tests.chaos.patient_gateway", "gateway")
GROUP = "client-sync"
PARTITIONS = 8
SESSION_TIMEOUT_SECONDS = 6
QUICKBOOKS_TOKEN = "chaos-access-token"
CANOPY_TOKEN = "chaos-canopy-token"
VERIFIER = "chaos-verifier"
CLIENT_ID = "chaos-app"
CLIENT_SECRET = "chaos-app-secret"


class NotReadyError(Exception):
    """A process ended or did not answer in time. The message ends with the last lines of its log."""


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
        # By another name than the console's, so that for a browser it is another site, as Intuit is.
        "QBO_DISCOVERY_URL": f"http://localhost:{quickbooks}/.well-known/openid_sandbox_configuration",
        "QBO_CLIENT_ID": CLIENT_ID,
        "QBO_CLIENT_SECRET": CLIENT_SECRET,
        "CANOPY_BASE_URL": f"http://127.0.0.1:{canopy}",
        "CANOPY_TOKEN": CANOPY_TOKEN,
        "QBO_ACCESS_TOKEN": QUICKBOOKS_TOKEN,
        "QBO_WEBHOOK_VERIFIERS": VERIFIER,
        "SESSION_TIMEOUT_SECONDS": str(SESSION_TIMEOUT_SECONDS),
        "GROUP": GROUP,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLIENT_SYNC_")}
    return inherited | {f"CLIENT_SYNC_{name}": value for name, value in ours.items()}


def run(folder: Path, settings: dict[str, str], *arguments: str) -> None:
    """Run one of our commands to its end. Raises NotReadyError with what it said if it fails."""
    done = commands.run(arguments, settings)
    (folder / f"{arguments[0]}.log").write_bytes(done.stdout + done.stderr)
    if done.returncode:
        raise NotReadyError(f"client-sync {arguments[0]}: {(done.stdout + done.stderr).decode()[-2000:]}")


def quickbooks_command(port: int, gateway: int) -> list[str]:
    """Say how the QuickBooks stand-in is started; `gateway` is the port that its webhooks go to."""
    command = ["deploy.sandbox.quickbooks", "--port", str(port), "--time-scale", "0.05"]
    hook = f"http://127.0.0.1:{gateway}/webhooks/quickbooks"
    app = ["--client-id", CLIENT_ID, "--client-secret", CLIENT_SECRET]
    back = ["--redirect-uri", f"http://127.0.0.1:{gateway}/quickbooks/callback"]
    known = ["--verifier", VERIFIER, "--access-token", QUICKBOOKS_TOKEN]
    return [*command, "--webhook-url", hook, *known, *app, *back]


def canopy_command(port: int, bootstrap: str) -> list[str]:
    """Say how the Canopy stand-in is started."""
    command = ["deploy.sandbox.canopy", "--port", str(port)]
    return [*command, "--token", CANOPY_TOKEN, "--bootstrap", bootstrap]


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def end(process: Forked) -> None:
    """Wait for a process that was told to stop, and kill it after ten seconds."""
    try:
        process.wait(10)
    except TimeoutError:
        process.kill()
        process.wait()


async def wait_for_answer(process: Forked, address: str, log: Path, within: float = PATIENCE_SECONDS) -> None:
    """Wait until `address` answers 200. Raises NotReadyError if the process ends or takes too long."""
    deadline = time.monotonic() + within
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with http.get(address, timeout=aiohttp.ClientTimeout(total=2)) as answer:
                    if answer.status == 200:
                        return
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotReadyError(f"{address} does not answer:\n{_tail(log)}")
            await asyncio.sleep(0.1)
