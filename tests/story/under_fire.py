"""What is asked for together is carried out, while worker and gateway are killed, each time at a row that nobody has chosen."""

import asyncio
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.wire.inputs import partition_of
from streams.wire.topics import LOG
from tests.story.company import Company

DECIDED_SECONDS = 600.0
LOOK_MS = 50


@dataclass(frozen=True, slots=True)
class Shot:
    """What is killed, and after which part of the rows that it may wait for at most."""

    target: str
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """What was killed, after how many rows were decided, and while so many clients waited for what was decided of them."""

    target: str
    decided: int
    waiting: int


def shots(seed: int, number: int, targets: Sequence[str]) -> Sequence[Shot]:
    """Draw so many, each target about as often as the others."""
    chance = random.Random(seed)  # noqa: S311  (it chooses whom to kill)
    order = [targets[n % len(targets)] for n in range(number)]
    chance.shuffle(order)
    return [Shot(target, chance.random()) for target in order]


class UnderFire(ABC):
    """One replay or batch. `done`: the codes by which its rows are carried out, each with the kind of row that it is about.

    `applied`: of each client, or of a customer that gets one, how often the log says that its row was carried out.
    """

    def __init__(self, company: Company, done: Mapping[str, str]) -> None:
        self.applied: Counter[str] = Counter()
        self.id = ""
        self._company = company
        self._done = done
        self._asked = 0
        self._waiting: set[str] = set()
        self._hits: list[Hit] = []
        self._log = AIOKafkaConsumer(bootstrap_servers=company.stack.bootstrap, group_id=None)

    async def __aenter__(self) -> Self:
        await self._log.start()
        place = TopicPartition(LOG, partition_of(self._company.firm, 8))
        self._log.assign([place])
        await self._log.seek_to_end(place)
        self.id = await self.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._log.stop()
        await self.end()

    @abstractmethod
    async def begin(self) -> str:
        """Ask for it; gives the id that its intents carry."""

    async def end(self) -> None:  # noqa: B027  (most have nothing to end)
        """End what asks for it."""

    @property
    def targets(self) -> Sequence[str]:
        """Name what can be killed."""
        return ("worker", "gateway")

    @property
    def in_the_middle(self) -> int:
        """Count the kills after which something was left to be decided, or to be carried out."""
        return sum(hit.decided < self._asked or hit.waiting > 0 for hit in self._hits)

    def report(self) -> str:
        """Say what was killed, after how many rows, and how many clients waited then."""
        return ", ".join(f"{hit.target} at {hit.decided} ({hit.waiting} waiting)" for hit in self._hits)

    async def kills(self, seed: int, number: int, asked: int) -> None:
        """Kill so often, as is drawn from a seed; `asked`: how many rows ask for something.

        What was killed is started again, and the next is killed a random number of rows later: on average so many that
        all of it is over when the last one is.
        """
        self._asked = asked
        for left, shot in zip(range(number, 0, -1), shots(seed, number, self.targets), strict=True):
            done = self.applied.total()
            most = 2 * max(0, asked - done - 1) // (left + 1)
            await self.decided(min(done + int(shot.part * (most + 1)), asked))
            self._hits.append(Hit(shot.target, self.applied.total(), len(self._waiting)))
            await self.kill(shot.target)

    async def kill(self, target: str) -> None:
        """Kill it, and start it again."""
        stack = self._company.stack
        if target == "worker":
            await stack.fleet.kill(stack.fleet.workers[0])
        else:
            await stack.kill_gateway()

    async def decided(self, number: int) -> None:
        """Wait until the log says of so many rows that they were carried out."""
        async with asyncio.timeout(DECIDED_SECONDS):
            while True:  # once at least, so that what is known is of now
                for records in (await self._log.getmany(timeout_ms=LOOK_MS)).values():
                    self._count([record.value for record in records if record.value is not None])
                if self.applied.total() >= number:
                    return

    def _count(self, values: Sequence[bytes]) -> None:
        for value in values:
            data = orjson.loads(value)["data"]
            row, cause = data["row"], data["input"]
            if row["kind"] == "link":
                (self._waiting.add if row["pending"] else self._waiting.discard)(row["client_id"])
            asked_here = cause is not None and cause.get("batch") == self.id
            if asked_here and data["verdict"] == "applied" and self._done.get(data["code"]) == row["kind"]:
                self.applied[row["client_id" if row["kind"] == "link" else "customer_id"]] += 1
