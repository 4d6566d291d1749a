"""A gateway knows from the log which company is whose: what its database has lost or never had is there again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import delete, insert

from adapters.store import connection_check
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.kept_tables import connections
from deploy.connecting import OtherRealmError, connect_firms
from deploy.kafka.ports import free_port
from deploy.settings import Settings
from domain.ids import FirmId, RealmId
from domain.ports import KafkaAwayError
from streams.kafka.projector import Projector
from streams.wire.topics import DEAD_LETTERS, NOTIFICATIONS
from tests.integration.gateway.conftest import Running, gateway_on
from tests.integration.gateway.deliveries import deliver, event
from tests.integration.gateway.firm import CONNECTED
from tests.integration.gateway.log_writer import LogWriter
from tests.patience import PATIENCE_SECONDS

REALM = RealmId("91")
BODY = orjson.dumps([event()])


async def counts(gateway: Running) -> tuple[int, int]:
    """Count notifications and dead letters."""
    async with gateway.reading(NOTIFICATIONS) as topic, gateway.reading(DEAD_LETTERS) as letters:
        return await topic.count(), await letters.count()


@pytest.mark.usefixtures("connected")
async def test_webhooks_arrive_after_the_database_was_lost(
    gateway: Running, settings: Settings, prefix: str, tmp_path: Path
) -> None:
    """A gateway with an empty database has the company as soon as it has shown the log."""
    empty = settings.model_copy(
        update={"database_url": f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite'}", "http_port": free_port()}
    )
    async with gateway_on(empty, prefix) as http:
        new = Running(empty, prefix, http, gateway.log)

        assert await deliver(new, BODY) == 200

        assert await counts(new) == (1, 0)
        _, said = await new.ask("GET", "/readyz")
        assert said["connections"] == "1 mended from the log"


@pytest.mark.usefixtures("connected")
async def test_a_table_that_differs_from_the_log_is_mended_and_said(
    gateway: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    """Whatever emptied it: by the gateways' looks, now and then."""
    database = Database(settings.database)
    async with database.write() as connection:
        await connection.execute(delete(connections))
    monkeypatch.setattr(connection_check, "EVERY_SECONDS", 0.1)
    other = settings.model_copy(update={"http_port": free_port()})
    async with gateway_on(other, prefix) as http, asyncio.timeout(PATIENCE_SECONDS):
        while (await Connections(database).of_realms([REALM])) == {}:  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.05)
        async with http.get("/readyz") as answer:
            assert (await answer.json())["connections"] == "1 mended from the log"
    await database.close()
    assert await deliver(gateway, BODY) == 200
    assert await counts(gateway) == (1, 0)


async def test_a_company_that_may_be_somebodys_is_not_parked(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While not all of the log is shown, or Kafka does not say how much there is: 503, so Intuit sends it again."""

    async def never(_: Projector) -> None:
        await asyncio.sleep(60)

    async def away(_: Projector) -> None:
        raise KafkaAwayError

    for behaves in (never, away):
        with monkeypatch.context() as patch:
            patch.setattr(Projector, "caught_up", behaves)
            assert await deliver(gateway, BODY) == 503
    assert await counts(gateway) == (0, 0)

    assert await deliver(gateway, BODY) == 200
    assert await counts(gateway) == (0, 1)


async def test_a_company_that_is_being_connected_is_not_parked(gateway: Running, settings: Settings) -> None:
    """Its webhooks come again, and arrive once the log says that it is the firm's."""
    database = Database(settings.database)
    await Connections(database).claim(FirmId("f-1"), REALM, datetime.now(UTC))
    await database.close()
    assert await deliver(gateway, BODY) == 503

    at = await gateway.log.decide(CONNECTED)
    await gateway.ask("GET", "/api/v1/firms/f-1/connection", Sync_Position=at)

    assert await deliver(gateway, BODY) == 200
    assert await counts(gateway) == (1, 0)


@pytest.mark.usefixtures("connected")
async def test_a_company_that_is_known_is_taken_in_while_the_log_goes_on(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what nobody knows has to wait for the rest of the log."""

    async def never(_: Projector) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(Projector, "caught_up", never)

    assert await deliver(gateway, BODY) == 200


async def test_a_connection_that_could_not_be_asked_for_leaves_nothing(settings: Settings) -> None:
    """With Kafka away nobody decides, so the company stays free for any firm."""
    without_kafka = settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{free_port()}"})

    with pytest.raises(KafkaAwayError):
        await connect_firms(without_kafka, {FirmId("f-1"): REALM})

    database = Database(settings.database)
    assert await Connections(database).of_realms([REALM]) == {}
    await database.close()


async def test_another_company_takes_the_firms_place_only_where_somebody_says_so(settings: Settings) -> None:
    """All links with the one before are let go: that is asked for by a word of its own, or nothing is."""
    without_kafka = settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{free_port()}"})
    database = Database(settings.database)
    known = {"realm_id": REALM, "firm_id": "f-1", "status": "disconnected", "created_at": datetime.now(UTC)}
    async with database.write() as connection:
        await connection.execute(insert(connections).values(known))
    other = {FirmId("f-1"): RealmId("92")}

    with pytest.raises(OtherRealmError, match="--replace"):
        await connect_firms(without_kafka, other)
    with pytest.raises(KafkaAwayError):
        await connect_firms(without_kafka, other, replaces=True)

    assert await Connections(database).of_realms([RealmId("92")]) == {}
    await database.close()


async def test_a_database_that_was_deleted_is_noticed(
    settings: Settings, prefix: str, tmp_path: Path
) -> None:
    """Who has it open could go on with it, but what is written then is nowhere."""
    file = tmp_path / "deleted.sqlite"
    on_it = settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{file}"})
    async with LogWriter(settings.bootstrap, prefix, settings.partitions), gateway_on(on_it, prefix) as http:
        file.unlink()

        async with http.get("/readyz") as answer:
            said = await answer.json()

    assert answer.status == 503
    assert "deleted or replaced" in said["database"]
