"""Says whether anybody decides: whether a worker of the consumer group has been given partitions.

Whoever waits for a decision can't tell a slow one from one that nobody makes. Between two assignments nobody has a
partition for a moment, so only after some seconds of that is it said.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError, for_code

from domain.projection import Deciding
from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached

LOOK_SECONDS = 3.0
LOOK_AGAIN_SECONDS = 0.5
NOBODY_SECONDS = 10.0
"""While workers are started again one after the other, nobody has a partition for less."""

ANSWER_WITHIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Workers that have been given partitions, as the group's coordinator says."""

    number: int
    partitions: frozenset[int]


async def workers_of(admin: Any, group: str, topic: str) -> Workers:
    """Ask for the workers that have been given partitions of an input topic.

    Raises:
        aiokafka.errors.KafkaError: the cluster is away or refuses.
    """
    (answer,) = await admin.describe_consumer_groups([group])
    ((code, _, _, _, _, members, *_),) = answer.groups
    if code:
        raise for_code(code)(group)
    given = [_partitions(assignment, topic) for *_, assignment in (member[:5] for member in members)]
    return Workers(
        number=sum(bool(each) for each in given),
        partitions=frozenset(number for each in given for number in each),
    )


async def workers_soon(admin: Any, group: str, topic: str) -> Workers:
    """Ask until there is one, for as long as nobody may have a partition between two assignments; then give none."""
    give_up = time.monotonic() + NOBODY_SECONDS
    while True:
        found = await workers_of(admin, group, topic)
        if found.number or time.monotonic() > give_up:
            return found
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


class DecidingWatch:
    """Looks every few seconds, as long as a gateway runs. `turned`: called when people have to be told otherwise."""

    def __init__(
        self,
        bootstrap: Servers,
        group: str,
        topic: str,
        turned: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topic = topic
        self._turned = turned
        self._clock = clock
        self._nobody_since: float | None = None
        self._now: Deciding = "unknown"
        self._workers: int | None = None

    def now(self) -> Deciding:
        """Say it as of some seconds ago at most."""
        return self._now

    def workers(self) -> int | None:
        """Count the workers that had partitions when it was looked last; None: Kafka does not say."""
        return self._workers

    async def run(self) -> None:
        """Look for good; goes on by itself after Kafka was away."""
        while True:
            admin = AIOKafkaAdminClient(**reached(self._bootstrap))
            try:
                await start(admin)
                while True:
                    async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                        found = await workers_of(admin, self._group, self._topic)
                    self.see(found.number)
                    await asyncio.sleep(LOOK_SECONDS)
            except (KafkaError, OSError, TimeoutError):
                self.see(None)
            finally:
                with suppress(KafkaError, OSError):
                    await admin.close()
            await asyncio.sleep(LOOK_SECONDS)

    def see(self, workers: int | None) -> None:
        """Take in how many workers have a partition now; None: Kafka does not say."""
        self._workers = workers
        if workers != 0:
            self._nobody_since = None
            self._turn("unknown" if workers is None else "ok")
            return
        if self._nobody_since is None:
            self._nobody_since = self._clock()
        if self._clock() - self._nobody_since >= NOBODY_SECONDS:
            self._turn("nobody")

    def _turn(self, to: Deciding) -> None:
        before, self._now = self._now, to
        if to != before and "nobody" in {to, before}:
            log.warning("nobody_decides" if to == "nobody" else "decided_again", deciding=to)
            self._turned()


def _partitions(assignment: bytes, topic: str) -> frozenset[int]:
    """Read which partitions of a topic a member has; between two assignments it has none."""
    if not assignment:
        return frozenset()
    given = ConsumerProtocolMemberAssignment.decode(assignment).partitions()
    return frozenset(each.partition for each in given if each.topic == topic)
