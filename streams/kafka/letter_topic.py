"""Dead letters for those who settle them: the original bytes, and the way back to the topics that inputs come by."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from domain.letters import NAMED_BY, PART, PARTS, Copy, Ends, LetterPlace, Original, Sent, SentBefore
from domain.ports import KafkaAwayError
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import letter_of, text_of
from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached
from streams.wire.topics import DEAD_LETTERS

ANSWER_SECONDS = 5.0


class DeadLetterTopic:
    """The port `LetterTopic`."""

    def __init__(self, bootstrap: Servers, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._producer = producer
        self._topic = prefix + DEAD_LETTERS

    async def original(self, place: LetterPlace) -> Original | None:
        """Read a letter; see the port."""
        partition = TopicPartition(self._topic, place.partition)
        async with self._asking() as consumer:
            if place.partition not in (consumer.partitions_for_topic(self._topic) or ()):
                return None
            first = (await consumer.beginning_offsets([partition]))[partition]
            end = (await consumer.end_offsets([partition]))[partition]
            if not first <= place.offset < end:
                return None
            consumer.assign([partition])
            consumer.seek(partition, place.offset)
            async with asyncio.timeout(ANSWER_SECONDS):
                found = await consumer.getone(partition)
        return _original(found) if found.offset == place.offset else None

    async def first_offsets(self) -> Mapping[int, int]:
        """Name the first letter that each partition still holds."""
        async with self._asking() as consumer:
            numbers = consumer.partitions_for_topic(self._topic) or ()
            found = await consumer.beginning_offsets([TopicPartition(self._topic, each) for each in numbers])
        return {place.partition: offset for place, offset in found.items()}

    async def ends(self, copies: Sequence[Copy]) -> Ends:
        """Say where the partitions end that these are sent to."""
        places = {TopicPartition(copy.topic, copy.partition) for copy in copies}
        if not places:
            return {}
        async with self._asking() as consumer:
            found = await consumer.end_offsets(list(places))
        return {f"{place.topic}/{place.partition}": offset for place, offset in found.items()}

    async def send(self, place: LetterPlace, copies: Mapping[str, Copy], parts: int) -> Mapping[str, Sent]:
        """Send a few copies; see the port."""

        async def send(name: str, copy: Copy) -> tuple[str, Sent]:
            headers = {**copy.headers, NAMED_BY: str(place), PART: name, PARTS: str(parts)}
            at = await self._producer.send(copy.topic, copy.value, copy.key, headers, copy.partition)
            return name, Sent(topic=copy.topic, partition=copy.partition, offset=at, id=copy.id)

        return dict(await asyncio.gather(*(send(name, copy) for name, copy in copies.items())))

    async def sent_since(self, place: LetterPlace, since: Ends) -> SentBefore:
        """Find what was sent of a letter; see the port."""
        begins = {_partition_of(name): offset for name, offset in since.items()}
        found: dict[str, Sent] = {}
        parts = 0
        if not begins:
            return SentBefore(sent=found, parts=parts)
        async with self._asking() as consumer:
            ends = await consumer.end_offsets(list(begins))
            consumer.assign(list(begins))
            for partition, offset in begins.items():
                consumer.seek(partition, offset)
            behind = {each for each, offset in begins.items() if offset < ends[each]}
            while behind:
                async with asyncio.timeout(ANSWER_SECONDS):
                    for records in (await consumer.getmany(timeout_ms=500)).values():
                        for of, sent in _named(records, place):
                            # The first one counts, where somebody copied it since.
                            found.setdefault(sent.id, sent)
                            parts = max(parts, of)
                behind = {each for each in behind if await consumer.position(each) < ends[each]}
        return SentBefore(sent=found, parts=parts)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **reached(self._bootstrap),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await start(consumer)
                await consumer._client.force_metadata_update()  # noqa: SLF001  (no public way to refresh)
            yield consumer
        except (KafkaError, TimeoutError, OSError) as error:
            raise KafkaAwayError(f"{self._topic}: {type(error).__name__}") from error
        finally:
            await consumer.stop()


def _original(record: ConsumerRecord[bytes, bytes]) -> Original:
    letter = letter_of(record)
    return Original(
        place=LetterPlace(record.partition, record.offset),
        key=record.key,
        value=record.value or b"",
        headers={name: text_of(value) for name, value in record.headers or ()},
        reason=letter.reason,
        source=letter.source,
        time=letter.time,
    )


def _named(records: Iterable[ConsumerRecord[bytes, bytes]], place: LetterPlace) -> Iterator[tuple[int, Sent]]:
    """Give what was sent of a letter, each with how many parts it was one of."""
    for record in records:
        headers = {name: text_of(value) for name, value in record.headers or ()}
        parts = headers.get(PARTS, "")
        if headers.get(NAMED_BY) == str(place) and PART in headers and parts.isdecimal():
            name = headers[PART]
            yield (
                int(parts),
                Sent(topic=record.topic, partition=record.partition, offset=record.offset, id=name),
            )


def _partition_of(name: str) -> TopicPartition:
    topic, _, partition = name.rpartition("/")
    return TopicPartition(topic, int(partition))
