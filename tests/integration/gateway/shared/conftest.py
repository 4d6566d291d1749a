"""A gateway that the tests of a module share, for tests that depend on nothing that others leave there.

A gateway with its topics costs about half a second of a core. What a test looks at is its own all the same: topics
and dead letters as of the moment when it began, a client without cookies, and, where it asks for one, a firm.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from deploy.settings import Settings
from streams.wire.topics import DEAD_LETTERS, INTENTS, NOTIFICATIONS
from tests.integration.gateway.conftest import PARTITIONS, Running, connect, running_gateway, settings_of
from tests.integration.gateway.firm import Firm, another_firm
from tests.integration.gateway.topic_reader import places_of
from tests.integration.of_its_own import KINDS, fresh_prefix, prepared_database

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a module's tests run in one event loop: the one in which their gateway runs."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="module", params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A prepared database, once in SQLite and once in PostgreSQL: whatever uses this is tested with both."""
    with prepared_database(request, tmp_path_factory.mktemp("database")) as address:
        yield address


@pytest.fixture(scope="module")
def prefix(database_url: str) -> str:
    """What stands before the topics' names: each database has a log of its own."""
    return fresh_prefix()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def settings(
    bootstrap: str, prefix: str, tmp_path_factory: pytest.TempPathFactory, database_url: str
) -> Settings:
    """Settings of a gateway whose topics exist."""
    return await settings_of(bootstrap, prefix, tmp_path_factory.mktemp("data"), database_url)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(settings: Settings, prefix: str) -> AsyncIterator[Running]:
    """The gateway of all tests of a module."""
    async with running_gateway(settings, prefix) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Whom to ask where topics end."""
    asked = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    await asked.start()
    yield asked
    await asked.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(shared: Running, consumer: AIOKafkaConsumer) -> AsyncIterator[Running]:
    """The gateway as a test finds it: nobody is signed in, and what others wrote lies before its time."""
    topics = (DEAD_LETTERS, INTENTS, NOTIFICATIONS)
    places = [place for topic in topics for place in places_of(shared.prefix + topic, PARTITIONS)]
    since = await consumer.end_offsets(places)
    async with aiohttp.ClientSession(shared.settings.http_url) as http:
        yield replace(shared, http=http, since=since)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def connected(shared: Running) -> None:
    """The firm f-1 is connected to company 91, as the log says and the gateway knows."""
    await connect(shared)


@pytest.fixture
def firm() -> Firm:
    """A firm that no other test has."""
    return another_firm()
