"""A signed webhook is taken in whatever it holds, up to its size: nothing that Intuit sends can be refused for good."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from adapters.web.webhooks.route import LARGEST_BODY
from domain.ports import LARGEST_LETTER_BYTES
from streams.wire.topics import DEAD_LETTERS, NOTIFICATIONS
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.deliveries import deliver, event

pytestmark = pytest.mark.usefixtures("connected")


def legacy(entities: Iterable[dict[str, Any]], realm: str = "91") -> dict[str, Any]:
    return {"realmId": realm, "dataChangeEvent": {"entities": list(entities)}}


def entity(customer: int) -> dict[str, Any]:
    return {
        "name": "Customer",
        "id": str(customer),
        "operation": "Update",
        "lastUpdated": "2026-11-28T10:00:00Z",
    }


async def taken_in(gateway: Running, body: bytes) -> None:
    """Deliver as Intuit does: the same again until it is answered with 200, which says that all of it is safe."""
    for _ in range(20):
        status = await deliver(gateway, body)
        if status == 200:
            return
        assert status == 503
    raise AssertionError("not taken in after 20 tries")


async def customers(gateway: Running) -> Counter[str]:
    """Count the notifications of each customer."""
    async with gateway.reading(NOTIFICATIONS) as topic:
        records = [await topic.next() for _ in range(await topic.count())]
    return Counter(orjson.loads(record.value)["data"]["customer_id"] for record in records)


async def letters(gateway: Running) -> list[tuple[str, bytes]]:
    """Give the reason and the bytes of each dead letter."""
    async with gateway.reading(DEAD_LETTERS) as topic:
        records = [await topic.next() for _ in range(await topic.count())]
    return [(dict(record.headers)["reason"].decode(), record.value) for record in records]


async def test_many_notices_of_one_customer_are_one_notification(gateway: Running) -> None:
    """A bulk change in QuickBooks tells of the same customer again and again."""
    body = orjson.dumps({"eventNotifications": [legacy(entity(58) for _ in range(9_000))]})

    assert await deliver(gateway, body) == 200

    assert await customers(gateway) == {"58": 1}


@pytest.mark.parametrize("data", ["", "x" * 300], ids=["4 MB", "10 MB"])
async def test_twenty_thousand_customers_are_taken_in(gateway: Running, data: str) -> None:
    """Each stands in the topic; none is a dead letter."""
    body = orjson.dumps([event(id=f"e-{n}", intuitentityid=str(n), data={"x": data}) for n in range(20_000)])
    assert len(body) < LARGEST_BODY

    await taken_in(gateway, body)

    found = await customers(gateway)
    assert set(found) == {str(n) for n in range(20_000)}
    assert await letters(gateway) == []


@pytest.mark.parametrize("realms", [1, 20_000])
async def test_unknown_companies_are_parked_in_few_letters(gateway: Running, realms: int) -> None:
    """Each letter can be read by itself, and together they hold every notice."""
    body = orjson.dumps(
        {"eventNotifications": [legacy([entity(n)], str(10**15 + n % realms)) for n in range(20_000)]}
    )
    assert len(body) > LARGEST_LETTER_BYTES

    await taken_in(gateway, body)

    parked = await letters(gateway)
    assert {reason for reason, _ in parked} == {"unknown_realm"}
    held = [each for _, letter in parked for each in orjson.loads(letter)["eventNotifications"]]
    assert {orjson.dumps(each) for each in held} == {
        orjson.dumps(each) for each in orjson.loads(body)["eventNotifications"]
    }
    assert await customers(gateway) == {}


async def test_each_part_of_a_mixed_body_goes_where_it_belongs(gateway: Running) -> None:
    """Notices of a connected company, of an unknown one, of other things, and some that nobody can read."""
    kinds: list[dict[str, Any]] = [
        {},
        {"intuitaccountid": "666"},
        {"type": "qbo.invoice.updated.v1"},
        {"intuitentityid": None},
    ]
    body = orjson.dumps(
        [
            event(**{"id": f"e-{n}", "intuitentityid": str(n), "data": "x" * 200, **kinds[n % 4]})
            for n in range(8_000)
        ]
    )
    assert len(body) > LARGEST_LETTER_BYTES

    await taken_in(gateway, body)

    assert set(await customers(gateway)) == {str(n) for n in range(0, 8_000, 4)}
    parked: dict[str, list[dict[str, Any]]] = {}
    for reason, letter in await letters(gateway):
        parked.setdefault(reason, []).extend(orjson.loads(letter))
    assert {each["id"] for each in parked["unknown_realm"]} == {f"e-{n}" for n in range(1, 8_000, 4)}
    assert {each["id"] for each in parked["unreadable_webhook"]} == {f"e-{n}" for n in range(3, 8_000, 4)}


async def test_the_largest_body_that_is_taken_can_also_be_parked(gateway: Running) -> None:
    """In pieces that put together give the same bytes; one byte more is refused before it is read."""
    body = b"x" * LARGEST_BODY

    await taken_in(gateway, body)

    parked = await letters(gateway)
    assert {reason for reason, _ in parked} == {"unreadable_webhook"}
    assert b"".join(letter for _, letter in parked) == body
    assert await deliver(gateway, body + b"x") == 413


async def test_an_answer_that_took_too_long_is_there_when_the_same_comes_again(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work goes on, so that a body that takes longer than Intuit waits is taken in all the same, once."""
    monkeypatch.setattr("adapters.web.webhooks.route.ANSWER_WITHIN_SECONDS", 0.01)
    body = orjson.dumps([event(id=f"e-{n}", intuitentityid=str(n)) for n in range(5_000)])

    assert await deliver(gateway, body) == 503
    await taken_in(gateway, body)

    assert set((await customers(gateway)).values()) == {1}
