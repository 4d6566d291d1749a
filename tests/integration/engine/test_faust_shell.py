"""What Faust would do wrong by itself, and what stands against it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from faust.types import TP

from streams.kafka.faust_shell import (
    Fetching,
    ShellSettings,
    UnevenAssignmentError,
    acknowledge,
    assignment,
    faust_app,
    input_topic,
    messages_of,
    watch_coordination,
)
from streams.kafka.topic_check import create_topics
from streams.wire.topics import CLIENT_EVENTS, INPUTS, topic_specs
from tests.patience import PATIENCE_SECONDS

PARTITIONS = 4
Place = tuple[str, int, int]


@pytest.fixture
async def shell(bootstrap: str, prefix: str, tmp_path: Path) -> ShellSettings:
    """What a worker of a fresh group is told, on topics of its own."""
    await create_topics(bootstrap, topic_specs(35, prefix), PARTITIONS)
    return _settings(bootstrap, prefix, tmp_path)


def _thread_of(app: faust.App) -> Any:
    """Give the thread that asks Kafka; Faust keeps it to itself."""
    consumer: Any = app.consumer
    return consumer._thread


def _settings(bootstrap: str, prefix: str, folder: Path) -> ShellSettings:
    return ShellSettings(
        bootstrap=bootstrap, group=f"{prefix}group", session_timeout_seconds=6, folder=folder, prefix=prefix
    )


@asynccontextmanager
async def _running(shell: ShellSettings, take: Callable[[Place], object]) -> AsyncIterator[faust.App]:
    """Run an app whose agent hands each message's place to `take`, and waits for what it gives if that can be awaited."""
    app = faust_app(shell, lambda: None)

    async def agent(stream: faust.StreamT[bytes]) -> None:
        async for event in stream.events():
            message = event.message
            waits = take((message.topic, message.partition, message.offset))
            if asyncio.iscoroutine(waits):
                await waits

    app.agent(input_topic(app, shell), name="engine")(agent)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - Faust tells nobody
            await asyncio.sleep(0.05)


async def _load(shell: ShellSettings, each: int) -> set[Place]:
    """Write so many records into each partition of each input topic."""
    producer = AIOKafkaProducer(bootstrap_servers=shell.bootstrap)
    await producer.start()
    sent = [
        await producer.send(shell.prefix + topic, b"%d" % n, partition=partition)
        for n in range(each)
        for topic in INPUTS
        for partition in range(PARTITIONS)
    ]
    written = await asyncio.gather(*sent)
    await producer.stop()
    return {(record.topic, record.partition, record.offset) for record in written}


async def test_going_back_to_what_is_committed_reaches_partitions_that_have_nothing_committed(
    shell: ShellSettings,
) -> None:
    """A rebalance drops what was fetched; left where it stood, such a partition would go on behind what was dropped."""
    await _load(shell, each=2)  # few enough that all are taken while nobody decides
    met, let_go = asyncio.Event(), asyncio.Event()

    async def hang(_place: Place) -> None:
        met.set()
        await let_go.wait()

    async with _running(shell, hang) as app:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await met.wait()
                # Suspended as in a rebalance, so that nothing is fetched between going back and looking.
                thread, place = _thread_of(app), TP(shell.prefix + CLIENT_EVENTS, 0)
                while not await thread.position(place):  # noqa: ASYNC110 - Faust tells nobody
                    await asyncio.sleep(0.05)
                app.consumer.pause_partitions(app.consumer.assignment())

                committed = await thread.seek_to_committed()

                assert committed[place] == 0
                assert await thread.position(place) == 0
        finally:
            let_go.set()


async def test_topics_that_the_broker_did_not_know_yet_are_handed_out_soon(
    bootstrap: str, prefix: str, tmp_path: Path
) -> None:
    """So it is after each start of a broker; a group that was formed then would stand still for minutes."""
    shell = _settings(bootstrap, prefix, tmp_path)
    async with _running(shell, lambda _: None) as app:
        await _until(lambda: app.consumer_generation_id > 0)
        assert not app.consumer.assignment()

        await create_topics(bootstrap, topic_specs(35, prefix), PARTITIONS)

        await _until(lambda: len(app.consumer.assignment()) == len(INPUTS) * PARTITIONS)


async def test_no_input_of_a_fresh_group_is_lost_while_workers_come_and_go(shell: ShellSettings) -> None:
    """Three times another worker joins and leaves in the first seconds, when hardly anything is committed."""
    seen: set[Place] = set()

    async def slowly(place: Place) -> None:
        await asyncio.sleep(0.001)
        seen.add(place)

    async with _running(shell, slowly) as first:
        await _until(first.consumer.assignment)
        loading = asyncio.create_task(_load(shell, each=200))
        for _ in range(3):
            async with _running(shell, slowly) as second:
                await _until(second.consumer.assignment)
        written = await loading
        await _until(lambda: seen >= written)


async def test_what_is_paused_comes_later_and_in_its_order(shell: ShellSettings) -> None:
    """Nothing of it is dropped, whatever was fetched already; what is acknowledged is committed, and the next worker goes on there."""
    seen: list[Place] = []
    app = faust_app(shell, lambda: None)
    fetching = Fetching(app)

    async def agent(stream: faust.StreamT[bytes]) -> None:
        async for message in messages_of(app, stream):
            seen.append((message.topic, message.partition, message.offset))
            acknowledge(app, message)
            if message.offset % 40 == 7:
                fetching.pause(message.topic, message.partition)
                asyncio.get_running_loop().call_later(0.02, fetching.resume, message.topic, message.partition)

    app.agent(input_topic(app, shell), name="engine")(agent)
    written = await _load(shell, each=400)
    await app.start()
    try:
        await _until(lambda: len(seen) >= len(written))
    finally:
        await app.stop()

    assert set(seen) == written
    for topic in INPUTS:
        for partition in range(PARTITIONS):
            offsets = [at for name, number, at in seen if (name, number) == (shell.prefix + topic, partition)]
            assert offsets == list(range(400))
    committed = await _committed(shell)
    assert set(committed.values()) == {400}


async def _committed(shell: ShellSettings) -> dict[TopicPartition, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=shell.bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(shell.group)
    finally:
        await admin.close()
    return {partition: each.offset for partition, each in found.items()}


async def test_uneven_topics_are_no_assignment_to_work_on(
    bootstrap: str, prefix: str, tmp_path: Path
) -> None:
    """Where one topic has another number of partitions, a firm's inputs would go to two workers."""
    first, *others = topic_specs(35, prefix)
    await create_topics(bootstrap, others, PARTITIONS)
    await create_topics(bootstrap, [first], PARTITIONS // 2)
    shell = _settings(bootstrap, prefix, tmp_path)

    async with _running(shell, lambda _place: None) as app:
        await _until(app.consumer.assignment)

        with pytest.raises(UnevenAssignmentError, match=r"canopy.client-events'?: \[0, 1\]"):
            assignment(app, shell)


async def test_the_same_partitions_of_all_topics_are_named_once(shell: ShellSettings) -> None:
    """With the generation of the group that gave them."""
    async with _running(shell, lambda _place: None) as app:
        await _until(app.consumer.assignment)

        generation, ours = assignment(app, shell)

        assert generation >= 1
        assert ours == frozenset(range(PARTITIONS))


async def test_a_worker_that_is_cut_off_from_its_group_is_noticed(shell: ShellSettings) -> None:
    """The task that keeps it in the group ends, as it does where a broker answers before it is registered."""
    died: list[str] = []
    async with _running(shell, lambda _place: None) as app:
        await _until(app.consumer.assignment)
        watch_coordination(app, died.append)
        thread = _thread_of(app)

        async def cut() -> None:
            thread._consumer._coordinator._coordination_task.cancel()

        assert died == []
        await thread.call_thread(cut)
        await _until(lambda: died)

    assert died[0] == "the connection to the consumer group has died"


def test_faust_without_its_compiled_streams_is_refused() -> None:
    """The pure Python ones acknowledge what they skip after a rebalance."""
    script = (
        "from pathlib import Path; from streams.kafka.faust_shell import ShellSettings, faust_app; "
        "faust_app(ShellSettings(bootstrap='127.0.0.1:9', group='g', session_timeout_seconds=6, folder=Path()), print)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"NO_CYTHON": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "Faust's compiled stream iterator is missing" in ended.stderr
