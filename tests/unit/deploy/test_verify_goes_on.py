"""What can't be read is told of, or passed over where it has been, and everything else is still compared."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import orjson
from aiokafka import TopicPartition

from deploy.verify.both_sides import rows_of
from deploy.verify.findings import Code, Finding
from deploy.verify.fold import PartitionFold
from deploy.verify.offsets import LogPositions
from streams.kafka.log_messages import LogMessages
from tests.unit.deploy.test_verify_fold import Message, link, lying, record

HOME = 0
TOPIC = "canopy.client-events"


class Lying:
    """A log that holds these."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages

    async def between(self, _: int, first: int, end: int) -> AsyncIterator[list[Message]]:
        yield [each for each in self._messages if first <= each.offset < end]

    async def end(self, _: int) -> int:
        return len(self._messages)


def log_of(messages: Sequence[Message]) -> LogMessages:
    return cast("LogMessages", Lying(messages))


def changed(message: Message, **data: Any) -> Message:
    """Let a record say something else."""
    event = orjson.loads(message.value or b"")
    event["data"] |= data
    return Message(message.offset, message.key, orjson.dumps(event))


async def test_a_row_that_can_not_be_read_is_told_of_and_the_others_are_read() -> None:
    """It has a status that no link has, which only who reads the whole row finds out."""
    first, second = lying([record(0, link("c-1")), record(1, link("c-2"))])
    row = orjson.loads(first.value or b"")["data"]["row"] | {"status": "no such status"}
    found: list[Finding] = []
    fold = PartitionFold(HOME, 1, found.append)
    messages = [changed(first, row=row), second]
    for message in messages:
        fold.take(cast("Any", message))
    assert found == []

    rows = await rows_of(fold, log_of(messages), ["link/f-1/c-1", "link/f-1/c-2"], found.append)

    assert list(rows) == ["link/f-1/c-2"]
    assert found == [Finding(Code.RECORD_UNREADABLE, {"partition": 0, "offset": 0})]


async def test_positions_that_say_nothing_are_passed_over() -> None:
    """None at all, of another kind, or of a topic; what the next record says counts."""
    one, two, three = lying([record(n, link(version=n + 1)) for n in range(3)])
    positions = LogPositions({HOME: 0}, {})

    await positions.read_on(
        log_of([changed(one, positions=None), changed(two, positions={TOPIC: "2"}), three])
    )

    assert positions.decided == {TopicPartition(TOPIC, HOME): 2}
    assert positions.ends == {HOME: 3}
