"""A gateway on a free port, with topics and a database of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiokafka import TopicPartition

from deploy.gateway import run_gateway
from deploy.kafka.ports import free_port
from deploy.settings import Settings
from streams.kafka.topic_check import create_topics
from streams.wire.topics import DEAD_LETTERS, topic_specs
from tests.integration.gateway.firm import CONNECTED
from tests.integration.gateway.log_writer import LogWriter
from tests.integration.gateway.topic_reader import Offsets, reading
from tests.patience import PATIENCE_SECONDS

PARTITIONS = 4
VERIFIER = "verify_me"


@dataclass(frozen=True)
class Running:
    """A gateway that answers."""

    settings: Settings
    prefix: str
    http: aiohttp.ClientSession
    log: LogWriter
    since: Offsets = field(default_factory=dict)
    """Where the topics ended when a test that has them together with others began."""

    async def ask(
        self, method: str, path: str, *, token: str = "dev-manager", body: Any = None, **headers: str
    ) -> tuple[aiohttp.ClientResponse, Any]:
        """Send a request of the API; the answer and its JSON. `_` in a header's name is a dash."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {token}"} | named
        async with self.http.request(method, path, json=body, headers=sent) as answer:
            return answer, await answer.json(content_type=None)

    async def dead_letters(self, count: int, *, token: str = "dev-operator") -> list[dict[str, Any]]:
        """Wait until somebody is shown so many dead letters, or more; gives them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer, page = await self.ask("GET", "/api/v1/dead-letters", token=token)
                found = [] if answer.status != 200 else page["dead_letters"]
                new = [each for each in found if not self._is_older(each["partition"], each["offset"])]
                if answer.status == 200 and len(new) >= count:
                    return new
                # With a pause: who asks without one is soon told that it is too often.
                await asyncio.sleep(0.1)

    def reading(self, topic: str) -> Any:
        """Open a reader of one of the gateway's topics."""
        return reading(self.settings.bootstrap, self.prefix + topic, PARTITIONS, self.since)

    def _is_older(self, partition: int, offset: int) -> bool:
        return offset < self.since.get(TopicPartition(self.prefix + DEAD_LETTERS, partition), 0)


@asynccontextmanager
async def gateway_on(settings: Settings, prefix: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Run a gateway until the end of the block; gives a client of it."""
    running = asyncio.create_task(run_gateway(settings, prefix))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{settings.http_port}") as http:
            await _until_ready(http, running)
            yield http
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def settings_of(bootstrap: str, prefix: str, folder: Path, database_url: str) -> Settings:
    """Create a gateway's topics; gives its settings."""
    await create_topics(bootstrap, topic_specs(35, prefix), PARTITIONS)
    return Settings(
        kafka_bootstrap=bootstrap,
        partitions=PARTITIONS,
        data_folder=folder,
        database_url=database_url,
        http_port=free_port(),
        canopy_base_url=f"http://127.0.0.1:{free_port()}",
        qbo_webhook_verifiers=(VERIFIER,),
    )


@asynccontextmanager
async def running_gateway(settings: Settings, prefix: str) -> AsyncIterator[Running]:
    """Run a gateway and the writer of its log until the end of the block."""
    async with (
        LogWriter(settings.bootstrap, prefix, PARTITIONS) as log,
        gateway_on(settings, prefix) as http,
    ):
        yield Running(settings, prefix, http, log)


async def connect(gateway: Running) -> None:
    """Connect the firm f-1 to company 91, in the log, and wait until the gateway knows."""
    at = await gateway.log.decide(CONNECTED)
    await gateway.ask("GET", "/api/v1/firms/f-1/connection", Sync_Position=at)


@pytest.fixture
async def settings(bootstrap: str, prefix: str, tmp_path: Path, database_url: str) -> Settings:
    """Settings of a gateway whose topics exist."""
    return await settings_of(bootstrap, prefix, tmp_path, database_url)


@pytest.fixture
async def gateway(settings: Settings, prefix: str) -> AsyncIterator[Running]:
    """A gateway that is ready."""
    async with running_gateway(settings, prefix) as running:
        yield running


@pytest.fixture
async def connected(gateway: Running) -> None:
    """The firm f-1 is connected to company 91, as the log says and the gateway knows."""
    await connect(gateway)


async def _until_ready(http: aiohttp.ClientSession, running: asyncio.Task[None]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if running.done():
                await running
            try:
                async with http.get("/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
