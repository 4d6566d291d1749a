"""A worker whose inputs stand still ends itself; one that moves, or has nothing to do, lives on."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.kafka.topic_check import create_topics
from streams.wire.topics import CLIENT_EVENTS, topic_specs
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]
STILL_SECONDS = 3.0
STEP_SECONDS = STILL_SECONDS / 4
"""So that a step is within the time allowed on a busy machine, too."""
HANGS = """
import sys, time
from streams.kafka.watchdog import watch_progress
bootstrap, group, topic, still, folds = sys.argv[1:]
folded = (lambda: time.monotonic_ns()) if folds == "folds" else (lambda: 0)
watch_progress(bootstrap, group, [topic], lambda: frozenset({0}), folded, float(still))
print("hangs", flush=True)
while True:  # the main thread, with its event loop, never comes back
    time.sleep(3600)
"""


async def _committed(bootstrap: str, group: str, partition: TopicPartition, offset: int) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([partition])
    await consumer.commit({partition: offset})
    await consumer.stop()


async def _written(bootstrap: str, topic: str, count: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for _ in range(count):
        await producer.send_and_wait(topic, b"{}", partition=0)
    await producer.stop()


@pytest.fixture
async def topic(bootstrap: str, prefix: str) -> str:
    """An input topic with one partition."""
    await create_topics(bootstrap, topic_specs(35, prefix)[:1], 1)
    return prefix + CLIENT_EVENTS


def _hanging(bootstrap: str, group: str, topic: str, folds: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HANGS, bootstrap, group, topic, str(STILL_SECONDS), folds]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_a_worker_that_hangs_with_inputs_waiting_is_ended(
    bootstrap: str, prefix: str, topic: str
) -> None:
    """By SIGKILL from a thread, since nothing else of it can be relied on; it says where it stood."""
    await _written(bootstrap, topic, 3)
    await _committed(bootstrap, f"{prefix}group", TopicPartition(topic, 0), 1)

    process = _hanging(bootstrap, f"{prefix}group", topic)
    _, said = await asyncio.to_thread(process.communicate, timeout=PATIENCE_SECONDS)

    assert process.returncode == -signal.SIGKILL
    assert f"{topic}/0 has stood at offset 1 of 3 for over" in said


async def test_a_worker_that_moves_or_has_nothing_to_do_lives(
    bootstrap: str, prefix: str, topic: str
) -> None:
    """It moves on slowly, each step within the time allowed, then waits for more than that with nothing there."""
    partition, group = TopicPartition(topic, 0), f"{prefix}group"
    await _written(bootstrap, topic, 7)
    await _committed(bootstrap, group, partition, 1)
    process = _hanging(bootstrap, group, topic)
    try:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "hangs\n"
        for offset in range(2, 8):
            await asyncio.sleep(STEP_SECONDS)
            await _committed(bootstrap, group, partition, offset)

        with pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, timeout=2 * STILL_SECONDS)
    finally:
        process.kill()
        process.communicate()


async def test_a_worker_that_still_folds_the_log_lives(bootstrap: str, prefix: str, topic: str) -> None:
    """Inputs wait and nothing is committed, but it is getting on; however long the log, no other would be quicker."""
    await _written(bootstrap, topic, 3)
    await _committed(bootstrap, f"{prefix}group", TopicPartition(topic, 0), 1)

    process = _hanging(bootstrap, f"{prefix}group", topic, "folds")
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, timeout=3 * STILL_SECONDS)
    finally:
        process.kill()
        process.communicate()
