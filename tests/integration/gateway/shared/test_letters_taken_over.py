"""Whoever settles a letter may die at any moment: who takes over sends what is missing, and nothing twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaProducer

from adapters.letters.desk import LetterDesk
from adapters.letters.look import Operator
from adapters.letters.plan import LetterRefusedError
from adapters.store.database import Database
from adapters.store.letter_fates import CLAIM_HOLDS
from deploy.letters import letter_desk
from domain.letters import place_named
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.wire.topics import CLIENT_EVENTS
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.letters import parked, shown
from tests.story.events import client_event


@asynccontextmanager
async def another_desk(gateway: Running, ahead: timedelta = timedelta(0)) -> AsyncIterator[LetterDesk]:
    """A desk of another process, whose clock is ahead."""
    database = Database(gateway.settings.database)
    producer = AcknowledgedProducer(gateway.settings.bootstrap, 10)
    desk = letter_desk(database, gateway.settings.bootstrap, producer, PARTITIONS, gateway.prefix)
    desk._now = lambda: datetime.now(UTC) + ahead
    try:
        yield desk
    finally:
        await producer.stop()
        await database.close()


async def test_who_dies_after_sending_is_believed_by_who_takes_over(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent names its letter, so it is found, and not sent a second time."""
    value = client_event(firm.id, "created", "c-1", 1, "Fiona Gallagher")
    letter = await parked(gateway, value, "handling_failed", key=firm.id.encode())
    place = place_named(letter)
    assert place is not None
    lee = Operator(actor="user:lee", firms=None)
    async with another_desk(gateway) as dying:
        monkeypatch.setattr(dying._fates, "settle", _dies)
        with pytest.raises(_KilledError):
            await dying.redrive(place, lee, "mended")
    async with another_desk(gateway) as at_once:
        with pytest.raises(LetterRefusedError, match="letter_under_way"):
            await at_once.redrive(place, replace(lee, actor="user:max"), "mended")

    async with another_desk(gateway, CLAIM_HOLDS + timedelta(seconds=1)) as later:
        with pytest.raises(LetterRefusedError, match="letter_settled") as refused:
            await later.redrive(place, replace(lee, actor="user:max"), "mended")

    assert refused.value.facts["actor"] == "user:lee"
    assert await count_of(gateway, firm) == 1
    fate = (await shown(gateway, letter))["letter"]["fate"]
    assert (fate["actor"], fate["sent_count"]) == ("user:lee", 1)


async def test_who_dies_before_sending_is_followed_by_who_takes_over(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is there, so it is sent, and recorded as theirs."""
    value = client_event(firm.id, "created", "c-1", 1, "Fiona Gallagher")
    letter = await parked(gateway, value, "handling_failed", key=firm.id.encode())
    place = place_named(letter)
    assert place is not None
    lee = Operator(actor="user:lee", firms=None)
    async with another_desk(gateway) as dying:
        monkeypatch.setattr(dying._topic, "send", _dies)
        with pytest.raises(_KilledError):
            await dying.redrive(place, lee, "mended")

    async with another_desk(gateway, CLAIM_HOLDS + timedelta(seconds=1)) as later:
        fate = await later.redrive(place, replace(lee, actor="user:max"), "taken over")

    assert (fate.actor, fate.reason, fate.sent_count) == ("user:max", "taken over", 1)
    assert await count_of(gateway, firm) == 1


class _KilledError(Exception):
    pass


async def _dies(*_: object) -> None:
    raise _KilledError


async def count_of(gateway: Running, firm: Firm) -> int:
    """Count the client events of a firm."""
    async with AIOKafkaProducer(bootstrap_servers=gateway.settings.bootstrap) as producer:
        await producer.send_and_wait(gateway.prefix + CLIENT_EVENTS, b"end", key=firm.id.encode())
    found = 0
    async with gateway.reading(CLIENT_EVENTS) as topic:
        while True:
            record = await topic.next()
            if record.value == b"end" and record.key == firm.id.encode():
                return found
            found += record.key == firm.id.encode()
