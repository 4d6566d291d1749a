"""Counts the inputs that wait undecided, by partition: what lies behind the group's committed offsets."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached

LOOK_SECONDS = 0.5
MOVES_SECONDS = 5.0
"""Longer than a decision and its commit take: where inputs wait and none is decided for so long, a partition stands still."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many inputs of a partition wait, and how many there were before them, of all topics together."""

    count: int
    before: int


class Undecided:
    """Asks a cluster beside the group, without joining it."""

    def __init__(self, admin: Any, asking: AIOKafkaConsumer, group: str, topics: Sequence[str]) -> None:
        self._admin = admin
        self._asking = asking
        self._group = group
        self._topics = tuple(topics)

    async def look(self, partitions: Iterable[int]) -> dict[int, Waiting]:
        """Count them; what retention took away waits no longer.

        Raises:
            aiokafka.errors.KafkaError: the cluster is away or refuses, or a topic is missing.
        """
        places = [TopicPartition(topic, number) for number in partitions for topic in self._topics]
        committed = await self._admin.list_consumer_group_offsets(self._group, partitions=places)
        begins, ends = await self._asking.beginning_offsets(places), await self._asking.end_offsets(places)
        found: dict[int, Waiting] = {}
        for place in places:
            before = found.get(place.partition, Waiting(0, 0))
            offset = committed[place].offset if place in committed else 0
            decided = max(offset, begins[place])
            found[place.partition] = Waiting(
                before.count + max(0, ends[place] - decided), before.before + decided
            )
        return found

    async def standing_still(self, seen: Mapping[int, Waiting]) -> tuple[int, ...]:
        """Name those partitions of which inputs wait, and none is decided while we look."""
        still = {number: each for number, each in seen.items() if each.count}
        give_up = time.monotonic() + MOVES_SECONDS
        while still and time.monotonic() < give_up:
            await asyncio.sleep(LOOK_SECONDS)
            now = await self.look(still)
            still = {number: each for number, each in still.items() if now[number].before == each.before}
        return tuple(sorted(still))


@asynccontextmanager
async def asking_beside(
    bootstrap: Servers, group: str, topics: Sequence[str]
) -> AsyncIterator[tuple[Any, Undecided]]:
    """Open what asks about a group, and its administration, for as long as a command runs.

    Raises:
        aiokafka.errors.KafkaError: the cluster is away.
    """
    async with (
        opened(AIOKafkaAdminClient(**reached(bootstrap))) as admin,
        opened(AIOKafkaConsumer(**reached(bootstrap), group_id=None, enable_auto_commit=False)) as asking,
    ):
        yield admin, Undecided(admin, asking, group, topics)
