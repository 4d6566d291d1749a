"""Writes records that somebody waits for: returns once the broker has them, and gives up in time if it can't."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from domain.ports import KafkaAwayError
from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached
from streams.wire.inputs import partition_of
from streams.wire.topics import LARGE_MAX_MESSAGE_BYTES, MAX_VALUE_BYTES

WITHIN_SECONDS = 2.5
"""Less than the 3 s that Intuit gives a webhook receiver (Intuit, Webhooks best practices)."""

FEW = 64
"""So many records go one by one, together with whatever else is on its way; more are put together before.

One by one, each record costs a pass through the producer's queue: 20,000 take longer than Intuit waits.
"""

BATCH_BYTES = MAX_VALUE_BYTES
"""A batch is acknowledged as a whole and, in a partition, one after the other: so better few. A topic's limit is higher."""


class AcknowledgedProducer:
    """One idempotent producer; it connects when it is first used, and again as long as Kafka is away."""

    def __init__(self, bootstrap: Servers, within_seconds: float = WITHIN_SECONDS) -> None:
        self._bootstrap = bootstrap
        self._within = within_seconds
        self._one_start = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def partitions(self, topic: str) -> frozenset[int]:
        """Name a topic's partitions.

        Raises:
            KafkaAwayError: no answer came in time.
        """
        async with self._in_time(topic) as producer:
            return frozenset(await producer.partitions_for(topic))

    async def send(
        self,
        topic: str,
        value: bytes,
        key: bytes | None,
        headers: Mapping[str, str] | None = None,
        partition: int | None = None,
    ) -> int:
        """Write one record, and give its offset; `partition` None: where its key belongs.

        Raises:
            KafkaAwayError: no acknowledgement came in time; the record may still be written.
        """
        # What a message says of itself may be no text; that must not keep it from being parked.
        encoded = [(name, text.encode(errors="backslashreplace")) for name, text in (headers or {}).items()]
        async with self._in_time(topic) as producer:
            # The first await takes the record, the second is its acknowledgement.
            written = await (await producer.send(topic, value, key=key, partition=partition, headers=encoded))
        return int(written.offset)

    async def send_all(
        self, topic: str, records: Sequence[tuple[bytes, bytes]], within_seconds: float | None = None
    ) -> None:
        """Write records, keys and values, each where its key belongs: in order, and waited for all together.

        Raises:
            KafkaAwayError: not all acknowledgements came in time; any of the records may still be written.
        """
        async with self._in_time(topic, within_seconds) as producer:
            if len(records) <= FEW:
                sent = [await producer.send(topic, value, key=key) for key, value in records]
            else:
                sent = [each async for each in _in_batches(producer, topic, records)]
            await asyncio.gather(*sent)

    async def stop(self) -> None:
        """Let go of the connection; what is not acknowledged by then was told to its sender."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            try:
                async with asyncio.timeout(self._within):
                    await producer.stop()
            except (KafkaError, TimeoutError):
                pass  # Kafka is away, and so is what it would have acknowledged

    @asynccontextmanager
    async def _in_time(
        self, topic: str, within_seconds: float | None = None
    ) -> AsyncIterator[AIOKafkaProducer]:
        """Give the producer, for as long as somebody waits: it retries for ever by itself, only we can end that."""
        try:
            async with asyncio.timeout(within_seconds or self._within):
                yield await self._started()
        except (KafkaError, TimeoutError, OSError) as error:
            raise KafkaAwayError(f"{topic}: {type(error).__name__}") from error

    async def _started(self) -> AIOKafkaProducer:
        async with self._one_start:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **reached(self._bootstrap),
                    acks="all",
                    enable_idempotence=True,
                    max_request_size=LARGE_MAX_MESSAGE_BYTES,
                    max_batch_size=BATCH_BYTES,
                )
                try:
                    await start(producer)
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer


async def _in_batches(
    producer: AIOKafkaProducer, topic: str, records: Sequence[tuple[bytes, bytes]]
) -> AsyncIterator[asyncio.Future[RecordMetadata]]:
    """Send records in batches, by partition; gives what becomes each batch's acknowledgement."""
    partitions = len(await producer.partitions_for(topic))
    # Few firms, many records: the hash is worked out in Python, so once for each.
    places = {key: partition_of(key.decode(), partitions) for key in {key for key, _ in records}}
    lying: defaultdict[int, list[tuple[bytes, bytes]]] = defaultdict(list)
    for key, value in records:
        lying[places[key]].append((key, value))
    for partition, there in lying.items():
        batch = producer.create_batch()
        for key, value in there:
            if batch.append(key=key, value=value, timestamp=None) is None:
                yield await producer.send_batch(batch, topic, partition=partition)
                batch = producer.create_batch()
                batch.append(key=key, value=value, timestamp=None)
        yield await producer.send_batch(batch, topic, partition=partition)
