"""What one firm's backlog costs others: 60,000 of its inputs wait in one partition, and others ask for little."""

import asyncio
import contextlib
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from aiokafka import AIOKafkaProducer

from domain.ids import FirmId, IntentId
from domain.inputs import Resume
from streams.kafka.intent_writer import intent_event
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, INTENTS
from tests.bench.content import CROWDED, FIRMS, PARTITIONS, client, event_of, load
from tests.bench.deciding import start
from tests.bench.flow import Flow, followed

BACKLOG = 60_000
BEGUN = 2_000
PROBES = 350
EVERY_SECONDS = 0.03
CLICK_EVERY = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Seconds: probes of the other partitions at the 50th and 99th of a hundred, and the longest wait of a person in the same firm.

    `rate`: inputs of the backlog decided a second meanwhile.
    """

    half: float
    most: float
    click: float
    rate: float


async def fairness(bootstrap: str, prefix: str, folder: Path) -> Fairness:
    """Let a worker meet the backlog, and probe while it works on it."""
    others = [firm for firm in FIRMS if partition_of(firm, PARTITIONS) != 0]
    await load(bootstrap, prefix, (), 0, 1, (*CROWDED, *others))
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
    await producer.start()
    for n in range(BACKLOG):
        value = event_of(CROWDED[0], n, client(n % 5_000, n // 5_000 + 1))
        await producer.send(prefix + CLIENT_EVENTS, value, key=CROWDED[0].encode(), partition=0)
    await producer.flush()
    worker = start("worker_path", [bootstrap, prefix, str(folder)], folder)
    try:
        async with followed(bootstrap, prefix) as flow:
            await flow.until_decided([f"evt-{BEGUN}"])
            return await _probed(producer, prefix, others, flow)
    finally:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=15)
        if worker.poll() is None:
            worker.kill()
        await producer.stop()


async def _probed(producer: AIOKafkaProducer, prefix: str, others: list[FirmId], flow: Flow) -> Fairness:
    began, before = time.time(), len(flow.decided)
    for n in range(PROBES):
        await asyncio.sleep(EVERY_SECONDS)
        firm, number = others[n % len(others)], BACKLOG + n
        flow.sent[f"evt-{number}"] = time.time()
        await producer.send(
            prefix + CLIENT_EVENTS,
            event_of(firm, number, client(number, 1)),
            key=firm.encode(),
            partition=partition_of(firm, PARTITIONS),
        )
        if n % CLICK_EVERY == 0:
            await _click(producer, prefix, flow, n)
    rate = (len(flow.decided) - before) / (time.time() - began)
    if len(flow.decided) >= BACKLOG:
        raise RuntimeError("the backlog was decided before all had been asked for")
    await flow.until_decided(flow.sent)
    clicks = [each for each in flow.sent if each.startswith("click-")]
    probes = sorted(flow.decided[each] - at for each, at in flow.sent.items() if each not in clicks)
    return Fairness(
        half=quantiles(probes, n=100)[49],
        most=quantiles(probes, n=100)[98],
        click=max(flow.decided[each] - flow.sent[each] for each in clicks),
        rate=rate,
    )


async def _click(producer: AIOKafkaProducer, prefix: str, flow: Flow, n: int) -> None:
    """Ask for something in the firm of the backlog, as a person does."""
    asked = Resume(firm_id=CROWDED[0], intent_id=IntentId(f"click-{n}"), reason="to see how long it takes")
    flow.sent[asked.intent_id] = time.time()
    value = intent_event(asked, "user:dana", datetime.now(UTC))
    await producer.send(prefix + INTENTS, value, key=CROWDED[0].encode(), partition=0)
