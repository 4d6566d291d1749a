"""A backlog holds up nobody who asks for something."""

import asyncio
from datetime import UTC, datetime

import orjson
import pytest
from aiokafka import TopicPartition

from domain.ids import FirmId, IntentId
from domain.inputs import Resume
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.intent_writer import IntentWriter
from streams.wire.topics import CLIENT_EVENTS, LOG
from tests.integration.engine.conftest import FIRM, HERE, Running, client_event
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACKLOG = 5_000
BEGUN = 500
"""By then all buffers are as full as they get."""
OVERTAKEN_BY_AT_MOST = 600
"""So many events are on their way already, and were fetched before."""


async def test_what_a_person_asks_for_overtakes_the_backlog(running: Running) -> None:
    """Thousands of events of the same firm wait: what a person asks for meanwhile is decided before most of them."""
    await asyncio.gather(
        *[
            await running.producer.send(
                CLIENT_EVENTS, orjson.dumps(client_event()), key=FIRM.encode(), partition=HERE
            )
            for _ in range(BACKLOG)
        ]
    )
    await until_decided(running, BEGUN)
    wanted = Resume(
        firm_id=FirmId(FIRM), intent_id=IntentId("asked-meanwhile"), reason="to see how long it takes"
    )
    producer = AcknowledgedProducer(running.stack.bootstrap, 10)
    await IntentWriter(producer).submit(wanted, "user:dana", datetime.now(UTC))
    await producer.stop()
    asked_at = await decided_by_now(running)

    decided = await running.decision_of(wanted.intent_id)

    assert decided["at"] - asked_at <= OVERTAKEN_BY_AT_MOST
    assert asked_at < BACKLOG / 2, "too few events were left to be overtaken"


async def decided_by_now(running: Running) -> int:
    """Count what is decided in this partition."""
    log = TopicPartition(LOG, HERE)
    return int((await running.reader.end_offsets([log]))[log])


async def until_decided(running: Running, count: int) -> None:
    """Wait until so much is decided."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await decided_by_now(running) < count:  # noqa: ASYNC110 - a question, repeated
            await asyncio.sleep(0.02)
