"""A firm has one connected company at most, and a company one firm."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.store.connections import Connections, RealmTakenError, StoredConnection
from adapters.store.database import Database
from adapters.store.preparation import prepare
from domain.ids import FirmId, RealmId

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ONE, OTHER = FirmId("f-1"), FirmId("f-2")
REALM, SECOND = RealmId("91"), RealmId("92")


@pytest.fixture
async def connections(database_url: str) -> AsyncIterator[Connections]:
    """Connections in a database of their own."""
    database = Database(database_url)
    await prepare(database)
    yield Connections(database)
    await database.close()


async def test_a_company_that_another_firm_has_is_refused(connections: Connections) -> None:
    """The first one keeps it; connecting it again there changes nothing."""
    await connections.connect(ONE, REALM, NOW)
    await connections.connect(ONE, REALM, NOW)

    with pytest.raises(RealmTakenError):
        await connections.connect(OTHER, REALM, NOW)
    assert await connections.of_realm(REALM) == StoredConnection(REALM, ONE, "connected")


async def test_a_firm_that_takes_another_company_lets_go_of_the_first(connections: Connections) -> None:
    """Its webhooks are still known to be that firm's, until another firm connects it."""
    await connections.connect(ONE, REALM, NOW)
    await connections.connect(ONE, SECOND, NOW)

    assert await connections.of_realm(REALM) == StoredConnection(REALM, ONE, "disconnected")
    await connections.connect(OTHER, REALM, NOW)
    assert await connections.of_realm(REALM) == StoredConnection(REALM, OTHER, "connected")
    assert await connections.of_realm(RealmId("93")) is None


async def test_a_firm_that_disconnects_keeps_its_company_known(connections: Connections) -> None:
    """Its webhooks are told from a stranger's; connected again it is the same row."""
    await connections.connect(ONE, REALM, NOW)

    await connections.disconnect(ONE)

    assert await connections.of_realm(REALM) == StoredConnection(REALM, ONE, "disconnected")
    assert await connections.of_firm(ONE) == StoredConnection(REALM, ONE, "disconnected")
    await connections.connect(ONE, REALM, NOW)
    assert await connections.of_firm(ONE) == StoredConnection(REALM, ONE, "connected")


async def test_a_firms_company_is_the_one_that_it_connected_last(connections: Connections) -> None:
    """Whatever it had before; a firm that never connected has none."""
    await connections.connect(ONE, SECOND, NOW)
    await connections.connect(ONE, REALM, NOW + timedelta(days=1))

    assert await connections.of_firm(ONE) == StoredConnection(REALM, ONE, "connected")
    assert await connections.of_firm(OTHER) is None
