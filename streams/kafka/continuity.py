"""Notices an input that was never delivered: an offset that follows further on than the next one.

Faust and aiokafka have each been seen to go on behind records that they dropped, and to commit past them. A hole
with nothing in it (a producer's transaction markers, retention) is passed; one that holds a record ends the worker.
Where the group itself was set forward, starting again would not bring what it passed over: that is read beside it
(docs/adr/0026-the-log-says-what-is-decided.md).
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.input_reader import inputs_between
from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.wire.inputs import Message


class InputLostError(Exception):
    """A record was passed over: the process must start again from what is committed."""


class Continuity:
    """The port: remembers, per topic and partition, the last offset that was looked at here, and what the group has committed."""

    def __init__(self, bootstrap: Servers, group: str, topics: Iterable[str]) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = tuple(topics)
        self._last: dict[tuple[str, int], int] = {}
        self._committed: dict[tuple[str, int], int] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        """Name the topics whose inputs are watched."""
        return self._topics

    async def begin(self, partitions: Iterable[int]) -> None:
        """Read from where the group will go on, in partitions that are newly ours."""
        wanted = [TopicPartition(topic, number) for topic in self._topics for number in partitions]
        if not wanted:
            return
        async with opened(AIOKafkaAdminClient(**reached(self._bootstrap))) as admin:
            committed = await admin.list_consumer_group_offsets(self._group, partitions=wanted)
        for partition in wanted:
            found = committed.get(partition)
            self._committed[partition.topic, partition.partition] = found.offset if found is not None else 0

    def next_offset(self, topic: str, partition: int, decided: int) -> int:
        """Give the first offset that nobody has looked at. `decided`: how far the log says inputs are decided."""
        return max(self._last.get((topic, partition), -1), decided) + 1

    def passed_over(self, topic: str, partition: int, decided: int) -> range:
        """Give the offsets that the group goes on behind, and of which the log does not say that they are decided."""
        return range(self.next_offset(topic, partition, decided), self._committed.get((topic, partition), 0))

    def read(self, topic: str, partition: int, offsets: range) -> AsyncGenerator[Message, None]:
        """Read what lies there, beside the group."""
        return inputs_between(self._bootstrap, topic, partition, offsets.start, offsets.stop)

    def goes_on(self, topic: str, partition: int) -> None:
        """Remember that all before the group's offset has been looked at."""
        at = (topic, partition)
        self._last[at] = max(self._last.get(at, -1), self._committed.get(at, 0) - 1)

    async def check(self, message: Message, decided: int) -> None:
        """Look at the hole before a message, if there is one. `decided`: how far the log says inputs are decided.

        Raises:
            InputLostError: the hole holds a record.
        """
        expected = self.next_offset(message.topic, message.partition, decided)
        if message.offset > expected and await self._holds_a_record(message, expected):
            raise InputLostError(
                f"{message.topic}/{message.partition}: offset {message.offset} came, and {expected} never did"
            )

    def passed(self, message: Message) -> None:
        """Remember that a message has been dealt with."""
        at = (message.topic, message.partition)
        self._last[at] = max(self._last.get(at, -1), message.offset)

    async def _holds_a_record(self, message: Message, expected: int) -> bool:
        between = inputs_between(self._bootstrap, message.topic, message.partition, expected, message.offset)
        async with aclosing(between):
            async for _ in between:
                return True
        return False
