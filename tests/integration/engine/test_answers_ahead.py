"""Outcomes that nobody has decided yet are seen by whoever takes the partition over."""

from datetime import UTC, datetime

import orjson
from aiokafka import AIOKafkaProducer

from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.obstacles import Obstacle
from domain.outcomes import Deferred, NotDone, Result
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.answers_ahead import AnswersAhead
from streams.kafka.outcome_writer import OutcomeWriter
from streams.kafka.topic_check import create_topics
from streams.wire.topics import OUTCOMES, topic_specs
from streams.wire.traces import place_of_effect

FIRM, KEY, REALM = FirmId("f-1"), RowKey("link/f-1/c-1"), RealmId("91")
DELAYED: Result = Deferred(until=datetime(2026, 11, 27, tzinfo=UTC), why=Obstacle.THROTTLED)


async def test_all_that_lie_from_an_offset_on_are_named(bootstrap: str, prefix: str) -> None:
    """A delay is no answer, and what is no outcome of ours names nobody; an end without any is found at once."""
    await create_topics(bootstrap, topic_specs(35, prefix), 1)
    producer = AcknowledgedProducer(bootstrap, within_seconds=10)
    writer = OutcomeWriter(producer, prefix)
    for name, result in (("e-0", NotDone()), ("e-1", NotDone()), ("e-2", DELAYED), ("e-3", NotDone())):
        effect = EffectId(name)
        await writer.report(FIRM, KEY, effect, result, REALM, place_of_effect(effect, None))
    await producer.stop()
    stranger = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await stranger.start()
    for value in (b"no JSON", orjson.dumps([1]), orjson.dumps({"data": {"result": None}}), None):
        await stranger.send_and_wait(prefix + OUTCOMES, value, key=b"f-1")
    await stranger.stop()
    ahead = AnswersAhead(bootstrap, prefix + OUTCOMES)

    assert await ahead.read({0: 0}) == {0: {"e-0", "e-1", "e-3"}}
    assert await ahead.read({0: 1}) == {0: {"e-1", "e-3"}}
    assert await ahead.read({0: 8}) == {0: set()}
    assert await ahead.read({}) == {}
