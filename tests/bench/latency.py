"""How long an edit in Canopy takes from its topic to QuickBooks' door, and where it spends that time.

Many companies, each event in another one than those before it, so that the eighth of a second that the rate limiter keeps
between two requests to one company is not what is measured.
"""

import asyncio
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import quantiles

import orjson
from aiokafka import AIOKafkaProducer

from domain.decision import Decision, Verdict
from domain.ids import FirmId
from domain.inputs import Cause
from domain.rows import Row
from streams.kafka.log_writer import LogWriter
from streams.kafka.topic_check import create_topics
from streams.wire.inputs import partition_of
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS, INTENTS, LOG, topic_specs
from tests.bench.content import NOW, PARTITIONS, client, connected, event_of, realm_of
from tests.bench.deciding import start
from tests.bench.door import Door, open_door
from tests.bench.stages import STAGES
from tests.bench.synced import synced

FIRMS = tuple(FirmId(f"firm-{n}") for n in range(1, 201))
CLIENTS_A_FIRM = 10
WARM_UP = 100
WITHIN_SECONDS = 30
WAYS = (
    "topic → worker",
    "decide",
    "append acknowledged",
    "lane starts",
    "turn at the limiter",
    "lease and gate",
    "out",
)
"""Between the moments of an event: written to its topic, STAGES, at the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds at the 50th and the 99th of a hundred, of the whole way and of each part of it."""

    rate: float
    events: int
    whole: tuple[float, float]
    parts: dict[str, tuple[float, float]]


async def latency(bootstrap: str, prefix: str, folder: Path, rate: float, events: int) -> Latency:
    """Write so many events, `rate` a second at random moments, for a worker that has its firms' rows in its log."""
    await create_topics(bootstrap, topic_specs(35, prefix), PARTITIONS)
    for partition in range(PARTITIONS):
        await _write_rows(bootstrap, prefix, partition)
    notes = folder / f"{prefix}notes"
    async with open_door() as door:
        arguments = [bootstrap, prefix, str(folder), "--door", door.address, "--notes", str(notes)]
        process = start("worker_path", arguments, folder)
        try:
            sent = await _write_events(bootstrap, prefix, rate, events + WARM_UP, door, process)
        finally:
            process.terminate()
            process.wait(timeout=20)
    noted = {each["event"]: each for each in map(orjson.loads, notes.read_bytes().splitlines())}
    ways = []
    for n, written in sorted(sent.items())[WARM_UP:]:
        at = noted[f"evt-{n}"]
        ways.append([written, *(at[stage] for stage in STAGES), door.arrived[_place(n)]])
    parts = zip(*([b - a for a, b in pairwise(way)] for way in ways), strict=True)
    return Latency(
        rate=rate,
        events=len(ways),
        whole=_of_a_hundred(way[-1] - way[0] for way in ways),
        parts=dict(zip(WAYS, map(_of_a_hundred, parts), strict=True)),
    )


async def _write_rows(bootstrap: str, prefix: str, partition: int) -> None:
    writer = LogWriter(bootstrap, prefix + LOG, bound_seconds=20)
    await writer.start()
    at = 0
    for firm in FIRMS:
        if partition_of(firm, PARTITIONS) != partition:
            continue
        rows: list[Row] = [connected(firm)]
        for n in range(CLIENTS_A_FIRM):
            rows += synced(firm, n)
        cause = Cause(topic=INTENTS, partition=partition, offset=at, id="told", at=NOW)
        decision = Decision(verdict=Verdict.APPLIED, code="listed", rows=tuple(rows))
        records = records_of(decision, cause, at, {})
        await writer.append(partition, [(each.row.key.encode(), encode(each, partition)) for each in records])
        at += len(records)
    await writer.stop()


async def _write_events(
    bootstrap: str, prefix: str, rate: float, count: int, door: Door, process: subprocess.Popen[bytes]
) -> dict[int, float]:
    """Write one event after the other, the first ones at their own pace, and wait until all have come to the door."""
    dice = Random(1)  # noqa: S311  (repeatable, not secret)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=0)
    await producer.start()
    sent: dict[int, float] = {}
    due = time.monotonic()
    try:
        for n in range(count):
            firm, number = FIRMS[n % len(FIRMS)], n // len(FIRMS) % CLIENTS_A_FIRM
            value = event_of(firm, n, client(number, 2))
            if n in (1, WARM_UP):  # the worker is there; what it does for the first time is done
                await _come(door, range(n), process)
                due = time.monotonic()
            due += dice.expovariate(max(rate, 10) if n < WARM_UP else rate)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            sent[n] = time.time()
            await producer.send(
                prefix + CLIENT_EVENTS, value, key=firm.encode(), partition=partition_of(firm, PARTITIONS)
            )
        await _come(door, range(count), process)
    finally:
        await producer.stop()
    return sent


async def _come(door: Door, numbers: Iterable[int], process: subprocess.Popen[bytes]) -> None:
    wanted = {_place(n) for n in numbers}
    deadline = time.monotonic() + WITHIN_SECONDS
    while missing := wanted - set(door.arrived):
        if time.monotonic() > deadline or process.poll() is not None:
            raise RuntimeError(f"{len(missing)} of {len(wanted)} updates did not come to the door")
        await asyncio.sleep(0.05)


def _place(n: int) -> tuple[str, str]:
    return realm_of(FIRMS[n % len(FIRMS)]), str(n // len(FIRMS) % CLIENTS_A_FIRM + 1)


def _of_a_hundred(seconds: Iterable[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
