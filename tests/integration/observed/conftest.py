"""A running system under observation: metrics, traces and logs of a worker and a gateway, each a process of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from deploy.kafka.ports import free_port
from tests.chaos.fleet import Fleet, Worker
from tests.chaos.processes import QUICKBOOKS_TOKEN
from tests.chaos.stack import Stack, running_stack
from tests.chaos.world import Firm
from tests.integration.observed.receiver import Receiver, receiving
from tests.patience import PATIENCE_SECONDS
from tests.story import ledger
from tests.story.company import Company

HERE = "tests/integration/observed/"
EXPIRED_TOKEN = "expired-canary-token-5f1c9e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests here share one event loop, since they share one system."""
    for item in items:
        if item.nodeid.startswith(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass(slots=True)
class Observed:
    """The system, and what it shows of itself."""

    stack: Stack
    http: aiohttp.ClientSession
    receiver: Receiver

    async def metrics(self, process: str) -> str:
        """Read what `worker` or `gateway` shows."""
        port = {
            "worker": self.stack.settings["CLIENT_SYNC_METRICS_PORT"],
            "gateway": self.stack.http_port,
        }[process]
        async with self.http.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 200
            return await answer.text()

    def logs(self) -> dict[str, str]:
        """Read what all processes have written, by file."""
        return {path.name: path.read_text(errors="replace") for path in self.stack.folder.glob("*.log")}


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def observed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    """The running system. Its worker began with a token that has expired, which QuickBooks repeats in its answer."""
    folder = tmp_path_factory.mktemp("observed")
    async with receiving() as receiver, aiohttp.ClientSession() as http, running_stack(folder, 0) as stack:
        stack.settings |= {
            "CLIENT_SYNC_METRICS_PORT": str(free_port()),
            "CLIENT_SYNC_TRACES": receiver.address,
            "CLIENT_SYNC_WATCHDOG_SECONDS": "6",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        command = ("tests.integration.observed.worker_with_bugs", "worker")
        worker = Worker("worker-1", command, stack.settings, folder / "worker-1.log")
        stack.fleet = Fleet([worker])
        first = Firm("f-first", "9130000000000", "own_fields")
        await stack.open([first])
        await stack.connect([first])
        stack.settings["CLIENT_SYNC_QBO_ACCESS_TOKEN"] = EXPIRED_TOKEN
        stack.fleet.start()
        try:
            company = Company(stack, http, first.id, first.realm)
            await company.until(
                lambda: _was_told_expired(company), "QuickBooks has refused the token", PATIENCE_SECONDS
            )
            stack.settings["CLIENT_SYNC_QBO_ACCESS_TOKEN"] = QUICKBOOKS_TOKEN
            await stack.fleet.kill(worker)
            yield Observed(stack, http, receiver)
            assert stack.fleet.exits == [], "a worker ended by itself"
        finally:
            await stack.fleet.stop()


async def _was_told_expired(company: Company) -> bool:
    entries = await ledger.entries(company.http, company.stack.quickbooks, 0)
    return any(EXPIRED_TOKEN in str(entry["answer"]) for entry in entries)
