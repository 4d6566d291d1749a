"""Reads a topic from its beginning, as somebody else would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition


class TopicReader:
    """One reader of one topic."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def next(self) -> ConsumerRecord[bytes, bytes]:
        """Wait for the next record."""
        async with asyncio.timeout(10):
            return await self._consumer.getone()

    async def count(self) -> int:
        """Count the records that the topic has now."""
        partitions = self._consumer.assignment()
        return sum((await self._consumer.end_offsets(list(partitions))).values())


@asynccontextmanager
async def reading(bootstrap: str, topic: str, partitions: int) -> AsyncIterator[TopicReader]:
    """Open a reader."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(partitions)])
        await consumer.seek_to_beginning()
        yield TopicReader(consumer)
    finally:
        await consumer.stop()
