"""What the worker's path is measured against: aiokafka alone, the same fold, the same decisions, nothing waited for.

It keeps none of the promises: a batch is sent without waiting for each record, so it may be half in the log when
the process dies, and no record claims a place that anybody checks. Run as `python -m tests.bench.bare_loop
BOOTSTRAP PREFIX LOG_PREFIX EVENTS`; it ends when so many events are decided and durable.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from adapters.canopy.mapping import client_of
from domain.decide import decide
from domain.ids import EffectId
from streams.kafka.log_reader import FOLDING_WAITS_MS, LogReader
from streams.kafka.log_writer import LogWriter
from streams.kafka.wall_clock import WallClock
from streams.wire.inputs import Message, read_input
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS, LOG
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.log_table import LogTable
from tests.bench.content import PARTITIONS
from tests.engine_version import ENGINE

MICRO_BATCH_BYTES = 512 * 1024
STARTED: frozenset[EffectId] = frozenset()


async def run(bootstrap: str, prefix: str, log: str, count: int) -> None:
    """Decide `count` events, in micro-batches."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=MICRO_BATCH_BYTES
    )
    consumer = AIOKafkaConsumer(
        prefix + CLIENT_EVENTS,
        bootstrap_servers=bootstrap,
        group_id=f"{log}bare",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    writer = LogWriter(bootstrap, log + LOG, bound_seconds=20)
    with tempfile.TemporaryDirectory() as folder:
        async with LogReader(bootstrap, log + LOG, FOLDING_WAITS_MS) as reader:
            checkpoints = CheckpointFiles(Path(folder), bootstrap)
            table = LogTable(reader, writer, checkpoints, lambda *_: None, WallClock(), ENGINE)
            for number in range(PARTITIONS):
                await table.catch_up(number)
    await writer.stop()
    await producer.start()
    await consumer.start()
    done = 0
    while done < count:
        for partition, messages in (await consumer.getmany(timeout_ms=500, max_records=500)).items():
            owned = table.partition(partition.partition)
            batch = producer.create_batch()
            for message in messages:
                given, cause = read_input(
                    Message(
                        topic=message.topic,
                        partition=message.partition,
                        offset=message.offset,
                        key=message.key,
                        value=message.value,
                        at=datetime.fromtimestamp(message.timestamp / 1000, UTC),
                    ),
                    PARTITIONS,
                    client_of,
                )
                decision = decide(owned.table, given, cause, STARTED)
                if decision is None:
                    raise RuntimeError("an event of a firm that is not connected")
                owned.positions[cause.topic] = cause.offset
                for record in records_of(decision, cause, owned.end, owned.positions):
                    line = {"key": record.row.key.encode(), "value": encode(record, owned.number)}
                    if batch.append(**line, timestamp=None) is None:
                        await producer.send_batch(batch, log + LOG, partition=owned.number)
                        batch = producer.create_batch()
                        batch.append(**line, timestamp=None)
                    owned.end += 1
                for row in decision.rows:
                    owned.table.put(row)
            await producer.send_batch(batch, log + LOG, partition=owned.number)
            done += len(messages)
        await producer.flush()
        await consumer.commit()
    await producer.stop()
    await consumer.stop()


if __name__ == "__main__":
    _bootstrap, _prefix, _log, _count = sys.argv[1:]
    asyncio.run(run(_bootstrap, _prefix, _log, int(_count)))
