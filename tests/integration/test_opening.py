"""Who is told to end while a client of Kafka connects leaves no connection behind."""

import asyncio
import gc
import warnings
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.opening import Client, opened
from tests.patience import PATIENCE_SECONDS

MOMENTS = range(1, 300, 2)
"""So many turns of the event loop are more than connecting takes."""


def consumer(bootstrap: str) -> Client:
    return AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)


def producer(bootstrap: str) -> Client:
    return AIOKafkaProducer(bootstrap_servers=bootstrap)


def admin(bootstrap: str) -> Client:
    return AIOKafkaAdminClient(bootstrap_servers=bootstrap)


@pytest.mark.parametrize("client", [consumer, producer, admin])
async def test_it_leaves_nothing_behind_at_whatever_moment_it_is_told_to_end(
    client: Callable[[str], Client], bootstrap: str
) -> None:
    """Aiokafka says of a connection that nobody closed, when it is collected."""
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always")
        for moment in MOMENTS:
            holding = asyncio.create_task(_hold(client(bootstrap)))
            for _ in range(moment):
                await asyncio.sleep(0)
            holding.cancel()
            done, _ = await asyncio.wait([holding], timeout=PATIENCE_SECONDS)
            assert done, moment
        del holding, done
        gc.collect()

    assert [str(each.message) for each in left_open if each.category is ResourceWarning] == []


async def _hold(client: Client) -> None:
    async with opened(client):
        await asyncio.Event().wait()
