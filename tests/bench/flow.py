"""Inputs on their way: when each was written, and when the log says that it was decided."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.wire.topics import LOG
from tests.bench.content import PARTITIONS

WITHIN_SECONDS = 120


@dataclass
class Flow:
    """By the ids of inputs, in seconds since 1970."""

    sent: dict[str, float] = field(default_factory=dict)
    decided: dict[str, float] = field(default_factory=dict)

    async def until_decided(self, ids: Iterable[str]) -> None:
        """Wait until the log says so."""
        async with asyncio.timeout(WITHIN_SECONDS):
            for each in list(ids):
                while each not in self.decided:  # noqa: ASYNC110 - a question, repeated
                    await asyncio.sleep(0.05)

    def waits(self, since: float = 0.0) -> list[float]:
        """Give how long each input waited that was written since then and is decided, in seconds."""
        return [
            self.decided[each] - at for each, at in self.sent.items() if at >= since and each in self.decided
        ]


@asynccontextmanager
async def followed(bootstrap: str, prefix: str) -> AsyncIterator[Flow]:
    """Follow the log from its beginning."""
    flow = Flow()
    task = asyncio.create_task(_follow(bootstrap, prefix, flow))
    try:
        yield flow
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(bootstrap: str, prefix: str, flow: Flow) -> None:
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await reader.start()
    try:
        reader.assign([TopicPartition(prefix + LOG, number) for number in range(PARTITIONS)])
        async for message in reader:
            cause = orjson.loads(message.value)["data"]["input"]
            if cause is not None:
                flow.decided.setdefault(cause["id"], message.timestamp / 1000)
    finally:
        await reader.stop()
