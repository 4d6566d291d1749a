"""One whole system for all that is asked of a running worker: Kafka, stand-ins, gateway, one worker process."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import aiohttp
import orjson
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, LOG
from tests.chaos.processes import PARTITIONS
from tests.chaos.stack import Stack, running_stack
from tests.chaos.world import Firm
from tests.patience import PATIENCE_SECONDS

FIRM = "f-1"
HERE = partition_of(FIRM, PARTITIONS)
NEIGHBOUR = next(f"f-{n}" for n in range(2, 99) if partition_of(f"f-{n}", PARTITIONS) != HERE)
"""A firm that lives in another partition."""

Record: TypeAlias = ConsumerRecord[bytes, bytes]


@dataclass
class Running:
    """The system, with a producer of inputs, a reader and a client of the API."""

    stack: Stack
    producer: AIOKafkaProducer
    reader: AIOKafkaConsumer
    http: aiohttp.ClientSession

    async def write(
        self, value: bytes | None, *, topic: str = CLIENT_EVENTS, partition: int = HERE, key: str = FIRM
    ) -> Record:
        """Write an input as it stands."""
        return await self.producer.send_and_wait(topic, value, key=key.encode(), partition=partition)

    async def find(self, topic: str, wanted: Callable[[Record], bool]) -> Record:
        """Wait for a record, from the topic's beginning on."""
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        self.reader.assign(partitions)
        await self.reader.seek_to_beginning(*partitions)
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for record in self.reader:
                if wanted(record):
                    return record
        raise AssertionError  # the loop above has no end of its own

    async def decision_of(self, event_id: str) -> dict[str, Any]:
        """Wait until the log says what was decided about an event; gives the record's data."""

        def is_it(record: Record) -> bool:
            data = orjson.loads(record.value or b"{}")["data"]
            return data["input"] is not None and data["input"]["id"] == event_id

        data: dict[str, Any] = orjson.loads((await self.find(LOG, is_it)).value or b"")["data"]
        return data

    async def logged(self, event: str) -> list[str]:
        """Wait until the worker has logged an event; gives its lines. What is in the log topic may be logged later."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                said = (self.stack.folder / "worker-1.log").read_text().splitlines()
                if found := [line for line in said if event in line]:
                    return found
                await asyncio.sleep(0.1)

    async def letter_of(self, source: str) -> Record:
        """Wait until an input is parked."""
        return await self.find(DEAD_LETTERS, lambda record: headers_of(record)["source"] == source)

    async def listed_letter(self, source: str) -> dict[str, Any]:
        """Wait until the API's list shows it."""
        path = f"/api/v1/firms/{FIRM}/dead-letters"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with self.http.get(path, headers={"Authorization": "Bearer dev-operator"}) as answer:
                    assert answer.status == 200
                    for letter in (await answer.json())["dead_letters"]:
                        if letter["source"] == source:
                            return dict(letter)
                await asyncio.sleep(0.2)


def headers_of(record: Record) -> dict[str, str]:
    """Read a record's headers as text."""
    return {name: value.decode() for name, value in record.headers}


def client_event(firm: str = FIRM, **changed: Any) -> dict[str, Any]:
    """Make a client event that is right in every way, of a client of its own that is left out of the sync."""
    client = f"c-{uuid.uuid4().hex[:8]}"
    return {
        "specversion": "1.0",
        "id": f"evt-{client}",
        "source": "/canopy",
        "type": "canopy.client.created.v1",
        "subject": client,
        "time": "2026-11-23T10:00:00Z",
        "datacontenttype": "application/json",
        "firmid": firm,
        "actor": "user:dana",
        "data": {
            "client_id": client,
            "version": 1,
            "sync_client": False,
            "type": "individual",
            "display_name": f"Fiona {client}",
        },
    } | changed


def is_planned(firm: str, record: Record) -> bool:
    data = orjson.loads(record.value or b"{}")["data"]
    return bool(record.key == f"firm/{firm}".encode() and data["code"] == "links_planned")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A worker at work, and two firms that are connected."""
    folder = tmp_path_factory.mktemp("engine")
    connected = [Firm(name, f"91300000000{name[2:]:>05}", "canopy_wins") for name in (FIRM, NEIGHBOUR)]
    async with running_stack(folder, workers=1) as stack:
        await stack.open(connected)
        await stack.connect(connected)
        stack.fleet.start()
        producer = AIOKafkaProducer(
            bootstrap_servers=stack.bootstrap, max_request_size=2 * 1024 * 1024, enable_idempotence=True
        )
        reader = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap, group_id=None)
        await producer.start()
        await reader.start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{stack.http_port}") as http:
            running = Running(stack, producer, reader, http)
            for firm in connected:
                # An event that is read before the firm's `connect` leaves no record.
                await running.find(LOG, partial(is_planned, firm.id))
            yield running
        await producer.stop()
        await reader.stop()
