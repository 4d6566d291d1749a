"""Applies a replay at a terminal, and kills what carries it out, each time at a row that nobody has chosen."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Shot:
    """What is killed, and after which part of the rows that it may wait for at most."""

    killed: Killed
    part: float


def shots(seed: int, number: int) -> Sequence[Shot]:
    """Draw so many, each kind about as often as the others."""
    chance = random.Random(seed)  # noqa: S311  (it chooses whom to kill)
    order = [EACH[n % len(EACH)] for n in range(number)]
    chance.shuffle(order)
    return [Shot(killed, chance.random()) for killed in order]


@dataclass(frozen=True, slots=True)
class Hit:
    """What was killed, after how many rows were decided, and while so many clients waited for what was decided of them."""

    killed: Killed
    decided: int
    waiting: int


class UnderFire:
    """One apply. `applied`: of each client, how often the log says that its row was carried out."""

    def __init__(self, company: Company, plan: str, words: Sequence[str]) -> None:
        self.applied: Counter[str] = Counter()
        self._company = company
        self._plan = plan
        self._words = words
        self._asked = 0
        self._waiting: set[str] = set()
        self._hits: list[Hit] = []
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
        """Count the kills after which something was left to be decided, or to be carried out."""
        return sum(hit.decided < self._asked or hit.waiting > 0 for hit in self._hits)

    def report(self) -> str:
        """Say what was killed, after how many rows, and how many clients waited then."""
        return ", ".join(f"{hit.killed} at {hit.decided} ({hit.waiting} waiting)" for hit in self._hits)

    async def kills(self, drawn: Sequence[Shot], asked: int) -> None:
        """Kill as was drawn; `asked`: how many rows ask for something.

        What was killed is started again, and the next is killed a random number of rows later: on average so many that
        all of it is over when the last one is.
        """
        self._asked = asked
        for left, shot in zip(range(len(drawn), 0, -1), drawn, strict=True):
            done = self.applied.total()
            most = 2 * max(0, asked - done - 1) // (left + 1)
            await self.decided(min(done + int(shot.part * (most + 1)), asked))
            self._hits.append(Hit(shot.killed, self.applied.total(), len(self._waiting)))
            await self._kill(shot.killed)

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
