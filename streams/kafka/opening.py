"""Opens a client of Kafka so that it leaves no connection behind, whenever its task is told to end.

aiokafka 0.14 keeps its first connection to itself until Kafka has answered on it: a cancellation in between leaves that
connection open, and nobody else knows of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

OVER_WITHIN_SECONDS = 1.0
"""So long a start that nobody wants any more may take to come to its end: much for a Kafka that answers, little for who waits."""

Client: TypeAlias = AIOKafkaConsumer | AIOKafkaProducer | AIOKafkaAdminClient
C = TypeVar("C", bound=Client)


@asynccontextmanager
async def opened(client: C) -> AsyncIterator[C]:
    """Hold a client open for as long as the block runs.

    Make it where the block begins: one that was made before a block that doesn't begin is closed by nobody.

    Raises:
        aiokafka.errors.KafkaError: Kafka is away.
    """
    try:
        await start(client)
        yield client
    finally:
        await _close(client)


async def start(client: Client) -> None:
    """Connect; who is cancelled meanwhile waits for the end of it, and can stop the client then.

    Raises:
        aiokafka.errors.KafkaError: Kafka is away. The client is to be stopped all the same.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _over(starting)
        raise


async def _over(starting: asyncio.Future[None]) -> None:
    try:
        await asyncio.wait([starting], timeout=OVER_WITHIN_SECONDS)
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)


async def _close(client: Client) -> None:
    if isinstance(client, AIOKafkaAdminClient):
        await client.close()
    else:
        await client.stop()
