"""How long an input waits at most while workers are started again, one after the other, and after one is killed.

Two workers share eight partitions; fifty events a second come, evenly over all of them.
"""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS
from tests.bench.content import FIRMS, PARTITIONS, client, event_of, load
from tests.bench.deciding import start
from tests.bench.flow import Flow, followed

SESSION_SECONDS = 10
"""After these a worker that was killed is missed, as under `client-sync up`."""
RATE = 50
STEADY_SECONDS = 8


async def handover(bootstrap: str, prefix: str, folder: Path) -> tuple[float, float]:
    """Give the longest waits in seconds: while two workers are started again in turn, and after one is killed."""
    await load(bootstrap, prefix, (), 0, 1, FIRMS)

    def begin(name: str) -> subprocess.Popen[bytes]:
        own = folder / name
        own.mkdir(exist_ok=True)
        return start("worker_path", [bootstrap, prefix, str(own), "--session", str(SESSION_SECONDS)], own)

    workers = [begin("first"), begin("second")]
    try:
        async with followed(bootstrap, prefix) as flow, _written(bootstrap, prefix, flow):
            await _steady(flow)
            began = time.time()
            for n, name in enumerate(("first", "second")):
                workers[n].terminate()
                await asyncio.to_thread(workers[n].wait, 30)
                workers[n] = begin(name)
                await _steady(flow)
            restarted = max(flow.waits(began))
            began = time.time()
            workers[0].kill()
            await asyncio.sleep(SESSION_SECONDS)
            await _steady(flow)
            return restarted, max(flow.waits(began - 1))
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(timeout=15)
            if worker.poll() is None:
                worker.kill()


async def _steady(flow: Flow) -> None:
    await asyncio.sleep(STEADY_SECONDS)
    await flow.until_decided(flow.sent)


@asynccontextmanager
async def _written(bootstrap: str, prefix: str, flow: Flow) -> AsyncIterator[None]:
    task = asyncio.create_task(_write(bootstrap, prefix, flow))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _write(bootstrap: str, prefix: str, flow: Flow) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=0)
    await producer.start()
    try:
        due = time.monotonic()
        for n in range(10**6):
            due += 1 / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            firm = FIRMS[n % len(FIRMS)]
            flow.sent[f"evt-{n}"] = time.time()
            await producer.send(
                prefix + CLIENT_EVENTS,
                event_of(firm, n, client(n, 1)),
                key=firm.encode(),
                partition=partition_of(firm, PARTITIONS),
            )
    finally:
        await producer.stop()
