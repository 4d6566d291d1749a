"""Kafka as far as the engine and the gateway see it, in memory: a log, and a producer whose records stay in lists."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from streams.kafka.answers_ahead import AnswersAhead
from streams.kafka.continuity import Continuity
from streams.kafka.log_writer import LARGEST_DECISION_BYTES
from streams.wire.believed import Unread, judge
from streams.worker.partition import Partition
from streams.worker.ports import Answered, DecisionTooLargeError

PARTITIONS = 5
"""As many as make one home of both firms of the histories."""

Lines = Sequence[tuple[bytes | None, bytes | None]]


class MemoryLog:
    """The log's reader and its writer."""

    def __init__(self, partitions: Mapping[int, Lines]) -> None:
        self.lines = {number: list(lines) for number, lines in partitions.items()}

    async def ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """Give the offset behind the last record of each."""
        return {number: len(self.lines[number]) for number in partitions}

    async def begins(self, partitions: Iterable[int]) -> dict[int, int]:
        """Nothing is ever taken away."""
        return dict.fromkeys(partitions, 0)

    async def read_to_end(self, positions: Mapping[int, int]) -> AsyncIterator[list[Unread]]:
        """Judge what lies there, as the reader of Kafka does."""
        for number, begin in positions.items():
            found = enumerate(self.lines[number][begin:], begin)
            yield [judge(record(number, offset, *line)) for offset, line in found]

    async def value_at(self, partition: int, offset: int) -> bytes | None:
        """Give what lies at an offset."""
        return self.lines[partition][offset][1]

    async def append(self, partition: int, records: Sequence[tuple[bytes, bytes]]) -> int:
        """Append what is not too large."""
        if sum(len(key) + len(value) + 64 for key, value in records) > LARGEST_DECISION_BYTES:
            raise DecisionTooLargeError("the decision does not fit into one batch")
        self.lines[partition] += records
        return len(self.lines[partition]) - len(records)


def record(partition: int, offset: int, key: bytes | None, value: bytes | None) -> SimpleNamespace:
    """A record as aiokafka gives it."""
    return SimpleNamespace(partition=partition, offset=offset, key=key, value=value)


@dataclass(frozen=True)
class Sent:
    """One record that was written."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Mapping[str, str]


@dataclass
class MemoryProducer:
    """An `AcknowledgedProducer` whose Kafka is always there. `sent` is taken away by who looks at it."""

    sent: list[Sent] = field(default_factory=list)
    hear: Callable[[Sent], None] = lambda _: None

    async def send(
        self,
        topic: str,
        value: bytes,
        key: bytes | None,
        headers: Mapping[str, str] | None = None,
        partition: int | None = None,  # noqa: ARG002
    ) -> int:
        """Take one record."""
        for text in (headers or {}).values():
            text.encode(errors="backslashreplace")
        sent = Sent(topic, key, value, headers or {})
        self.sent.append(sent)
        self.hear(sent)
        return 0

    async def send_all(
        self,
        topic: str,
        records: Sequence[tuple[bytes, bytes]],
        within_seconds: float | None = None,  # noqa: ARG002
    ) -> None:
        """Take several."""
        for key, value in records:
            await self.send(topic, value, key)

    async def partitions(self, _topic: str) -> frozenset[int]:
        """Name a topic's partitions."""
        return frozenset(range(PARTITIONS))

    def take(self) -> list[Sent]:
        """Give what was written since."""
        sent, self.sent = self.sent, []
        return sent


class NoCheckpoints:
    """Keeps none, and finds none."""

    def keep(self, partition: Partition) -> None:
        """Keep nothing."""

    async def find(self, number: int) -> None:
        """Find nothing."""

    async def remove(self, number: int) -> None:
        """Have nothing to remove."""


class NoGroup(Continuity):
    """The group has committed nothing."""

    async def begin(self, partitions: Iterable[int]) -> None:
        """Ask nobody."""


class NothingAhead(AnswersAhead):
    """No outcome lies in the topic that nobody has decided."""

    async def read(self, begins: Mapping[int, int]) -> Answered:  # noqa: ARG002
        """Find none."""
        return {}
