"""An engine on real Kafka without Faust around it: a test hands it the messages, in whatever order it likes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import client_of
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from domain.ports import DeadLetters
from streams.kafka.input_reader import message_of
from streams.kafka.ports import Cluster, kafka_ports
from streams.kafka.topic_check import create_topics
from streams.kafka.wall_clock import WallClock
from streams.wire.inputs import Message, ReadClient
from streams.wire.topics import CLIENT_EVENTS, topic_specs
from streams.worker.assembly import assemble
from streams.worker.engine import Engine
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside
from streams.worker.ports import Appends, Outcomes
from tests.engine_version import ENGINE
from tests.patience import PATIENCE_SECONDS

NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: no row in these tests asks for anything outside."""


@dataclass
class Desk:
    """An engine with one partition, and the way to its inputs."""

    engine: Engine
    table: LogTable
    writer: Appends
    dead_letters: DeadLetters
    producer: AIOKafkaProducer
    reader: AIOKafkaConsumer
    prefix: str

    async def write(self, event: Mapping[str, Any], topic: str = CLIENT_EVENTS) -> Message:
        """Write an input and read it back as Kafka holds it."""
        key = str(event["firmid"]).encode()
        sent = await self.producer.send_and_wait(self.prefix + topic, orjson.dumps(event), key=key)
        return await self.message(sent.offset, topic)

    async def message(self, offset: int, topic: str = CLIENT_EVENTS) -> Message:
        """Read one input."""
        partition = TopicPartition(self.prefix + topic, 0)
        self.reader.assign([partition])
        self.reader.seek(partition, offset)
        record = await self.reader.getone(partition)
        return message_of(record)

    async def take(self, message: Message) -> bool:
        """Hand an input to the engine, as Faust does; says whether it may be acknowledged."""
        return await self.take_all((message,))

    async def take_all(self, messages: Sequence[Message]) -> bool:
        """Hand inputs to the engine that came while it was busy."""
        return await self.engine.take(messages, generation=1)


@asynccontextmanager
async def desk(bootstrap: str, prefix: str, read_client: ReadClient = client_of) -> AsyncIterator[Desk]:
    """Put an engine together as a worker does, on topics of its own."""
    await create_topics(bootstrap, topic_specs(35, prefix), 1)
    await _groups_work(bootstrap, prefix)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        def outside(outcomes: Outcomes) -> Outside:
            clock = WallClock()
            return Outside(
                quickbooks=QuickBooksApi(session, NOBODY, OneToken("")),
                canopy=CanopyApi(session, NOBODY, ""),
                outcomes=outcomes,
                clock=clock,
                doors=Doors(clock),
            )

        cluster = Cluster(
            bootstrap=bootstrap,
            group=f"{prefix}group",
            folder=Path(stack.enter_context(TemporaryDirectory())),
            append_seconds=20,
            prefix=prefix,
        )
        ports = await stack.enter_async_context(kafka_ports(cluster, read_client, outside))
        made = assemble(
            ports,
            partitions=1,
            assignment=lambda: (1, frozenset({0})),
            feed=_ByHand(),
            lease_seconds=60,
            engine_version=ENGINE,
            fatal=_raise,
        )
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
        for each in (producer, consumer):
            stack.push_async_callback(each.stop)
            await each.start()
        # aiokafka's coordinator only overhears being stopped once its task has begun.
        await asyncio.sleep(0)
        stack.push_async_callback(made.lanes.leave, {0})
        yield Desk(made.engine, made.table, ports.appends, ports.dead_letters, producer, consumer, prefix)


async def _groups_work(bootstrap: str, prefix: str) -> None:
    """Wait until a new broker has its topic of groups; a worker has joined its group long before it settles."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with contextlib.suppress(GroupCoordinatorNotAvailableError):
                    await admin.find_coordinator(f"{prefix}group")
                    return
                await asyncio.sleep(0.1)
    finally:
        await admin.close()


class _ByHand:
    """Brings what a test hands over, and has nothing to pause."""

    def pause(self, topic: str, partition: int) -> None:
        raise AssertionError(f"{topic}/{partition}: nothing waits here")

    resume = pause


def _raise(wrong: BaseException) -> None:
    raise wrong
