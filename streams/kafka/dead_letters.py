"""Parks what can't be used in `sync.dead-letters`, whole, and reads it back as a list."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from domain.bounds import within
from domain.codes import ParkedCode
from domain.ids import RealmId
from domain.projection import DeadLetter
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.kafka.stamps import stamped
from streams.wire.meters import DEAD_LETTERS as PARKED
from streams.wire.topics import DEAD_LETTERS

HEADERS = {
    "reason": "a code, such as not_json or wrong_partition",
    "detail": "a sentence for a person: what was expected, without any value of a client's",
    "source": "where it came from: topic/partition/offset, or a path of ours",
    "time": "when it was parked",
    "realms": "of a webhook: the companies that no firm was connected to, separated by commas",
}
"""What stands in a letter's headers."""

ALWAYS = ("reason", "detail", "source", "time")
"""Those that every letter has."""

MOST_REALMS = 500
"""So many companies are named at most: 10 KB, of what a letter leaves free. Intuit tells of far fewer at once."""


class DeadLetterWriter:
    """The port `DeadLetters`."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + DEAD_LETTERS

    async def park(
        self,
        original: bytes,
        *,
        key: bytes | None,
        reason: ParkedCode,
        detail: str,
        source: str,
        realms: Iterable[RealmId] = (),
    ) -> None:
        """Keep the original bytes with the reason; returns once Kafka has acknowledged it.

        Raises:
            KafkaAwayError: it did not in time.
        """
        headers = headers_of(reason, detail, source, datetime.now(UTC), realms)
        await self._producer.send(self._topic, original, key, headers)
        PARKED.labels(reason).inc()


def headers_of(
    reason: ParkedCode, detail: str, source: str, time: datetime, realms: Iterable[RealmId] = ()
) -> dict[str, str]:
    """Write what stands in a letter's headers."""
    said = {"reason": reason, "detail": detail, "source": source, "time": time.isoformat()}
    named = ",".join(islice(realms, MOST_REALMS))
    return {**said, "realms": named} if named else said


@dataclass(frozen=True, slots=True)
class LettersOf:
    """The letters of one partition up to before `next_offset`."""

    partition: int
    next_offset: int
    letters: tuple[DeadLetter, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found; `to_end`: with this, all that was there when the reader began."""

    found: tuple[LettersOf, ...]
    to_end: bool


async def follow_dead_letters(
    bootstrap: Servers, positions: Mapping[int, int], prefix: str = ""
) -> AsyncGenerator[Looked, None]:
    """Read on from `positions`, for good, with a look at least every second.

    Raises:
        KafkaError: Kafka does not answer, or has no such topic (yet).
    """
    topic = prefix + DEAD_LETTERS
    # What retention has taken away since is no loss: the list has it, or nobody asked for 90 days.
    async with opened(
        AIOKafkaConsumer(
            **reached(bootstrap), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )
    ) as consumer:
        await consumer._client.force_metadata_update()  # noqa: SLF001  (no public way to refresh)
        partitions = [TopicPartition(topic, each) for each in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            raise UnknownTopicOrPartitionError(f"there is no {topic}; `client-sync topics create` creates it")
        missing = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, positions.get(partition.partition, 0))
        found: tuple[LettersOf, ...] = ()
        while True:
            missing = {each: end for each, end in missing.items() if await consumer.position(each) < end}
            yield Looked(found, to_end=not missing)
            polled = await consumer.getmany(timeout_ms=1000)
            found = tuple(
                LettersOf(source.partition, messages[-1].offset + 1, tuple(map(letter_of, messages)))
                for source, messages in polled.items()
            )


def letter_of(message: ConsumerRecord[bytes, bytes]) -> DeadLetter:
    """Say of a letter what the list does."""
    headers = {name: text_of(value) for name, value in message.headers or ()}
    parked_at = stamped(message.timestamp / 1000)
    return DeadLetter(
        partition=message.partition,
        offset=message.offset,
        key=text_of(message.key) if message.key is not None else None,
        reason=headers.get("reason", "unknown"),
        detail=headers.get("detail", ""),
        source=headers.get("source", ""),
        time=_time(headers.get("time")) or parked_at,
        size=len(message.value or b""),
        realms=tuple(RealmId(each) for each in headers.get("realms", "").split(",") if each)[:MOST_REALMS],
    )


def text_of(given: bytes) -> str:
    """Read what anybody may have written as text that every database holds: PostgreSQL takes no NUL."""
    return given.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _time(text: str | None) -> datetime | None:
    try:
        return within(datetime.fromisoformat(text)) if text else None
    except ValueError:
        return None
