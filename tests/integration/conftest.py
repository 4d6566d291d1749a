"""One real Kafka broker and one PostgreSQL server for all integration tests, or those that the environment names."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.database_address import database_address
from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from tests.integration.postgres import fresh_database, postgres_server
from tests.integration.servers import source

KAFKA_IMAGE = "confluentinc/cp-kafka:7.9.0"

# Fetched once for the whole checkout; `make run` uses the same folder.
JARS = Path(__file__).parents[2] / ".local" / "kafka" / "jars"


@pytest.fixture(scope="session")
def jars() -> Path:
    """The folder of jars that all test brokers share."""
    return JARS


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[LocalBroker]:
    """A broker of the session. Each test has its own event loop, so this one belongs to none."""
    folder = tmp_path_factory.mktemp("kafka")
    # The cleaner looks often, for tests that wait for compaction.
    quick = {"log.cleaner.backoff.ms": "200"}
    running = LocalBroker(BrokerSettings(folder, jars, free_port(), properties=quick))
    try:
        asyncio.run(running.start())
        asyncio.run(running.wait_ready())
        yield running
    finally:
        asyncio.run(running.stop())


@pytest.fixture(scope="session")
def bootstrap(request: pytest.FixtureRequest) -> str:
    """The address for Kafka clients."""
    given = os.environ.get("CLIENT_SYNC_KAFKA_BOOTSTRAP")
    match source(given):
        case "given":
            return str(given)
        case "container":
            return str(request.getfixturevalue("broker_in_a_container"))
        case "package":
            running: LocalBroker = request.getfixturevalue("broker")
            return running.bootstrap


@pytest.fixture(scope="session")
def broker_in_a_container() -> Iterator[str]:
    """A broker where a Docker engine answers and the environment asks for it."""
    from testcontainers.kafka import KafkaContainer

    container = KafkaContainer(KAFKA_IMAGE).with_kraft().with_env("KAFKA_LOG_CLEANER_BACKOFF_MS", "200")
    with container as running:
        yield running.get_bootstrap_server()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with postgres_server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once in SQLite and once in PostgreSQL: whatever uses this is tested with both."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'client-sync.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield database_address(address)


@pytest.fixture
def prefix() -> str:
    """What a test puts before its topics' names, to be alone with them on the broker."""
    return f"test-{uuid.uuid4().hex[:12]}."
