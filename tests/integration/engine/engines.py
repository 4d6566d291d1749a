"""An engine on real Kafka without Faust around it: a test hands it the messages, in whatever order it likes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
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
from domain.ids import RealmId
from streams.acknowledged_producer import AcknowledgedProducer
from streams.answers_ahead import AnswersAhead
from streams.checkpoints import Checkpoints
from streams.continuity import Continuity
from streams.dead_letters import DeadLetterWriter
from streams.engine import Engine
from streams.ground import Outside
from streams.input_reader import message_of
from streams.inputs import Message, ReadClient
from streams.lanes import Lanes
from streams.log_reader import FOLDING_WAITS_MS, LogReader
from streams.log_table import LogTable
from streams.log_writer import LogWriter
from streams.outcome_writer import OutcomeWriter
from streams.topic_check import create_topics
from streams.topics import CLIENT_EVENTS, INPUTS, LOG, OUTCOMES, topic_specs

NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: no row in these tests asks for anything outside."""


@dataclass
class Desk:
    """An engine with one partition, and the way to its inputs."""

    engine: Engine
    table: LogTable
    writer: LogWriter
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
        return await self.engine.take(message, generation=1)


async def _no_token(_realm: RealmId) -> str:
    return ""


@asynccontextmanager
async def desk(bootstrap: str, prefix: str, read_client: ReadClient = client_of) -> AsyncIterator[Desk]:
    """Put an engine together as a worker does, on topics of its own."""
    await create_topics(bootstrap, topic_specs(35, prefix), 1)
    await _groups_work(bootstrap, prefix)
    async with AsyncExitStack() as stack:
        reader = await stack.enter_async_context(LogReader(bootstrap, prefix + LOG, FOLDING_WAITS_MS))
        writer = LogWriter(bootstrap, prefix + LOG, bound_seconds=20)
        stack.push_async_callback(writer.stop)
        await writer.start()
        acknowledged = AcknowledgedProducer(bootstrap, within_seconds=10)
        stack.push_async_callback(acknowledged.stop)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        outside = Outside(
            quickbooks=QuickBooksApi(session, NOBODY, _no_token),
            canopy=CanopyApi(session, NOBODY, ""),
            outcomes=OutcomeWriter(acknowledged, prefix),
        )
        lanes = Lanes(outside, proof_seconds=60, fatal=_raise)
        checkpoints = Checkpoints(Path(stack.enter_context(TemporaryDirectory())), prefix)
        stack.push_async_callback(checkpoints.close)
        table = LogTable(reader, writer, checkpoints, lanes.folded)
        engine = Engine(
            table,
            lanes,
            DeadLetterWriter(acknowledged, prefix),
            Continuity(bootstrap, f"{prefix}group", [prefix + name for name in INPUTS]),
            AnswersAhead(bootstrap, prefix + OUTCOMES),
            read_client,
            1,
            lambda: (1, frozenset({0})),
        )
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
        for each in (producer, consumer):
            stack.push_async_callback(each.stop)
            await each.start()
        # aiokafka's coordinator only overhears being stopped once its task has begun.
        await asyncio.sleep(0)
        stack.push_async_callback(lanes.leave, {0})
        yield Desk(engine, table, writer, producer, consumer, prefix)


async def _groups_work(bootstrap: str, prefix: str) -> None:
    """Wait until a new broker has its topic of groups; a worker has joined its group long before it settles."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(GroupCoordinatorNotAvailableError):
                    await admin.find_coordinator(f"{prefix}group")
                    return
                await asyncio.sleep(0.1)
    finally:
        await admin.close()


def _raise(wrong: BaseException) -> None:
    raise wrong
