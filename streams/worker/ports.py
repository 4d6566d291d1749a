"""What a worker needs of the world: the log, the topics beside it, and a place for checkpoints. Kafka is one way to have them."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from typing import Protocol

from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.outcomes import Result
from streams.wire.believed import Unread
from streams.wire.inputs import Message
from streams.wire.traces import Place
from streams.worker.checkpoint import Checkpoint
from streams.worker.partition import Partition

Answered = Mapping[int, frozenset[EffectId]]
"""By partition: effects whose outcomes lie in their topic, though nobody has decided them."""


class AppendFailedError(Exception):
    """Nobody knows whether the decision is in the log: what is in memory must not outlive this process."""


class DecisionTooLargeError(Exception):
    """The decision does not fit into one batch of the log."""


class Log(Protocol):
    """`sync.log`, read by partition. Positions are the next offsets to read."""

    async def begins(self, partitions: Iterable[int]) -> Mapping[int, int]:
        """Give the offset of the first record that each partition still has."""

    async def ends(self, partitions: Iterable[int]) -> Mapping[int, int]:
        """Give the offset behind the last record of each partition."""

    def read_to_end(self, positions: Mapping[int, int]) -> AsyncIterator[list[Unread]]:
        """Read from `positions` to where each partition ends now, and stop.

        Raises:
            UnreadableRecordError: at the first record that can't be read, in any of them.
        """

    async def value_at(self, partition: int, offset: int) -> bytes | None:
        """Read the record at an offset that the log has reached; None where compaction has taken it away."""


class Appends(Protocol):
    """`sync.log`, written."""

    async def append(self, partition: int, records: Sequence[tuple[bytes, bytes]]) -> int:
        """Append keys and values as one batch, durably, and give the offset at which its first record lies.

        Raises:
            DecisionTooLargeError: nothing was sent.
            AppendFailedError: it may lie in the log or not.
        """


class Feed(Protocol):
    """Where inputs come from."""

    def pause(self, topic: str, partition: int) -> None:
        """Bring no more of a topic's partition for now."""

    def resume(self, topic: str, partition: int) -> None:
        """Go on with it."""


class Checkpoints(Protocol):
    """Where a first fold may begin."""

    async def find(self, number: int) -> Checkpoint | None:
        """Give a partition's newest one, if there is one that can be read."""

    def keep(self, partition: Partition) -> None:
        """Begin to write one, if it is time. The caller holds the partition's lock."""

    async def remove(self, number: int) -> None:
        """Take a partition's away: it holds what is gone from the rows. The caller holds the partition's lock."""


class Outcomes(Protocol):
    """How what came of an effect goes back in."""

    async def report(
        self, firm: FirmId, key: RowKey, effect: EffectId, result: Result, realm: RealmId, place: Place
    ) -> None:
        """Write an outcome; returns once it is durable, however long that takes.

        `realm`: the company that was asked. `place`: of the effect, in its trace.

        Raises:
            UnwritableOutcomeError: it can't be told.
        """


class AnswersAhead(Protocol):
    """The outcomes that nobody has decided yet."""

    topic: str

    async def read(self, begins: Mapping[int, int]) -> Answered:
        """Name the effects whose outcomes lie from these offsets on. One that tells of a delay is no answer."""


class Continuity(Protocol):
    """What of the input topics has been looked at, and where the group goes on."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Name the topics whose inputs are watched."""

    async def begin(self, partitions: Iterable[int]) -> None:
        """Read from where the group will go on, in partitions that are newly ours."""

    def next_offset(self, topic: str, partition: int, decided: int) -> int:
        """Give the first offset that nobody has looked at. `decided`: how far the log says inputs are decided."""

    def passed_over(self, topic: str, partition: int, decided: int) -> range:
        """Give the offsets that the group goes on behind, and of which the log does not say that they are decided."""

    def read(self, topic: str, partition: int, offsets: range) -> AsyncGenerator[Message, None]:
        """Read what lies there, beside the group."""

    def goes_on(self, topic: str, partition: int) -> None:
        """Remember that all before the group's offset has been looked at."""

    async def check(self, message: Message, decided: int) -> None:
        """Look at the hole before a message, if there is one.

        Raises:
            InputLostError: the hole holds a record.
        """

    def passed(self, message: Message) -> None:
        """Remember that a message has been dealt with."""
