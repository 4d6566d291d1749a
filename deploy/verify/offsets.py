"""Compares how far the log says that inputs are decided with where the workers' group goes on."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.verify.findings import Code, Fact, Finding, Tell
from deploy.verify.partition import Stood
from streams.kafka.group_asking import ask_about_group
from streams.kafka.log_messages import LogMessages
from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached
from streams.wire.records import claimed

SETTLED_SECONDS = 7.0
"""Within these a worker commits what it has decided, and the log says what left no record."""
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """One partition of an input topic: where it begins and ends, and what the group has committed."""

    begin: int
    end: int
    committed: int | None

    @property
    def goes_on(self) -> int:
        """Where the group goes on: without an offset at the first input that there is."""
        return self.begin if self.committed is None else max(self.committed, self.begin)


class GroupOffsets:
    """Asks Kafka. Use as `async with GroupOffsets(bootstrap, group) as offsets`."""

    def __init__(self, bootstrap: Servers, group: str) -> None:
        self._group = group
        self._admin = AIOKafkaAdminClient(**reached(bootstrap))
        self._reader = AIOKafkaConsumer(**reached(bootstrap), group_id=None)

    async def __aenter__(self) -> Self:
        try:
            await start(self._admin)
            await start(self._reader)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _stop(self) -> None:
        await self._admin.close()
        await self._reader.stop()

    async def of(self, topics: Iterable[str], partitions: Iterable[int]) -> dict[TopicPartition, Inputs]:
        """Give those of these topics."""
        numbers = tuple(partitions)
        wanted = [TopicPartition(topic, number) for topic in topics for number in numbers]
        committed = await ask_about_group(
            lambda: self._admin.list_consumer_group_offsets(self._group, partitions=wanted)
        )
        begins = await self._reader.beginning_offsets(wanted)
        ends = await self._reader.end_offsets(wanted)
        return {each: Inputs(begins[each], ends[each], _offset(committed.get(each))) for each in wanted}


def _offset(found: object) -> int | None:
    at = getattr(found, "offset", -1)
    return at if isinstance(at, int) and at >= 0 else None


def compare_offsets(
    found: Mapping[TopicPartition, Inputs], decided: Mapping[TopicPartition, int]
) -> Iterator[Finding]:
    """Name where log and group differ. `decided`: the last input that is, by the log; none: not there."""
    for at, inputs in found.items():
        following = decided.get(at, -1) + 1
        facts: dict[str, Fact] = {
            "topic": at.topic,
            "partition": at.partition,
            "decided_before": following,
            "group_goes_on_at": inputs.goes_on,
            "topic_ends_at": inputs.end,
        }
        if following > inputs.end:
            yield Finding(Code.DECIDED_BEYOND_TOPIC, facts)
        elif inputs.goes_on > max(following, inputs.begin):
            yield Finding(Code.GROUP_AHEAD, facts)
        elif inputs.goes_on < following:
            yield Finding(Code.GROUP_BEHIND, facts)


async def compare_with_group(
    messages: LogMessages, offsets: GroupOffsets, topics: Sequence[str], stood: Sequence[Stood], tell: Tell
) -> None:
    """Compare how far inputs are decided with where the group goes on.

    On a system at work each is a moment behind the other, so what has come as far as it was seen to be is right.
    """
    numbers = [partition.number for partition in stood]
    first = now = await offsets.of(topics, numbers)
    log = LogPositions({each.number: each.end for each in stood}, {})
    for each in stood:
        log.take(each.number, each.positions)
    decided_first = dict(log.decided)
    waited = 0.0
    while True:
        found = [
            *_of_code(Code.DECIDED_BEYOND_TOPIC, compare_offsets(now, log.decided)),
            *_of_code(Code.GROUP_AHEAD, compare_offsets(first, log.decided)),
            *_of_code(Code.GROUP_BEHIND, compare_offsets(now, decided_first)),
        ]
        if not found or waited >= SETTLED_SECONDS:
            break
        await asyncio.sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
        await log.read_on(messages)
        now = await offsets.of(topics, numbers)
    for finding in found:
        tell(finding)


@dataclass(slots=True)
class LogPositions:
    """How far inputs are decided, by the log up to `ends`."""

    ends: dict[int, int]
    decided: dict[TopicPartition, int]

    def take(self, number: int, positions: object) -> None:
        """Take in what a record says of its partition's inputs."""
        # Who reads on reads whatever lies there; a record that says nothing here is named by the fold.
        for topic, offset in positions.items() if isinstance(positions, Mapping) else ():
            if type(offset) is int:
                at = TopicPartition(topic, number)
                self.decided[at] = max(offset, self.decided.get(at, -1))

    async def read_on(self, messages: LogMessages) -> None:
        """Take in what has been written since."""
        for number, first in self.ends.items():
            end = await messages.end(number)
            async for some in messages.between(number, first, end):
                for message in some:
                    event = claimed(message.value, message.offset)
                    if event is not None:
                        self.take(number, event["data"].get("positions"))
            self.ends[number] = end


def _of_code(code: Code, found: Iterable[Finding]) -> Iterator[Finding]:
    return (each for each in found if each.code is code)
