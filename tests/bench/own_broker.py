"""A broker of a benchmark's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings

JARS = Path(__file__).parents[2] / ".local" / "kafka" / "jars"


@asynccontextmanager
async def own_broker(folder: Path) -> AsyncIterator[str]:
    """Run one below a folder until the end of the block; gives its address."""
    broker = LocalBroker(BrokerSettings(folder / "kafka", JARS, free_port()))
    await broker.start()
    try:
        await broker.wait_ready()
        yield broker.bootstrap
    finally:
        await broker.stop()
