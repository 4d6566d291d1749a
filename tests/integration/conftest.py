"""One real Kafka broker and one PostgreSQL server for all integration tests, or those that the environment names."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.of_its_own import KINDS, empty_database, fresh_prefix, prepared_database
from tests.integration.servers import source
from tests.shared_servers import JARS, server

KAFKA_IMAGE = "confluentinc/cp-kafka:7.9.0"


@pytest.fixture(scope="session")
def jars() -> Path:
    """The folder of jars that all test brokers share."""
    return JARS


@pytest.fixture(scope="session")
def bootstrap(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address for Kafka clients."""
    given = os.environ.get("CLIENT_SYNC_KAFKA_BOOTSTRAP")
    match source(given):
        case "given":
            yield str(given)
        case "container":
            yield str(request.getfixturevalue("broker_in_a_container"))
        case "package":
            with server("kafka", request.config) as address:
                yield address


@pytest.fixture(scope="session")
def broker_in_a_container() -> Iterator[str]:
    """A broker where a Docker engine answers and the environment asks for it."""
    from testcontainers.kafka import KafkaContainer

    container = KafkaContainer(KAFKA_IMAGE).with_kraft().with_env("KAFKA_LOG_CLEANER_BACKOFF_MS", "200")
    with container as running:
        yield running.get_bootstrap_server()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with server("postgres", request.config) as address:
        yield address


@pytest.fixture(scope="session")
def prepared_postgres(request: pytest.FixtureRequest, postgres: str) -> Iterator[str]:
    """The address of a prepared database there, to be copied."""
    with server("prepared", request.config, postgres=postgres) as address:
        yield address


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once in SQLite and once in PostgreSQL."""
    with empty_database(request, tmp_path) as address:
        yield address


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A prepared database, once in SQLite and once in PostgreSQL: whatever uses this is tested with both."""
    with prepared_database(request, tmp_path) as address:
        yield address


@pytest.fixture
def prefix() -> str:
    """What a test puts before its topics' names, to be alone with them on the broker."""
    return fresh_prefix()
