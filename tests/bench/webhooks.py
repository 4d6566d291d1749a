"""`python -m tests.bench.webhooks`: how long Intuit waits for its 200, for large deliveries and for many small ones."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp
import orjson
import psutil

from adapters.web.webhooks.signature import HEADER, signature_of
from deploy.kafka.ports import free_port
from streams.kafka.topic_check import create_topics
from streams.wire.topics import topic_specs
from tests.bench.own_broker import own_broker
from tests.bench.report import say
from tests.integration.gateway.firm import CONNECTED
from tests.integration.gateway.log_writer import LogWriter

PARTITIONS = 8
VERIFIER = "sandbox-verifier"
ROUNDS = 5
A_SECOND, SECONDS = 100, 30
AIM_LARGE_SECONDS, AIM_P99_SECONDS = 1.0, 0.5


def event(number: int, realm: str = "91", size: int = 0) -> dict[str, Any]:
    """Write a notice as Intuit does."""
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "intuit.bench",
        "type": "qbo.customer.updated.v1",
        "time": "2026-11-28T10:00:00.123Z",
        "intuitentityid": str(number),
        "intuitaccountid": realm,
        "data": {"note": "x" * size},
    }


def large() -> dict[str, bytes]:
    """Give each kind of large body."""
    many = range(20_000)
    return {
        "20,000 customers": orjson.dumps([event(n, size=310) for n in many]),
        "20,000 of one customer": orjson.dumps([event(7, size=310) for _ in many]),
        "20,000 unknown companies": orjson.dumps([event(n, str(10**15 + n), 300) for n in many]),
        "half of a company, half unknown": orjson.dumps(
            [event(n, "91" if n % 2 else str(10**15 + n % 100), 300) for n in many]
        ),
        "no JSON": b"x" * 10_000_000,
    }


@asynccontextmanager
async def gateway(
    folder: Path, bootstrap: str
) -> AsyncIterator[tuple[aiohttp.ClientSession, psutil.Process]]:
    """Run a gateway as a process of its own, whose firm is connected."""
    port = free_port()
    settings = {
        "CLIENT_SYNC_KAFKA_BOOTSTRAP": bootstrap,
        "CLIENT_SYNC_HTTP_PORT": str(port),
        "CLIENT_SYNC_DATA_FOLDER": str(folder / "data"),
        "CLIENT_SYNC_QBO_WEBHOOK_VERIFIERS": VERIFIER,
    }
    with (folder / "gateway.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).parent / "client-sync",
            "gateway",
            env=os.environ | settings,
            stdout=log,
            stderr=log,
        )
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
                await _until_ready(http)
                yield http, psutil.Process(process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _until_ready(http: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with http.get("/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)


async def deliver(http: aiohttp.ClientSession, body: bytes, signature: str) -> tuple[int, float]:
    """Deliver; gives the status and how long that took."""
    began = time.perf_counter()
    async with http.post("/webhooks/quickbooks", data=body, headers={HEADER: signature}) as answer:
        return answer.status, time.perf_counter() - began


async def measure(http: aiohttp.ClientSession, process: psutil.Process) -> None:
    """Measure, and print as it goes."""
    for name, body in large().items():
        signature = signature_of(body, VERIFIER)
        busy = _busy(process)
        found = [await deliver(http, body, signature) for _ in range(ROUNDS)]
        busy = (_busy(process) - busy) / ROUNDS
        took = sorted(seconds for _, seconds in found)
        say(
            f"{len(body) / 1e6:4.1f} MB, {name:<32} {sorted({status for status, _ in found})}  "
            f"median {took[len(took) // 2]:.2f} s, longest {took[-1]:.2f} s (aim {AIM_LARGE_SECONDS:g}); "
            f"the gateway's processor time {busy:.2f} s"
        )
    for beside in (False, True):
        await _small(http, beside=beside)


async def _small(http: aiohttp.ClientSession, *, beside: bool) -> None:
    """Send small deliveries at a steady rate; `beside`: with a large one every five seconds."""
    big = large()["20,000 customers"]
    signed = signature_of(big, VERIFIER)
    sent: list[asyncio.Task[tuple[int, float]]] = []
    others: list[asyncio.Task[tuple[int, float]]] = []
    began = time.perf_counter()
    for number in range(A_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
        body = orjson.dumps([event(number)])
        sent.append(asyncio.create_task(deliver(http, body, signature_of(body, VERIFIER))))
        if beside and number % (5 * A_SECOND) == 0:
            others.append(asyncio.create_task(deliver(http, big, signed)))
    found = await asyncio.gather(*sent)
    await asyncio.gather(*others)
    cuts = quantiles([seconds for _, seconds in found], n=100)
    say(
        f"{A_SECOND} small ones a second for {SECONDS} s{', a large one every 5 s beside them' if beside else ''}: "
        f"{sorted({status for status, _ in found})}  p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, "
        f"longest {max(seconds for _, seconds in found) * 1000:.0f} ms (aim p99 {AIM_P99_SECONDS * 1000:g})"
    )


async def main(folder: Path) -> None:
    """Start a broker and a gateway, and measure."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with own_broker(folder) as bootstrap:
        await create_topics(bootstrap, topic_specs(35), PARTITIONS)
        async with LogWriter(bootstrap, "", PARTITIONS) as log:
            await log.decide(CONNECTED)
        async with gateway(folder, bootstrap) as (http, process):
            await measure(http, process)


def _busy(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="client-sync-bench-") as place:
        asyncio.run(main(Path(place)))
