"""Reads `sync.log` from Kafka: up to its end, for who decides, or for good, for who follows it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from domain.stops import Stop
from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached
from streams.wire.believed import Found, Unread, found_before_a_stop, judge

FETCH_BYTES = 4 * 1024 * 1024
JUDGED_AT_ONCE = 200
STOP_AGAIN_SECONDS = 0.2

FOLLOWING_WAITS_MS = 500
FOLDING_WAITS_MS = 10
"""How long the broker holds a fetch that finds nothing new. Whoever folds never asks for what is not there yet, but the fetcher
does, once it has come to the end; and the next partition's fetch stands behind that one."""


class LogReader:
    """A reader of some partitions of the log, outside any consumer group.

    Use as `async with LogReader(bootstrap, topic) as log`. Positions are the next offsets to read.
    """

    def __init__(self, bootstrap: Servers, topic: str, fetch_waits_ms: int = FOLLOWING_WAITS_MS) -> None:
        self._topic = topic
        # A broker answers one connection's requests one after the other: behind a fetch that waits for something new,
        # a question takes half a second. So questions have a connection of their own.
        self._asking = AIOKafkaConsumer(**reached(bootstrap), group_id=None, enable_auto_commit=False)
        self._consumer = AIOKafkaConsumer(
            **reached(bootstrap),
            group_id=None,
            enable_auto_commit=False,
            # Anything else would jump in silence over what retention or a truncation took away.
            auto_offset_reset="none",
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=fetch_waits_ms,
        )

    async def __aenter__(self) -> Self:
        try:
            await start(self._asking)
            await start(self._consumer)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        try:
            await self._asking.stop()
        finally:
            # aiokafka's fetcher overhears being cancelled while it lets go of a partition, and then waits for ever.
            stopping = asyncio.ensure_future(self._consumer.stop())
            while not (await asyncio.wait([stopping], timeout=STOP_AGAIN_SECONDS))[0]:
                self._consumer._fetcher._fetch_task.cancel()  # noqa: SLF001  (no public way to ask twice)
            await stopping

    async def partitions(self) -> tuple[int, ...]:
        """Name the partitions that the log has."""
        await self._asking._client.force_metadata_update()  # noqa: SLF001  (no public way to refresh)
        return tuple(sorted(self._asking.partitions_for_topic(self._topic) or ()))

    async def ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """Give the offset behind the last record of each partition."""
        found = await self._asking.end_offsets([TopicPartition(self._topic, p) for p in partitions])
        return {partition.partition: offset for partition, offset in found.items()}

    async def begins(self, partitions: Iterable[int]) -> dict[int, int]:
        """Give the offset of the first record that each partition still has."""
        found = await self._asking.beginning_offsets([TopicPartition(self._topic, p) for p in partitions])
        return {partition.partition: offset for partition, offset in found.items()}

    def _assign(self, positions: Mapping[int, int]) -> None:
        # No await between the two: a fetch in between would start somewhere else.
        self._consumer.assign([TopicPartition(self._topic, p) for p in positions])
        for partition, offset in positions.items():
            self._consumer.seek(TopicPartition(self._topic, partition), offset)

    async def read_to_end(self, positions: Mapping[int, int]) -> AsyncIterator[list[Unread]]:
        """Read from `positions` to where each partition ends now, and stop.

        Raises:
            UnreadableRecordError: at the first record that can't be read, in any of them.
        """
        async with aclosing(self.read_until(positions, await self.ends(positions))) as reading:
            async for some in reading:
                yield some

    async def read_until(
        self, positions: Mapping[int, int], ends: Mapping[int, int]
    ) -> AsyncGenerator[list[Unread], None]:
        """Read from `positions` up to before `ends`, which the log has reached, and stop.

        Raises:
            UnreadableRecordError: at the first record that can't be read, in any of them.
        """
        missing = {p: at for p, at in positions.items() if at < ends[p]}
        if not missing:
            return
        self._assign(missing)
        try:
            while missing:
                polled = await self._consumer.getmany(timeout_ms=500)
                for messages in polled.values():
                    for first in range(0, len(messages), JUDGED_AT_ONCE):
                        # The next request goes out meanwhile, and nobody else in this process has to wait long.
                        await asyncio.sleep(0)
                        some = messages[first : first + JUDGED_AT_ONCE]
                        yield [judge(m) for m in some if m.offset < ends[m.partition]]
                # Not "the last record": compaction leaves holes, and the position passes them.
                missing = {p: at for p, at in missing.items() if await self._position(p) < ends[p]}
        finally:
            self._consumer.unsubscribe()  # else it would go on fetching what nobody asks for

    async def value_at(self, partition: int, offset: int) -> bytes | None:
        """Read the record at an offset that the log has reached; None where compaction has taken it away."""
        self._assign({partition: offset})
        try:
            while True:
                polled = await self._consumer.getmany(timeout_ms=500, max_records=1)
                for (first,) in polled.values():
                    return bytes(first.value or b"") if first.offset == offset else None
                if await self._position(partition) > offset:
                    return None
        finally:
            self._consumer.unsubscribe()

    async def follow(self, positions: Mapping[int, int]) -> AsyncGenerator[list[Found] | Stop, None]:
        """Read from `positions` on, for good; each list is one partition's. An empty list: nothing came for a while.

        A stop is its partition's last word: the others are read on.
        """
        self._assign(positions)
        while True:
            polled = await self._consumer.getmany(timeout_ms=500)
            for messages in polled.values():
                found, stop = found_before_a_stop(messages)
                if found:
                    yield found
                if stop is not None:
                    self._consumer.pause(TopicPartition(self._topic, stop.partition))
                    yield stop
            if not polled:
                yield []

    async def _position(self, partition: int) -> int:
        return int(await self._consumer.position(TopicPartition(self._topic, partition)))
