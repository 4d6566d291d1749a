"""Notices an input that was never delivered: an offset that follows further on than the next one.

Faust and aiokafka have each been seen to go on behind records that they dropped, and to commit past them. A hole
with nothing in it (a producer's transaction markers, retention) is passed; one that holds a record ends the worker.
"""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.inputs import Message


class InputLostError(Exception):
    """A record was passed over: the process must start again from what is committed."""


class Continuity:
    """Remembers, per topic and partition, the last offset that was looked at."""

    def __init__(self, bootstrap: str, group: str, topics: Iterable[str]) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = tuple(topics)
        self._last: dict[tuple[str, int], int] = {}

    async def begin(self, partitions: Iterable[int]) -> None:
        """Take as looked at what the group has committed, for partitions that are newly ours."""
        wanted = [TopicPartition(topic, number) for topic in self._topics for number in partitions]
        if not wanted:
            return
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await admin.start()
        try:
            committed = await admin.list_consumer_group_offsets(self._group, partitions=wanted)
        finally:
            await admin.close()
        for partition in wanted:
            found = committed.get(partition)
            at = (partition.topic, partition.partition)
            self._last[at] = max(self._last.get(at, -1), (found.offset if found is not None else 0) - 1)

    def next_offset(self, topic: str, partition: int, decided: int) -> int:
        """Give the first offset that nobody has looked at. `decided`: how far the log says inputs are decided."""
        return max(self._last.get((topic, partition), -1), decided) + 1

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
        partition = TopicPartition(message.topic, message.partition)
        reader = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, group_id=None, auto_offset_reset="earliest"
        )
        await reader.start()
        try:
            begins = await reader.beginning_offsets([partition])
            reader.assign([partition])
            reader.seek(partition, max(expected, begins[partition]))
            while True:
                if await reader.position(partition) >= message.offset:
                    return False
                found = await reader.getmany(partition, timeout_ms=500)
                if any(record.offset < message.offset for records in found.values() for record in records):
                    return True
        finally:
            await reader.stop()
