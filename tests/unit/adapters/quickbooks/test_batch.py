"""What a request of many changes says, and how its answer is read: each item as if it had been asked for alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.quickbooks.answers import UNREADABLE, Reply
from adapters.quickbooks.batch import answers_of, batch_body, in_order, item_name, request_id
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.ids import CustomerId, EffectId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, CustomerSaved, NameTaken, Rejected
from domain.ports import StaleCopy, TryLater, UpdateCustomersAnswer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def update(number: int) -> UpdateCustomer:
    """Rename a customer."""
    return UpdateCustomer(
        id=EffectId(f"e-{number}"),
        customer_id=CustomerId(str(number)),
        sync_token=3,
        values={Field.FIRST_NAME: f"Ann {number}"},
        asked_by="rule",
        planned_at=NOW,
    )


FOUR = tuple(update(number) for number in range(4))


def saved(place: int, number: int) -> dict[str, Any]:
    """An item that says that a customer is saved."""
    times = {"CreateTime": "2026-08-31T12:11:06-07:00", "LastUpdatedTime": "2026-09-01T08:00:00-07:00"}
    return {"bId": f"{place}-e-{place}", "Customer": {"Id": str(number), "SyncToken": "4", "MetaData": times}}


def fault(place: int, code: str, element: str = "") -> dict[str, Any]:
    """An item that is refused."""
    error = {"Message": "x", "code": code, "element": element}
    return {"bId": f"{place}-e-{place}", "Fault": {"type": "ValidationFault", "Error": [error]}}


def answered(*items: Any, status: int = 200, **more: Any) -> UpdateCustomersAnswer:
    """What an answer with these items means for the four."""
    body = more.get("body", {"BatchItemResponse": list(items), "time": "2026-11-23T04:00:00-08:00"})
    return answers_of(FOUR, Reply(status=status, body=body, at=NOW))


def test_the_same_effects_are_the_same_request_in_whatever_order_they_come() -> None:
    """Byte for byte, under a name that is short enough; another set has another name."""
    turned = in_order(FOUR[::-1])

    assert turned == FOUR
    assert batch_body(turned) == batch_body(FOUR)
    assert request_id(FOUR) != request_id(FOUR[:3])
    assert len(request_id(FOUR)) <= 36
    assert len(item_name(29, replace(FOUR[0], id=EffectId("f" * 32)))) <= 10
    assert batch_body(FOUR)["BatchItemRequest"] == [
        {
            "bId": f"{number}-e-{number}",
            "operation": "update",
            "Customer": {"Id": str(number), "SyncToken": "3", "sparse": True, "GivenName": f"Ann {number}"},
        }
        for number in range(4)
    ]


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned"])
def test_each_item_is_read_as_if_it_were_alone(turned: bool) -> None:
    """By the codes that a single request is answered with, in whatever order they come."""
    items = [fault(0, "6240"), fault(1, "5010"), fault(2, "610"), fault(3, "2050", "GivenName")]

    assert answered(*(items[::-1] if turned else items)) == {
        "e-0": NameTaken(),
        "e-1": StaleCopy(),
        "e-2": CustomerGone(customer_id=CustomerId("2")),
        "e-3": Rejected(code="2050", fields=(Field.FIRST_NAME,)),
    }


def test_what_an_item_may_be_asked_again_for_is_no_answer_of_the_others() -> None:
    """Throttled, failed, or in a company that is away: tried again; the fourth is saved."""
    found = answered(fault(0, "3001"), fault(1, "10000"), fault(2, "130"), saved(3, 3))

    assert not isinstance(found, TryLater)
    assert found[EffectId("e-0")] == TryLater(why=Obstacle.THROTTLED, may_have_happened=False)
    assert found[EffectId("e-1")] == TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)
    assert found[EffectId("e-2")] == TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=False)
    assert isinstance(found[EffectId("e-3")], CustomerSaved)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"bId": "0-e-0"}],
        [saved(0, 1)],
        [saved(0, 0), saved(0, 0)],
        [saved(0, 0), fault(0, "5010")],
        [{**saved(0, 0), "bId": 0}],
        [{"bId": "0-e-0", "Customer": {"Id": "0"}}],
        ["x", None],
    ],
    ids=["none", "empty", "another's", "twice", "both", "a number", "half a customer", "junk"],
)
def test_who_is_not_answered_for_certain_may_have_been_changed(items: list[Any]) -> None:
    """Nobody gets another's customer, and nobody is told that it is done."""
    assert answered(*items, saved(1, 1))[EffectId("e-0")] == UNREADABLE  # type: ignore[index]


@pytest.mark.parametrize("body", [None, [], {}, {"BatchItemResponse": None}], ids=str)
def test_an_answer_without_items_answers_nobody(body: object) -> None:
    """Each may have been changed."""
    assert answered(body=body) == dict.fromkeys((each.id for each in FOUR), UNREADABLE)


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (429, None, TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        (503, None, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
        (401, None, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (400, fault(0, "1040"), TryLater(why=Obstacle.REFUSED, may_have_happened=True)),
        (200, fault(0, "2010"), TryLater(why=Obstacle.REFUSED, may_have_happened=True)),
        (400, fault(0, "6190"), TryLater(why=Obstacle.SUBSCRIPTION_ENDED, may_have_happened=False)),
        (302, None, UNREADABLE),
    ],
    ids=["429", "503", "401", "refused", "refused with 200", "subscription", "redirect"],
)
def test_what_the_request_meets_as_a_whole_is_each_ones(status: int, body: object, trouble: TryLater) -> None:
    """Of a refused one nobody promises that none of it was done."""
    assert answered(status=status, body=body) == trouble


def test_an_items_time_lies_before_its_answer() -> None:
    """As with any record that is read."""
    late = saved(0, 0)
    late["Customer"]["MetaData"]["LastUpdatedTime"] = (NOW + timedelta(days=2)).isoformat()

    assert answered(late)[EffectId("e-0")] == UNREADABLE  # type: ignore[index]
