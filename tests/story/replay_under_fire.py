"""Applies a replay at a terminal, and kills what carries it out, each time at a row that nobody has chosen."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from typing import Literal, Self

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.wire.inputs import partition_of
from streams.wire.topics import LOG
from tests.forked import Forked
from tests.story.company import Company

Killed = Literal["worker", "gateway", "command"]
EACH: tuple[Killed, ...] = ("worker", "gateway", "command")
DECIDED_SECONDS = 600.0
LOOK_MS = 50


class UnderFire:
    """One apply. `applied`: of each client, how often the log says that its row was carried out."""

    def __init__(self, company: Company, plan: str, words: Sequence[str], chance: random.Random) -> None:
        self.applied: Counter[str] = Counter()
        self._company = company
        self._plan = plan
        self._words = words
        self._chance = chance
        self._asked = 0
        self._said: list[tuple[Killed, int]] = []
        self._command: Forked | None = None
        self._log = AIOKafkaConsumer(bootstrap_servers=company.stack.bootstrap, group_id=None)

    async def __aenter__(self) -> Self:
        await self._log.start()
        place = TopicPartition(LOG, partition_of(self._company.firm, 8))
        self._log.assign([place])
        await self._log.seek_to_end(place)
        self._command = self._typed()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._log.stop()
        if self._command is not None:
            self._command.kill()
            await asyncio.to_thread(self._command.wait)

    @property
    def in_the_middle(self) -> int:
        """Count the kills after which rows were left to be decided."""
        return sum(decided < self._asked for _, decided in self._said)

    def report(self) -> str:
        """Say what was killed, and after how many rows."""
        return ", ".join(f"{killed} at {decided}" for killed, decided in self._said)

    async def kills(self, number: int, asked: int) -> None:
        """Kill so often, each kind about as often as the others; `asked`: how many rows ask for something.

        What was killed is started again, and the next is killed a random number of rows later: on average so many that
        all of it is over when the last one is.
        """
        self._asked = asked
        order = [EACH[n % len(EACH)] for n in range(number)]
        self._chance.shuffle(order)
        for left, killed in zip(range(number, 0, -1), order, strict=True):
            done = self.applied.total()
            more = self._chance.randint(0, 2 * max(0, asked - done - 1) // (left + 1))
            await self.decided(min(done + more, asked))
            self._said.append((killed, self.applied.total()))
            await self._kill(killed)

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
            asked_here = cause is not None and cause.get("batch") == self._plan
            if asked_here and (data["code"], data["verdict"], row["kind"]) == ("restore", "applied", "link"):
                self.applied[row["client_id"]] += 1

    async def _kill(self, killed: Killed) -> None:
        stack = self._company.stack
        match killed:
            case "worker":
                await stack.fleet.kill(stack.fleet.workers[0])
            case "gateway":
                await stack.kill_gateway()
            case "command":
                assert self._command is not None
                self._command.kill()
                await asyncio.to_thread(self._command.wait)
                self._command = self._typed()

    def _typed(self) -> Forked:
        stack = self._company.stack
        return Forked(("deploy", *self._words), stack.settings, stack.folder / "apply.log")
