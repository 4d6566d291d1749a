"""What the small commands do; `deploy/cli.py` gives them their words."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.preparation import build_again, prepare
from deploy.settings import Settings
from domain.ids import FirmId, RealmId, intent_id
from domain.inputs import Connect
from streams.acknowledged_producer import AcknowledgedProducer
from streams.intent_writer import IntentWriter
from streams.topic_check import Difference, check_topics, create_topics
from streams.topics import topic_specs

SYSTEM = "system:client-sync"
INTENT_SECONDS = 10.0


async def create_missing_topics(settings: Settings) -> tuple[str, ...]:
    """Create the topics that are missing; never alter one."""
    return await create_topics(
        settings.bootstrap, topic_specs(settings.history_days), settings.partitions, settings.replication
    )


async def differing_topics(settings: Settings) -> list[Difference]:
    """Compare the cluster's topics with ours."""
    return await check_topics(
        settings.bootstrap, topic_specs(settings.history_days), settings.partitions, settings.replication
    )


async def connect_firms(settings: Settings, realms: Mapping[FirmId, RealmId]) -> None:
    """Connect firms with QuickBooks companies: the row that webhooks are looked up in, and the intent."""
    async with _database(settings) as database, _intents(settings) as intents:
        for firm, realm in realms.items():
            await Connections(database).connect(firm, realm, datetime.now(UTC))
            wish = Connect(firm_id=firm, intent_id=intent_id(firm, f"connect-{realm}"), realm_id=realm)
            await intents.submit(wish, SYSTEM)


async def rebuild_read_model(settings: Settings) -> None:
    """Empty the tables that are built from the log; a gateway that runs fills them again."""
    async with _database(settings) as database:
        await build_again(database)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        await prepare(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _intents(settings: Settings) -> AsyncIterator[IntentWriter]:
    producer = AcknowledgedProducer(settings.bootstrap, INTENT_SECONDS)
    try:
        yield IntentWriter(producer)
    finally:
        await producer.stop()
