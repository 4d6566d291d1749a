"""What is asked for together is carried out, while worker and gateway are killed, each time at a row that nobody has chosen."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.wire.inputs import partition_of
from streams.wire.topics import LOG
from tests.story.company import Company

DECIDED_SECONDS = 600.0
LOOK_MS = 50


class UnderFire:
    """One replay or batch. `done`: the codes by which its rows are carried out, each with the kind of row that it is about.

    `applied`: of each client, or of a customer that gets one, how often the log says that its row was carried out.
    """

    def __init__(self, company: Company, done: Mapping[str, str], chance: random.Random) -> None:
        self.applied: Counter[str] = Counter()
        self.id = ""
        self._company = company
        self._done = done
        self._chance = chance
        self._asked = 0
        self._said: list[tuple[str, int]] = []
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

    async def begin(self) -> str:
        """Ask for it; gives the id that its intents carry."""
        raise NotImplementedError

    async def end(self) -> None:
        """End what asks for it."""

    @property
    def targets(self) -> Sequence[str]:
        """Name what can be killed."""
        return ("worker", "gateway")

    @property
    def in_the_middle(self) -> int:
        """Count the kills after which rows were left to be decided."""
        return sum(decided < self._asked for _, decided in self._said)

    def report(self) -> str:
        """Say what was killed, and after how many rows."""
        return ", ".join(f"{killed} at {decided}" for killed, decided in self._said)

    async def kills(self, number: int, asked: int) -> None:
        """Kill so often, each target about as often as the others; `asked`: how many rows ask for something.

        What was killed is started again, and the next is killed a random number of rows later: on average so many that
        all of it is over when the last one is.
        """
        self._asked = asked
        order = [self.targets[n % len(self.targets)] for n in range(number)]
        self._chance.shuffle(order)
        for left, killed in zip(range(number, 0, -1), order, strict=True):
            done = self.applied.total()
            more = self._chance.randint(0, 2 * max(0, asked - done - 1) // (left + 1))
            await self.decided(min(done + more, asked))
            self._said.append((killed, self.applied.total()))
            await self.kill(killed)

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
            while self.applied.total() < number:
                for records in (await self._log.getmany(timeout_ms=LOOK_MS)).values():
                    self._count([record.value for record in records if record.value is not None])

    def _count(self, values: Sequence[bytes]) -> None:
        for value in values:
            data = orjson.loads(value)["data"]
            row, cause = data["row"], data["input"]
            asked_here = cause is not None and cause.get("batch") == self.id
            if asked_here and data["verdict"] == "applied" and self._done.get(data["code"]) == row["kind"]:
                self.applied[row["client_id" if row["kind"] == "link" else "customer_id"]] += 1
