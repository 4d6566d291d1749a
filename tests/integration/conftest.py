"""One real Kafka broker for all integration tests, or the cluster that CLIENT_SYNC_KAFKA_BOOTSTRAP names."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings

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
    if given:
        return given
    running: LocalBroker = request.getfixturevalue("broker")
    return running.bootstrap


@pytest.fixture
def prefix() -> str:
    """What a test puts before its topics' names, to be alone with them on the broker."""
    return f"test-{uuid.uuid4().hex[:12]}."
