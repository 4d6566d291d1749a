"""What the small commands do; `deploy/cli.py` gives them their words."""

import getpass
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.preparation import build_again, prepare
from deploy.private_files import open_data_folder
from deploy.settings import Settings
from domain.ids import FirmId, IntentId, RealmId
from domain.inputs import Connect
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.intent_writer import IntentWriter
from streams.kafka.topic_check import Difference, check_topics, create_topics
from streams.wire.topics import topic_specs

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


def operator() -> str:
    """Name who sits at the terminal, as the log does."""
    return f"user:{getpass.getuser()}"


class OtherRealmError(Exception):
    """The firm has, or had, another company: its links would be let go, so a person is asked first."""


async def connect_firms(
    settings: Settings, realms: Mapping[FirmId, RealmId], *, replaces: bool = False
) -> None:
    """Ask for firms to be connected with QuickBooks companies. The company is kept for the firm until that is decided.

    Each time is a wish of its own: a firm that has disconnected connects again with the same words.

    Raises:
        RealmTakenError: another firm has the company.
        OtherRealmError: the firm had another one, and nobody said that this one `replaces` it.
        KafkaAwayError: nothing was asked for, as far as anybody knows.
    """
    async with database(settings) as store, intents(settings) as writer:
        connections = Connections(store)
        for firm, realm in realms.items():
            before = await connections.of_firm(firm)
            if before is not None and before.realm_id != realm and not replaces:
                raise OtherRealmError(
                    f"{firm} belongs to company {before.realm_id}. Connecting {realm} instead lets go of all links "
                    "with it; say so by --replace."
                )
            now = datetime.now(UTC)
            await connections.claim(firm, realm, now)
            wish = Connect(firm_id=firm, intent_id=IntentId(uuid4().hex), realm_id=realm, replaces=replaces)
            try:
                await writer.submit(wish, operator(), now)
            except BaseException:
                # If it was written all the same, the log will say so, and the table follows.
                await connections.withdraw(firm, realm)
                raise


async def rebuild_read_model(settings: Settings) -> None:
    """Empty the tables that are built from the log; a gateway that runs fills them again."""
    async with database(settings) as store:
        await build_again(store)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for as long as a command runs."""
    open_data_folder(settings.data_folder)
    opened = Database(settings.database)
    try:
        await prepare(opened)
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def intents(settings: Settings) -> AsyncIterator[IntentWriter]:
    """Give the way to the engine for as long as a command runs."""
    producer = AcknowledgedProducer(settings.bootstrap, INTENT_SECONDS)
    try:
        yield IntentWriter(producer)
    finally:
        await producer.stop()
