"""How many events a second a worker decides, beside a bare loop over the same events on the same broker."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from domain.ids import FirmId
from streams.wire.topics import LOG
from tests.bench.content import FIRMS, PARTITIONS, load

ROOT = Path(__file__).parents[2]
EVENTS = 50_000
CLIENTS = 12_800
WITHIN_SECONDS = 180


async def rates(
    bootstrap: str, prefix: str, folder: Path, firms: Sequence[FirmId] = FIRMS, shares: Path | None = None
) -> tuple[float, float]:
    """Decide the same events by a worker and by the bare loop: events a second each, by the log's own stamps."""
    bare = f"{prefix}bare."
    await load(bootstrap, prefix, (bare,), EVENTS, CLIENTS, firms)
    arguments = [bootstrap, prefix, str(folder), *(["--shares", str(shares)] if shares else [])]
    ours = await _rate(bootstrap, prefix, folder, "worker_path", arguments)
    theirs = await _rate(bootstrap, bare, folder, "bare_loop", [bootstrap, prefix, bare, str(EVENTS)])
    return ours, theirs


async def _rate(bootstrap: str, log: str, folder: Path, module: str, arguments: list[str]) -> float:
    before = await _ends(bootstrap, log + LOG)
    process = start(module, arguments, folder)
    try:
        deadline = time.monotonic() + WITHIN_SECONDS
        while (decided := sum((await _ends(bootstrap, log + LOG)).values()) - sum(before.values())) < EVENTS:
            if time.monotonic() > deadline or process.poll() not in (None, 0):
                raise RuntimeError(
                    f"{module} decided {decided} of {EVENTS} events; see {folder}/{module}.log"
                )
            await asyncio.sleep(0.2)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        if process.poll() is None:
            process.kill()
    first, last = await _span(bootstrap, log + LOG, before)
    return EVENTS / (last - first)


def start(module: str, arguments: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a module of this folder as a process; what it says goes to a file of its name."""
    with (folder / f"{module}.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.{module}", *arguments],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


async def _ends(bootstrap: str, log: str) -> dict[TopicPartition, int]:
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    await reader.start()
    try:
        ends: dict[TopicPartition, int] = await reader.end_offsets(
            [TopicPartition(log, number) for number in range(PARTITIONS)]
        )
        return ends
    finally:
        await reader.stop()


async def _span(bootstrap: str, log: str, before: dict[TopicPartition, int]) -> tuple[float, float]:
    """Give when the first and the last decision were appended, by the broker's clock, in seconds."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    await reader.start()
    stamps: list[int] = []
    inputs: set[tuple[int, int]] = set()
    try:
        reader.assign(list(before))
        for partition, offset in before.items():
            reader.seek(partition, offset)
        while len(stamps) < EVENTS:
            for messages in (await reader.getmany(timeout_ms=500)).values():
                stamps += [message.timestamp for message in messages]
                causes = (orjson.loads(message.value)["data"]["input"] for message in messages)
                inputs |= {(cause["partition"], cause["offset"]) for cause in causes}
    finally:
        await reader.stop()
    if len(inputs) != EVENTS:
        raise RuntimeError(f"{len(inputs)} of {EVENTS} events were decided once")
    return min(stamps) / 1000, max(stamps) / 1000


def where_time_goes(shares: Path) -> dict[str, dict[str, int]]:
    """Read what the worker wrote of itself, in per cent of the looks at each of its threads."""
    counts: dict[str, dict[str, int]] = orjson.loads(shares.read_bytes())
    return {
        thread: {
            share: round(100 * count / max(1, sum(found.values())))
            for share, count in sorted(found.items(), key=lambda each: -each[1])
        }
        for thread, found in counts.items()
    }
