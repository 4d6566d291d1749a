"""A disk is full, with Kafka, database and checkpoints on it: what docs/operations.md has people type then."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.stack import Stack, stack_at_work
from tests.patience import PATIENCE_SECONDS
from tests.runbook import Walk
from tests.story.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIZE = "256m"
BLOCK = b"\0" * 65536
PHONE = "(312) 555-0199"


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Let a folder lie on a small disk of its own, in memory."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={SIZE},uid={os.getuid()},gid={os.getgid()},mode=700"
    subprocess.run([*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run([*as_root, "umount", "--lazy", str(folder)], check=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    """A firm of a system that has all of its files on that disk."""
    folder = tmp_path_factory.mktemp("disk")
    with _disk(folder):
        async with (
            stack_at_work(folder) as stack,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http,
        ):
            yield await Company.open(stack, http, "f-full")


def _fill(folder: Path) -> Path:
    """Write until nothing more fits; gives the file that takes the room."""
    path = folder / "takes-all-room"
    with path.open("wb", buffering=0) as file, suppress(OSError):  # no space is left
        while True:
            file.write(BLOCK)
    return path


async def test_a_full_disk(company: Company, tmp_path: Path) -> None:
    """It is seen; once there is room again nothing that was acknowledged is missing, and what was asked meanwhile is done."""
    stack = company.stack
    client = await company.add_client("Ida Falk", email="ida@example.com")
    customer = await company.until_synced(client)
    taken = _fill(stack.folder)
    await company.edit_client(client, phone=PHONE)
    await company.until(lambda: _is_seen(company), "people see that something is wrong", PATIENCE_SECONDS)

    with Walk("A full disk", {".local": str(stack.folder)}, stack.settings, tmp_path) as typed:
        assert "100%" in await typed.types("df")
        assert "client-sync.sqlite" in await typed.types("du")
        await typed.types("rm -rf")
        taken.unlink()
        await _broker_runs(stack)
        await typed.until("client-sync verify")

    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": PHONE})
    await company.until_synced(client)


async def _is_seen(company: Company) -> bool:
    if not company.stack.broker.running:
        return True
    answer = await company.api("PUT", "/settings", company.settings)
    return answer.status == 503 and answer.body["code"] in ("database_away", "kafka_away")


async def _broker_runs(stack: Stack) -> None:
    """Start it where it has ended; whoever runs it does."""
    if not stack.broker.running:
        await stack.broker.start()
    await stack.broker.wait_ready(PATIENCE_SECONDS)
