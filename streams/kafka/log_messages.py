"""Reads one partition of a log as it lies there, believed or not: for who judges or copies the log itself."""

from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached

FETCH_BYTES = 4 * 1024 * 1024
AT_ONCE = 500


class LogMessages:
    """A reader outside any consumer group. Use as `async with LogMessages(bootstrap, topic) as messages`."""

    def __init__(self, bootstrap: Servers, topic: str) -> None:
        self._topic = topic
        self._consumer = AIOKafkaConsumer(
            **reached(bootstrap),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=100,
        )

    async def __aenter__(self) -> Self:
        try:
            await start(self._consumer)
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def partitions(self) -> tuple[int, ...]:
        """Name the partitions; none: there is no such topic."""
        await self._consumer._client.force_metadata_update()  # noqa: SLF001  (no public way to refresh)
        return tuple(sorted(self._consumer.partitions_for_topic(self._topic) or ()))

    async def begin(self, number: int) -> int:
        """Give the offset of the first record that a partition still has."""
        partition = TopicPartition(self._topic, number)
        return int((await self._consumer.beginning_offsets([partition]))[partition])

    async def end(self, number: int) -> int:
        """Give the offset behind a partition's last record."""
        partition = TopicPartition(self._topic, number)
        return int((await self._consumer.end_offsets([partition]))[partition])

    async def between(
        self, number: int, first: int, end: int
    ) -> AsyncIterator[Sequence[ConsumerRecord[bytes, bytes]]]:
        """Read what lies from offset `first` up to before `end`, in its order, some at a time."""
        partition = TopicPartition(self._topic, number)
        # No await between the two: a fetch in between would start somewhere else.
        self._consumer.assign([partition])
        self._consumer.seek(partition, first)
        gathered: list[ConsumerRecord[bytes, bytes]] = []
        try:
            # Not "the last record": compaction leaves holes, and the position passes them.
            while await self._consumer.position(partition) < end:
                polled = await self._consumer.getmany(partition, timeout_ms=500, max_records=AT_ONCE)
                gathered += [message for message in polled.get(partition, ()) if message.offset < end]
                if len(gathered) >= AT_ONCE:
                    yield gathered
                    gathered = []
            if gathered:
                yield gathered
        finally:
            # Not unsubscribed: aiokafka's fetcher dies of that if it is just about to ask again.
            self._consumer.pause(partition)
