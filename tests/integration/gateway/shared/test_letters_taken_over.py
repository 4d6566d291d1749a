"""Whoever settles a letter may die at any moment: who takes over sends what is missing, and nothing twice."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from adapters.letters import settling
from adapters.letters.desk import LetterDesk
from adapters.letters.look import Operator
from adapters.letters.plan import LetterRefusedError
from adapters.store.database import Database
from adapters.store.letter_fates import CLAIM_HOLDS
from adapters.web.webhooks.route import PATH as WEBHOOKS
from deploy.letters import letter_desk
from domain.letters import Copy, LetterPlace, place_named
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, NOTIFICATIONS
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.deliveries import event
from tests.integration.gateway.firm import Firm, another_firm
from tests.integration.gateway.letters import parked, shown
from tests.story.events import client_event


@asynccontextmanager
async def another_desk(gateway: Running, ahead: timedelta = timedelta(0)) -> AsyncIterator[LetterDesk]:
    """A desk of another process, whose clock is ahead."""
    database = Database(gateway.settings.database)
    producer = AcknowledgedProducer(gateway.settings.bootstrap, 10)
    bootstrap, now = gateway.settings.bootstrap, lambda: datetime.now(UTC) + ahead
    desk = letter_desk(database, bootstrap, producer, PARTITIONS, gateway.prefix, now)
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


async def test_what_was_sent_in_part_is_not_called_sent(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever would discard it is told, and holds nobody up: who redrives it next sends the rest."""
    await connect(gateway, firm)
    place = await parked_webhook(gateway, [(firm, "n-1"), (firm, "n-2"), (another_firm(), "n-3")])
    lee, max_ = Operator(actor="user:lee", firms=None), Operator(actor="user:max", firms=None)
    await cut_off_after(1, gateway, place, lee, monkeypatch)

    async with another_desk(gateway, CLAIM_HOLDS + timedelta(seconds=1)) as later:
        with pytest.raises(LetterRefusedError, match="sent_in_part"):
            await later.discard(place, max_, "not wanted")
        before = await notices_of(gateway, place)
        fate = await later.redrive(place, max_, "taken over")

    assert before == ["n-1"]
    assert await notices_of(gateway, place) == ["n-1", "n-2"]
    assert (fate.actor, fate.act, fate.sent_count) == ("user:lee", "redriven", 3)
    assert {each.id for each in fate.sent} == {"n-1", "n-2", f"left-of-{place}"}


async def test_what_is_missing_is_known_by_its_id_whatever_else_is_read_by_then(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company that connects in between puts its notice before the others; each is sent once, whoever dies meanwhile."""
    late = next(each for each in iter(another_firm, None) if home(each) != home(firm))
    await connect(gateway, firm)
    place = await parked_webhook(gateway, [(late, "n-1"), (firm, "n-2"), (firm, "n-3"), (firm, "n-4")])
    lee = Operator(actor="user:lee", firms=None)
    await cut_off_after(2, gateway, place, lee, monkeypatch)
    await connect(gateway, late)
    once, twice = (CLAIM_HOLDS * times + timedelta(seconds=times) for times in (1, 2))
    await cut_off_after(1, gateway, place, lee, monkeypatch, once)

    async with another_desk(gateway, twice) as later:
        fate = await later.redrive(place, lee, "taken over")

    assert await notices_of(gateway, place) == ["n-1", "n-2", "n-3", "n-4"]
    assert fate.sent_count == 4


async def test_who_stood_still_for_too_long_sends_no_more(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has taken the letter over meanwhile; who lost it is not told that they are at it themselves."""
    await connect(gateway, firm)
    place = await parked_webhook(gateway, [(firm, "n-1"), (firm, "n-2"), (firm, "n-3")])
    lee, max_ = Operator(actor="user:lee", firms=None), Operator(actor="user:max", firms=None)
    monkeypatch.setattr(settling, "FEW", 1)
    async with another_desk(gateway) as slow:
        send, later = slow._topic.send, CLAIM_HOLDS + timedelta(seconds=1)

        async def send_and_stand_still(place: LetterPlace, few: Mapping[str, Copy], parts: int) -> object:
            sent = await send(place, few, parts)
            async with another_desk(gateway, later) as following:
                await following.redrive(place, max_, "taken over")
            return sent

        monkeypatch.setattr(slow._topic, "send", send_and_stand_still)
        with pytest.raises(LetterRefusedError, match="letter_under_way") as refused:
            await slow.redrive(place, lee, "mended")

    assert await notices_of(gateway, place) == ["n-1", "n-2", "n-3"]
    assert refused.value.facts["actor"] == ""


async def test_a_claim_is_renewed_while_it_sends(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sends many messages may take longer than a claim holds: nobody else begins meanwhile."""
    await connect(gateway, firm)
    place = await parked_webhook(gateway, [(firm, "n-1"), (firm, "n-2"), (firm, "n-3")])
    lee, max_ = Operator(actor="user:lee", firms=None), Operator(actor="user:max", firms=None)
    monkeypatch.setattr(settling, "FEW", 1)
    passed = timedelta(0)
    async with another_desk(gateway) as slow:
        send = slow._topic.send
        monkeypatch.setattr(slow._settling, "_now", lambda: datetime.now(UTC) + passed)

        async def send_slowly(place: LetterPlace, few: Mapping[str, Copy], parts: int) -> object:
            nonlocal passed
            passed += CLAIM_HOLDS * 0.6
            async with another_desk(gateway, passed) as other:
                with pytest.raises(LetterRefusedError, match="letter_under_way") as refused:
                    await other.redrive(place, max_, "taken over")
                assert refused.value.facts["actor"] == "user:lee"
            return await send(place, few, parts)

        monkeypatch.setattr(slow._topic, "send", send_slowly)
        fate = await slow.redrive(place, lee, "mended")

    assert (fate.actor, fate.sent_count) == ("user:lee", 3)
    assert await notices_of(gateway, place) == ["n-1", "n-2", "n-3"]


def home(firm: Firm) -> int:
    """Say in which partition a firm is read."""
    return partition_of(firm.id, PARTITIONS)


async def connect(gateway: Running, firm: Firm) -> None:
    """Connect a firm, and wait until the gateway knows."""
    at = await gateway.log.decide(firm.connected())
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)


async def parked_webhook(gateway: Running, notices: list[tuple[Firm, str]]) -> LetterPlace:
    """Park a webhook of several notices, as a gateway does."""
    body = [
        event(id=name, intuitaccountid=firm.realm, intuitentityid=str(number))
        for number, (firm, name) in enumerate(notices, 1)
    ]
    letter = await parked(gateway, orjson.dumps(body), "unknown_realm", key=None, source=WEBHOOKS)
    place = place_named(letter)
    assert place is not None
    return place


async def cut_off_after(
    count: int,
    gateway: Running,
    place: LetterPlace,
    who: Operator,
    monkeypatch: pytest.MonkeyPatch,
    ahead: timedelta = timedelta(0),
) -> None:
    """Redrive a letter, and die when so many of its messages are sent."""
    async with another_desk(gateway, ahead) as dying:
        send = dying._topic.send

        async def send_some(place: LetterPlace, copies: Mapping[str, Copy], parts: int) -> None:
            await send(place, dict(list(copies.items())[:count]), parts)
            raise _KilledError

        monkeypatch.setattr(dying._topic, "send", send_some)
        with pytest.raises(_KilledError):
            await dying.redrive(place, who, "mended")


async def notices_of(gateway: Running, place: LetterPlace) -> list[str]:
    """Name the notices that were sent of a letter, in the order of their ids."""
    found = []
    async with gateway.reading(NOTIFICATIONS) as topic:
        for _ in range(await topic.count()):
            record = await topic.next()
            if dict(record.headers).get("dead-letter") == str(place).encode():
                found.append(orjson.loads(record.value)["id"])
    return sorted(found)


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
