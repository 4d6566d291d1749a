"""A partition whose log can't be read stands still and says so; all others go on, and nothing of it is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.wire.inputs import partition_of
from streams.wire.records import SCHEMA
from streams.wire.topics import CLIENT_EVENTS, LOG
from tests.chaos.processes import GROUP, PARTITIONS
from tests.chaos.stack import running_stack
from tests.chaos.world import Firm
from tests.integration.engine.conftest import (
    FIRM,
    NEIGHBOUR,
    Running,
    client_event,
    is_planned,
)
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

STOPPED = partition_of(NEIGHBOUR, PARTITIONS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broken(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Running, int]]:
    """Two workers, two firms, and at its place in the neighbour's partition a record of the next version's schema."""
    folder = tmp_path_factory.mktemp("stopped")
    connected = [Firm(name, f"91300000000{name[2:]:>05}", "canopy_wins") for name in (FIRM, NEIGHBOUR)]
    async with running_stack(folder, workers=2) as stack:
        await stack.open(connected)
        await stack.connect(connected)
        stack.fleet.start()
        producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap)
        reader = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap, group_id=None)
        await producer.start()
        await reader.start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{stack.http_port}") as http:
            running = Running(stack, producer, reader, http)
            for firm in connected:
                await running.find(LOG, partial(is_planned, firm.id))
            yield running, await _break(running)
        await producer.stop()
        await reader.stop()


async def _break(running: Running) -> int:
    """Append the neighbour's own row as the next version would; gives its offset."""
    place = TopicPartition(LOG, STOPPED)
    while True:
        record = await running.find(
            LOG, lambda found: found.key == f"firm/{NEIGHBOUR}".encode() and found.partition == STOPPED
        )
        event = orjson.loads(record.value or b"")
        end = (await running.reader.end_offsets([place]))[place]
        event["data"] |= {"at": end, "schema": SCHEMA + 1}
        last = await _last_of(running, record.key or b"")
        event["data"] |= {"row": last["row"], "positions": last["positions"], "version": last["version"]}
        sent = await running.write(orjson.dumps(event), topic=LOG, partition=STOPPED, key=f"firm/{NEIGHBOUR}")
        if sent.offset == end:
            return int(end)


async def _last_of(running: Running, key: bytes) -> dict[str, Any]:
    place = TopicPartition(LOG, STOPPED)
    running.reader.assign([place])
    await running.reader.seek_to_beginning(place)
    end = (await running.reader.end_offsets([place]))[place]
    last: dict[str, Any] = {}
    while await running.reader.position(place) < end:
        for record in (await running.reader.getmany(place, timeout_ms=500)).get(place, ()):
            data = orjson.loads(record.value or b"")["data"]
            last = data if record.key == key else last | {"positions": data["positions"]}
    return last


async def _until(holds: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.2)


async def _write(running: Running, firm: str) -> tuple[str, int]:
    event = client_event(firm)
    where = partition_of(firm, PARTITIONS)
    return event["id"], (await running.write(orjson.dumps(event), partition=where, key=firm)).offset


async def _committed(running: Running) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=running.stack.bootstrap)
    await admin.start()
    place = TopicPartition(CLIENT_EVENTS, STOPPED)
    try:
        return int((await admin.list_consumer_group_offsets(GROUP, partitions=[place]))[place].offset)
    finally:
        await admin.close()


async def _ask(running: Running, path: str) -> tuple[int, Any]:
    async with running.http.get(path, headers={"Authorization": "Bearer dev-operator"}) as answer:
        return answer.status, await answer.json()


def _logs(running: Running) -> str:
    return "".join(worker.log.read_text(errors="replace") for worker in running.stack.fleet.workers)


async def test_the_other_partitions_are_decided_and_the_workers_live(broken: tuple[Running, int]) -> None:
    """A line of the log names partition, offset, reason and what to do."""
    running, offset = broken

    async def is_told() -> bool:
        return f"partition={STOPPED} offset={offset} reason=newer_schema" in _logs(running)

    await _until(is_told)
    for _ in range(3):
        await _write(running, NEIGHBOUR)
        decided, _ = await _write(running, FIRM)
        await running.decision_of(decided)

    assert running.stack.fleet.exits == []
    assert "Start the newer version again" in _logs(running)


async def test_the_gateway_stays_up_and_names_it(broken: tuple[Running, int]) -> None:
    """Its firms are told; those of other partitions notice nothing."""
    running, offset = broken

    async def is_named() -> bool:
        status, said = await _ask(running, "/readyz")
        stops = said["stopped_partitions"]
        return status == 200 and [(s["partition"], s["offset"], s["reason"]) for s in stops] == [
            (STOPPED, offset, "newer_schema")
        ]

    await _until(is_named)

    status, said = await _ask(running, f"/api/v1/firms/{NEIGHBOUR}/clients")
    assert (status, said["code"]) == (503, "partition_stopped")

    async def is_listed() -> bool:
        status, said = await _ask(running, f"/api/v1/firms/{FIRM}/clients")
        return status == 200 and len(said["clients"]) >= 3

    await _until(is_listed)
    async with running.http.get("/metrics") as answer:
        shown = await answer.text()
    assert f'client_sync_partitions_stopped{{partition="{STOPPED}",reason="newer_schema"}} 1.0' in shown


async def test_a_rebalance_goes_through_it(broken: tuple[Running, int]) -> None:
    """Whoever gets it stands still there too, and ends when it is asked to: nobody waits for what is not acknowledged."""
    running, _ = broken
    fleet = running.stack.fleet
    first, offset = await _write(running, NEIGHBOUR)

    for worker in fleet.workers:
        assert await fleet.terminate(worker, within=PATIENCE_SECONDS), f"{worker.name} had to be killed"
        decided, _ = await _write(running, FIRM)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await running.decision_of(decided)

    assert await _committed(running) <= offset, first
    assert fleet.exits == []


async def test_what_waited_is_decided_once_it_can_be_read(broken: tuple[Running, int]) -> None:
    """The version that wrote it comes back, and no input of the partition is missing."""
    running, _ = broken
    place = TopicPartition(CLIENT_EVENTS, STOPPED)
    waiting, _ = await _write(running, NEIGHBOUR)
    newer = ("tests.integration.engine.worker_of_next_schema", "worker")
    for worker in running.stack.fleet.workers:
        worker._command = newer
        await running.stack.fleet.terminate(worker, within=PATIENCE_SECONDS)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await running.decision_of(waiting)

    end = (await running.reader.end_offsets([place]))[place]
    decided = {
        data["input"]["offset"]
        for data in await _all_data(running)
        if data["input"] and data["input"]["topic"] == CLIENT_EVENTS
    }
    assert decided >= set(range(end))


async def _all_data(running: Running) -> list[dict[str, Any]]:
    place = TopicPartition(LOG, STOPPED)
    running.reader.assign([place])
    await running.reader.seek_to_beginning(place)
    end, found = (await running.reader.end_offsets([place]))[place], []
    while await running.reader.position(place) < end:
        polled = (await running.reader.getmany(place, timeout_ms=500)).get(place, ())
        found += [orjson.loads(record.value or b"")["data"] for record in polled]
    return found
