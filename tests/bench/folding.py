"""How fast a worker folds a partition of the log when it starts, and what one decision costs by itself."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiokafka import AIOKafkaProducer

from adapters.canopy.mapping import client_of
from domain.decide import decide
from domain.ids import EffectId
from domain.inputs import Cause, ClientObserved
from domain.table import Table
from streams.kafka.log_reader import FOLDING_WAITS_MS, LogReader
from streams.kafka.log_writer import LogWriter
from streams.kafka.topic_check import create_topics
from streams.kafka.wall_clock import WallClock
from streams.wire.topics import CLIENT_EVENTS, LOG, topic_specs
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.log_table import LogTable
from tests.bench.content import FIRMS, NOW, client, connected, synced_record
from tests.engine_version import ENGINE

RECORDS = 100_000
CLIENTS = 20_000
BATCH = 400


async def write_log(bootstrap: str, prefix: str) -> float:
    """Write a partition of `RECORDS` records; gives their mean size in bytes."""
    await create_topics(bootstrap, [spec for spec in topic_specs(35, prefix) if spec.name == prefix + LOG], 1)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, max_batch_size=2_000_000, max_request_size=2_000_000
    )
    await producer.start()
    weight = 0
    for first in range(0, RECORDS, BATCH):
        batch = producer.create_batch()
        for at in range(first, first + BATCH):
            value = synced_record(at % CLIENTS, at // CLIENTS + 1, at)
            weight += len(value)
            key = f"link/{FIRMS[at % CLIENTS % len(FIRMS)]}/c-{at % CLIENTS}"
            if batch.append(key=key.encode(), value=value, timestamp=None) is None:
                raise RuntimeError(f"{BATCH} records do not fit into one batch")
        await (await producer.send_batch(batch, prefix + LOG, partition=0))
    await producer.stop()
    return weight / RECORDS


class Start(NamedTuple):
    """What it takes until a partition is folded: seconds, and seconds of processor time.

    What others run meanwhile counts in the first only.
    """

    seconds: float
    busy: float


async def starts(bootstrap: str, prefix: str) -> tuple[Start, Start]:
    """Fold the whole partition as a worker does that has just been assigned it; and again, from its checkpoint."""
    with TemporaryDirectory() as folder:
        checkpoints = CheckpointFiles(Path(folder), bootstrap)
        return await _start(bootstrap, prefix, checkpoints), await _start(bootstrap, prefix, checkpoints)


async def _start(bootstrap: str, prefix: str, checkpoints: CheckpointFiles) -> Start:
    writer = LogWriter(bootstrap, prefix + LOG, bound_seconds=20)
    async with LogReader(bootstrap, prefix + LOG, FOLDING_WAITS_MS) as reader:
        table = LogTable(reader, writer, checkpoints, lambda *_: None, WallClock(), ENGINE)
        began, busy = time.perf_counter(), time.process_time()
        async with table.partition(0).lock:
            await table.catch_up(0)
        took = Start(time.perf_counter() - began, time.process_time() - busy)
        if len(table.partition(0).table) != CLIENTS or table.partition(0).end != RECORDS:
            raise RuntimeError("not everything was folded")
    await writer.stop()
    await checkpoints.close()
    return took


def microseconds_a_decide() -> float:
    """Decide an edit of a client that is left out of the sync; the median of ten times a thousand."""
    table = Table()
    firm = connected(FIRMS[0])
    table.put(firm)
    cause = Cause(topic=CLIENT_EVENTS, partition=0, offset=0, id="evt-0", at=NOW, actor="user:dana")
    seen = [client_of(client(n, 1), NOW) for n in range(1000)]
    inputs = [
        ClientObserved(firm_id=firm.firm_id, client=each, happened="created", sync_client=False)
        for each in seen
    ]
    started: frozenset[EffectId] = frozenset()
    took = []
    for _ in range(10):
        began = time.perf_counter()
        for each in inputs:
            decide(table, each, cause, started)
        took.append((time.perf_counter() - began) / len(inputs) * 1e6)
    return median(took)
