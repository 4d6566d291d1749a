"""Companies are claimed here and given by the log; the table is what its firms' rows say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import delete, insert

from adapters.store.connection_check import ConnectionCheck, ConnectionNotes
from adapters.store.connections import (
    CLAIM_HOLDS,
    CLAIM_TOLD,
    Claim,
    Connections,
    RealmTakenError,
    StoredConnection,
)
from adapters.store.database import Database
from adapters.store.kept_tables import connections as table
from adapters.store.preparation import build_again
from adapters.store.projection import Projection
from domain.firm_rows import Connection, FirmRow
from domain.ids import FirmId, RealmId
from domain.projection import Progress, Stretch
from tests.integration.store.decided import decided

NOW = datetime.now(UTC)
ONE, OTHER = FirmId("f-1"), FirmId("f-2")
REALM, SECOND = RealmId("91"), RealmId("92")


def firm(firm_id: FirmId, realm: RealmId, *, asleep: bool = False, days: int = 0) -> FirmRow:
    """A firm that connected a company so many days ago."""
    since = NOW - timedelta(days=days)
    connection = Connection(realm_id=realm, connected_at=since, asleep_since=NOW if asleep else None)
    return FirmRow(firm_id=firm_id, version=1, connection=connection)


class Stopped:
    """As much of `Progress` as a look asks for."""

    def __init__(self, partitions: tuple[int, ...]) -> None:
        self._partitions = partitions

    def stopped(self) -> tuple[int, ...]:
        """Name the partitions."""
        return self._partitions


class Log:
    """A log of firms' rows, and a gateway that follows it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.notes = ConnectionNotes()
        self._projection = Projection(database, self.notes)
        self._said: list[FirmRow] = []

    async def says(self, *rows: FirmRow, complete: bool = True) -> None:
        """Add rows, and let the gateway show them."""
        build = (await self._projection.build("log")).id
        first = len(self._said)
        self._said += rows
        news = tuple(decided(row, offset) for offset, row in enumerate(rows, first))
        await self._projection.apply(
            Stretch(partition=0, first=first, next_offset=len(self._said), decided=news), build
        )
        if complete:
            await self._projection.complete("log", build)

    async def shown_again(self) -> None:
        """Build the read model again, from the beginning."""
        await build_again(self._database)
        said, self._said = self._said, []
        for row in said:
            await self.says(row, complete=False)
        await self.says()

    async def check(self, *stopped: int) -> None:
        """Look once whether table and log differ; `stopped`: partitions that are shown no further."""
        progress = cast(Progress, Stopped(stopped))
        await ConnectionCheck(self._database, self.notes, progress).look()


@pytest.fixture
async def log(database: Database) -> Log:
    """A log that says nothing yet."""
    following = Log(database)
    await following.says()
    return following


@pytest.fixture
def connections(database: Database) -> Connections:
    """The companies as webhooks look them up."""
    return Connections(database)


def contested(log: Log) -> tuple[RealmId, ...]:
    return log.notes.last.contested


async def stand(connections: Connections) -> dict[str, tuple[str, str]]:
    found = await connections.of_realms([REALM, SECOND])
    return {realm: (each.firm_id, each.status) for realm, each in found.items()}


async def test_a_company_follows_what_the_log_says_of_its_firm(log: Log, connections: Connections) -> None:
    """Connected, disconnected, connected to another one, which another firm may then have."""
    await log.says(firm(ONE, REALM))
    assert await stand(connections) == {"91": (ONE, "connected")}

    await log.says(firm(ONE, REALM, asleep=True))
    assert await stand(connections) == {"91": (ONE, "disconnected")}
    assert await connections.of_firm(ONE) == StoredConnection(REALM, ONE, "disconnected")

    await log.says(firm(ONE, SECOND))
    assert await stand(connections) == {"91": (ONE, "disconnected"), "92": (ONE, "connected")}
    assert await connections.of_firm(ONE) == StoredConnection(SECOND, ONE, "connected")

    await log.says(firm(OTHER, REALM))
    assert await stand(connections) == {"91": (OTHER, "connected"), "92": (ONE, "connected")}
    assert log.notes.last.mended == 0, "to follow is not to mend"


async def test_two_firms_that_change_companies_are_followed(log: Log, connections: Connections) -> None:
    """Neither has two at any moment, nor has a company two firms."""
    await log.says(firm(ONE, REALM), firm(OTHER, SECOND))

    await log.says(firm(ONE, SECOND), firm(OTHER, REALM))

    assert await stand(connections) == {"91": (OTHER, "connected"), "92": (ONE, "connected")}


async def test_a_table_that_was_lost_is_there_again(
    log: Log, connections: Connections, database: Database
) -> None:
    """By the next look, which says that it was mended."""
    await log.says(firm(ONE, REALM), firm(OTHER, SECOND, asleep=True))
    before = await stand(connections)
    async with database.write() as connection:
        await connection.execute(delete(table))

    await log.check()

    assert await stand(connections) == before
    assert log.notes.last.mended == 2
    await log.check()
    assert log.notes.last.mended == 2


async def test_what_the_log_does_not_know_is_removed(
    log: Log, connections: Connections, database: Database
) -> None:
    """A table of before or of elsewhere: its companies would be taken for somebody's, and kept from others."""
    await log.says(firm(ONE, REALM))
    async with database.write() as connection:
        row = {"realm_id": SECOND, "firm_id": OTHER, "status": "connected", "created_at": NOW}
        await connection.execute(insert(table), [row])

    await log.check(3)
    assert set(await stand(connections)) == {"91", "92"}, "it may stand where the log is not shown"
    await log.says(firm(ONE, REALM), firm(ONE, REALM, asleep=True), firm(ONE, REALM))
    assert set(await stand(connections)) == {"91", "92"}
    await log.check()

    assert await stand(connections) == {"91": (ONE, "connected")}


async def test_rows_of_long_ago_change_nothing_while_the_read_model_is_built_again(
    log: Log, connections: Connections, database: Database
) -> None:
    """They come by in order, and what they say has been true."""
    await log.says(firm(ONE, REALM), firm(ONE, SECOND))
    before = await stand(connections)

    await build_again(database)
    await log.check()
    again = Log(database)
    await again.says(firm(ONE, REALM), complete=False)
    await again.check()
    assert await stand(connections) == before

    await again.says(firm(ONE, SECOND))
    assert await stand(connections) == before


async def test_a_company_that_two_firms_have_stays_with_the_first(log: Log, connections: Connections) -> None:
    """And it is said, in whichever order their rows come."""
    await log.says(firm(OTHER, REALM, days=1), firm(ONE, REALM, days=2))

    await log.check()

    assert await stand(connections) == {"91": (ONE, "connected")}
    assert contested(log) == (REALM,)
    await log.says(firm(ONE, REALM, asleep=True))
    await log.check()
    assert await stand(connections) == {"91": (OTHER, "connected")}
    assert contested(log) == ()


async def test_a_company_that_is_claimed_is_nobody_elses(log: Log, connections: Connections) -> None:
    """Until the log says whose it is; the same firm may ask again."""
    await connections.claim(ONE, REALM, datetime.now(UTC))
    await connections.claim(ONE, REALM, datetime.now(UTC))
    with pytest.raises(RealmTakenError):
        await connections.claim(OTHER, REALM, datetime.now(UTC))
    await log.check()
    assert await stand(connections) == {"91": (ONE, "connecting")}
    assert await connections.of_firm(ONE) is None

    await log.says(firm(ONE, REALM))

    assert await stand(connections) == {"91": (ONE, "connected")}
    with pytest.raises(RealmTakenError):
        await connections.claim(OTHER, REALM, NOW + 2 * CLAIM_HOLDS)
    await connections.claim(ONE, REALM, datetime.now(UTC))
    assert await stand(connections) == {"91": (ONE, "connected")}


async def test_a_claim_ends_by_itself(log: Log, connections: Connections) -> None:
    """Whoever made it has died since, and nothing was decided."""
    await connections.claim(ONE, REALM, NOW - CLAIM_HOLDS)

    assert await stand(connections) == {}
    await connections.claim(OTHER, REALM, datetime.now(UTC))
    await log.says(firm(OTHER, REALM))
    assert await stand(connections) == {"91": (OTHER, "connected")}


async def test_what_the_log_says_holds_after_a_claim_was_withdrawn(
    log: Log, connections: Connections
) -> None:
    """Nothing is left of an intent that did not get into the log."""
    await connections.claim(ONE, SECOND, datetime.now(UTC))
    await connections.withdraw(ONE, SECOND)
    assert await stand(connections) == {}

    await log.says(firm(ONE, REALM, asleep=True))
    await connections.claim(OTHER, REALM, datetime.now(UTC))
    await log.says(replace(firm(ONE, REALM, asleep=True), version=2))
    assert await stand(connections) == {"91": (OTHER, "connecting")}
    await connections.withdraw(OTHER, REALM)

    assert await stand(connections) == {"91": (ONE, "disconnected")}


async def test_a_claim_that_nobody_decided_is_told_for_a_day(database: Database) -> None:
    """Until the log has said whose the company is, or somebody gave it up."""
    connections = Connections(database)
    await connections.claim(ONE, REALM, NOW)

    assert await connections.claimed(ONE, NOW) == Claim(REALM, NOW, late=False)
    assert await connections.claimed(ONE, NOW + CLAIM_HOLDS) == Claim(REALM, NOW, late=True)
    assert await connections.claimed(ONE, NOW + CLAIM_TOLD) is None
    assert await connections.claimed(OTHER, NOW) is None
    await connections.withdraw(ONE, REALM)
    assert await connections.claimed(ONE, NOW) is None

    await connections.claim(ONE, REALM, NOW)
    await Log(database).says(firm(ONE, REALM))
    assert await connections.claimed(ONE, NOW) is None
