"""What came of an effect is told as something that can be read back, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from domain.fields import Field
from domain.ids import CustomerId, EffectId, FirmId, RealmId, RowKey
from domain.obstacles import Obstacle
from domain.outcomes import CustomersListed, Deferred, NotDone, Result
from domain.snapshots import Customer
from streams.wire.outcome_events import UnwritableOutcomeError, answer_in, outcome_event
from streams.wire.traces import place_of_effect

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
KEY, EFFECT = RowKey("link/f-1/c-1"), EffectId("e-1")
HEAVY = Customer(
    customer_id=CustomerId("58"),
    sync_token=1,
    values={Field.EMAIL: "x" * 1000},
    created_at=NOW,
    updated_at=NOW,
)


def told(result: Result) -> bytes:
    return outcome_event(
        FirmId("f-1"), KEY, EFFECT, result, realm=RealmId("91"), place=place_of_effect(EFFECT, None), at=NOW
    )


def test_an_answer_names_its_effect_and_a_delay_is_none() -> None:
    """So whoever takes over knows which requests were answered, and asks again for those that were put off."""
    assert answer_in(told(NotDone())) == (KEY, EFFECT)
    assert answer_in(told(Deferred(until=NOW, why=Obstacle.THROTTLED))) is None


@pytest.mark.parametrize("value", [None, b"", b"no JSON", b"[1]", b"{}", b'{"data": {"result": null}}'])
def test_what_anybody_wrote_there_is_no_answer(value: bytes | None) -> None:
    assert answer_in(value) is None


@pytest.mark.parametrize(
    "result",
    [
        replace(NotDone(), **dict[str, Any](kind="none_such")),
        CustomersListed(customers=(HEAVY,) * 2000),
    ],
    ids=["nobody reads it back", "too heavy"],
)
def test_what_cannot_be_told_says_so(result: Result) -> None:
    """It would be parked, and its effect wait for good."""
    with pytest.raises(UnwritableOutcomeError):
        told(result)


def test_as_much_as_the_topic_takes_is_told() -> None:
    """A full page of customers is."""
    (customer, *_) = orjson.loads(told(CustomersListed(customers=(HEAVY,) * 700)))["data"]["result"][
        "customers"
    ]

    assert customer["customer_id"] == "58"
