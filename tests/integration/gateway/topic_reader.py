"""Reads a topic from where a test finds it, as somebody else would."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from tests.patience import PATIENCE_SECONDS

Offsets = Mapping[TopicPartition, int]


class TopicReader:
    """One reader of one topic. `since`: what lies before is not there for it."""

    def __init__(self, consumer: AIOKafkaConsumer, since: Offsets) -> None:
        self._consumer = consumer
        self._since = since

    async def next(self) -> ConsumerRecord[bytes, bytes]:
        """Wait for the next record."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._consumer.getone()

    async def count(self) -> int:
        """Count the records that the topic has now."""
        ends = await self._consumer.end_offsets(list(self._since))
        return sum(end - self._since[partition] for partition, end in ends.items())


@asynccontextmanager
async def reading(
    bootstrap: str, topic: str, partitions: int, since: Offsets | None = None
) -> AsyncIterator[TopicReader]:
    """Open a reader. `since`: where it begins, if not at the topic's beginning."""
    before = since or {}
    begins = {place: before.get(place, 0) for place in places_of(topic, partitions)}
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(list(begins))
        for place, offset in begins.items():
            consumer.seek(place, offset)
        yield TopicReader(consumer, begins)
    finally:
        await consumer.stop()


def places_of(topic: str, partitions: int) -> list[TopicPartition]:
    """Name the partitions of a topic."""
    return [TopicPartition(topic, partition) for partition in range(partitions)]
