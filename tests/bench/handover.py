"""How long an input waits at most while workers are started again, one after the other, and after one is killed.

Two workers share eight partitions; fifty events a second come, evenly over all of them.
"""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, LOG
from tests.bench.content import FIRMS, PARTITIONS, client, event_of, load
from tests.bench.deciding import start

SESSION_SECONDS = 10
"""After these a worker that was killed is missed, as under `client-sync up`."""
RATE = 50
STEADY_SECONDS = 8
WITHIN_SECONDS = 60


@dataclass
class _Flow:
    """Events by number: when each was written, and when the log says that it was decided (seconds since 1970)."""

    sent: dict[int, float] = field(default_factory=dict)
    decided: dict[int, float] = field(default_factory=dict)

    async def all_decided(self) -> None:
        """Wait until none waits that was written by now."""
        until = len(self.sent)
        async with asyncio.timeout(WITHIN_SECONDS):
            while any(n not in self.decided for n in range(until)):  # noqa: ASYNC110 - a question, repeated
                await asyncio.sleep(0.1)

    def longest_wait(self, since: float) -> float:
        """Give the longest wait of an event written since then, in seconds."""
        return max(self.decided[n] - at for n, at in self.sent.items() if at >= since and n in self.decided)


async def handover(bootstrap: str, prefix: str, folder: Path) -> tuple[float, float]:
    """Give the longest waits in seconds: while two workers are started again in turn, and after one is killed."""
    await load(bootstrap, prefix, (), 0, 1, FIRMS)

    def begin(name: str) -> subprocess.Popen[bytes]:
        own = folder / name
        own.mkdir(exist_ok=True)
        return start("worker_path", [bootstrap, prefix, str(own), "--session", str(SESSION_SECONDS)], own)

    workers = [begin("first"), begin("second")]
    try:
        async with _flowing(bootstrap, prefix) as flow:
            await _steady(flow)
            began = time.time()
            for n, name in enumerate(("first", "second")):
                workers[n].terminate()
                await asyncio.to_thread(workers[n].wait, 30)
                workers[n] = begin(name)
                await _steady(flow)
            restarted = flow.longest_wait(began)
            began = time.time()
            workers[0].kill()
            await asyncio.sleep(SESSION_SECONDS)
            await _steady(flow)
            return restarted, flow.longest_wait(began - 1)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(timeout=15)
            if worker.poll() is None:
                worker.kill()


async def _steady(flow: _Flow) -> None:
    await asyncio.sleep(STEADY_SECONDS)
    await flow.all_decided()


@asynccontextmanager
async def _flowing(bootstrap: str, prefix: str) -> AsyncIterator[_Flow]:
    flow = _Flow()
    tasks = [
        asyncio.create_task(_write(bootstrap, prefix, flow)),
        asyncio.create_task(_follow(bootstrap, prefix, flow)),
    ]
    try:
        yield flow
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _write(bootstrap: str, prefix: str, flow: _Flow) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=0)
    await producer.start()
    try:
        due = time.monotonic()
        for n in range(10**6):
            due += 1 / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            firm = FIRMS[n % len(FIRMS)]
            flow.sent[n] = time.time()
            await producer.send(
                prefix + CLIENT_EVENTS,
                event_of(firm, n, client(n, 1)),
                key=firm.encode(),
                partition=partition_of(firm, PARTITIONS),
            )
    finally:
        await producer.stop()


async def _follow(bootstrap: str, prefix: str, flow: _Flow) -> None:
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest")
    await reader.start()
    try:
        reader.assign([TopicPartition(prefix + LOG, number) for number in range(PARTITIONS)])
        async for message in reader:
            cause = orjson.loads(message.value)["data"]["input"]
            if cause is not None and cause["id"].startswith("evt-"):
                flow.decided.setdefault(int(cause["id"][4:]), message.timestamp / 1000)
    finally:
        await reader.stop()
