"""A signed webhook is in Kafka before it is answered; anything else leaves nothing behind."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import orjson
import pytest

from adapters.web.webhooks.signature import signature_of
from streams.wire.inputs import Message, partition_of, read_input
from streams.wire.topics import DEAD_LETTERS, NOTIFICATIONS
from tests.integration.gateway.conftest import PARTITIONS, VERIFIER, Running
from tests.integration.gateway.deliveries import deliver, event
from tests.integration.gateway.log_writer import NOW

pytestmark = pytest.mark.usefixtures("connected")


async def test_a_notification_is_one_that_the_engine_can_read(gateway: Running) -> None:
    """In the firm's partition, under Intuit's id; a merge names both customers."""
    body = orjson.dumps([event(type="qbo.customer.merged.v1", data={"deletedid": "27"})])

    assert await deliver(gateway, body) == 200

    async with gateway.reading(NOTIFICATIONS) as topic:
        record = await topic.next()
    message = Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        at=NOW,
    )
    notified, cause = read_input(message, PARTITIONS, lambda *_: None)  # type: ignore[arg-type]
    assert (notified.firm_id, notified.customer_id, notified.operation) == ("f-1", "58", "merged")  # type: ignore[union-attr]
    assert (cause.id, cause.actor) == ("e-1", "system:quickbooks")
    assert record.partition == partition_of("f-1", PARTITIONS)
    assert orjson.loads(record.value)["data"]["deleted_id"] == "27"


async def test_a_bad_signature_is_refused_and_leaves_nothing(gateway: Running) -> None:
    """Anybody can send such a body, so it is not even parked."""
    body = orjson.dumps([event()])

    assert await deliver(gateway, body, "nonsense") == 403
    assert await deliver(gateway, body, "") == 403
    assert await deliver(gateway, body, "\xe9") == 403

    async with gateway.reading(NOTIFICATIONS) as topic, gateway.reading(DEAD_LETTERS) as letters:
        assert (await topic.count(), await letters.count()) == (0, 0)


async def test_a_body_that_does_not_come_is_given_up_before_others_are(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may send the head of one, and its sender is a machine that waits for three seconds."""
    monkeypatch.setattr("adapters.web.webhooks.route.BODY_WITHIN_SECONDS", 0.2)

    async def half() -> AsyncIterator[bytes]:
        yield b"["
        await asyncio.sleep(60)

    headers = {"intuit-signature": "any"}
    async with (
        asyncio.timeout(10),
        gateway.http.post("/webhooks/quickbooks", data=half(), headers=headers) as answer,
    ):
        assert answer.status == 408


async def test_an_unknown_company_is_parked_and_the_others_go_on(gateway: Running) -> None:
    """An operator sees why; a manager does not see the list at all."""
    body = orjson.dumps([event(intuitaccountid="666"), event(id="e-2")])

    assert await deliver(gateway, body) == 200

    async with gateway.reading(NOTIFICATIONS) as topic, gateway.reading(DEAD_LETTERS) as letters:
        assert orjson.loads((await topic.next()).value)["id"] == "e-2"
        assert (await letters.next()).value == body
    (letter,) = await gateway.dead_letters(1)
    assert letter["reason"] == "unknown_realm"
    assert "666" in letter["detail"]
    assert letter["size"] == len(body)
    refused, _ = await gateway.ask("GET", "/api/v1/dead-letters", token="dev-manager")
    assert refused.status == 403


@pytest.mark.parametrize("cut", [0, 1, 12], ids=["whole", "without its end", "broken"])
async def test_a_packed_body_is_refused_by_its_header_and_leaves_nothing(gateway: Running, cut: int) -> None:
    """Nothing is unpacked here: not one that is broken, nor one that would be right. Sent again as it is, it is taken."""
    body = orjson.dumps([event()])
    packed = gzip.compress(body)
    packed = packed[: len(packed) - cut]

    assert await deliver(gateway, packed, Content_Encoding="gzip") == 415
    assert await deliver(gateway, packed, signature_of(body, VERIFIER), Content_Encoding="gzip") == 415

    async with gateway.reading(NOTIFICATIONS) as topic, gateway.reading(DEAD_LETTERS) as letters:
        assert (await topic.count(), await letters.count()) == (0, 0)
    assert await deliver(gateway, body) == 200


async def test_a_packed_body_that_does_not_say_so_is_parked_as_it_came(gateway: Running) -> None:
    """Signed as it came, so it is Intuit's; and it is not JSON."""
    packed = gzip.compress(orjson.dumps([event()]))[:-12]

    assert await deliver(gateway, packed) == 200

    async with gateway.reading(DEAD_LETTERS) as letters:
        assert (await letters.next()).value == packed
    (letter,) = await gateway.dead_letters(1)
    assert (letter["reason"], letter["detail"]) == ("unreadable_webhook", "the body is not JSON")


async def test_a_signed_body_that_nobody_can_read_is_parked_whole(gateway: Running) -> None:
    """Sending it again would not make it better, so it is answered with 200."""
    assert await deliver(gateway, b"<html>") == 200

    (letter,) = await gateway.dead_letters(1)
    assert (letter["reason"], letter["detail"]) == ("unreadable_webhook", "the body is not JSON")
    assert letter["source"] == "/webhooks/quickbooks"
