"""How a command asks the engine for something, and in whose name."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.intent_writer import IntentWriter

INTENT_SECONDS = 10.0


def operator() -> str:
    """Name who sits at the terminal, as the log does."""
    return f"user:{getpass.getuser()}"


@asynccontextmanager
async def intents(settings: Settings) -> AsyncIterator[IntentWriter]:
    """Give the way to the engine for as long as a command runs."""
    producer = AcknowledgedProducer(kafka_servers(settings), INTENT_SECONDS)
    try:
        yield IntentWriter(producer)
    finally:
        await producer.stop()
