"""Both formats of Intuit's webhooks say the same: which customer of which company changed when."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from adapters.web.webhooks.notices import Notice, moment, read_notices
from domain.bounds import CUSTOMER, ID, REALM, Bound
from domain.ids import CustomerId, RealmId


def event(**changed: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "intuit.x",
        "type": "qbo.customer.updated.v1",
        "time": "2026-09-01T10:00:00.123Z",
        "intuitentityid": "58",
        "intuitaccountid": "91",
    } | changed


def test_a_cloud_event_names_its_customer_without_any_data() -> None:
    """`data` may be absent, and is never read for values."""
    notices = read_notices(orjson.dumps([event()]))

    assert notices.customers == (
        Notice(
            event_id="e-1",
            realm_id=RealmId("91"),
            customer_id=CustomerId("58"),
            operation="updated",
            time=datetime(2026, 9, 1, 10, 0, 0, 123000, tzinfo=UTC),
            original=event(),
        ),
    )
    assert notices.unreadable == ()


def test_a_merge_names_the_customer_that_is_no_more() -> None:
    """The survivor is the entity; `deletedid`, in lower case, is the other."""
    body = orjson.dumps([event(type="qbo.customer.merged.v1", data={"deletedid": "27"})])

    (notice,) = read_notices(body).customers

    assert (notice.operation, notice.customer_id, notice.deleted_id) == ("merged", "58", "27")


def test_entities_of_several_companies_come_in_one_body() -> None:
    """Each is told apart, and what is no customer is counted only."""
    body = orjson.dumps(
        [event(), event(id="e-2", intuitaccountid="92"), event(id="e-3", type="qbo.invoice.voided.v1")]
    )

    notices = read_notices(body)

    assert [notice.realm_id for notice in notices.customers] == ["91", "92"]
    assert notices.others == 1


def test_one_unreadable_event_does_not_hide_the_others() -> None:
    """It is named by its number and by what was expected, not by what stood there."""
    notices = read_notices(orjson.dumps([event(intuitentityid=None), event()]))

    assert len(notices.customers) == 1
    assert [each.why for each in notices.unreadable] == ["event 1: intuitentityid: expected 1 to 20 digits"]


def test_what_is_said_again_counts_once() -> None:
    """The newest of those that say the same stays, under its own id, wherever it stands."""
    hours = ("11", "13", "12")
    body = orjson.dumps([event(id=f"e-{hour}", time=f"2026-09-01T{hour}:00:00Z") for hour in hours])

    notices = read_notices(body)

    assert [notice.event_id for notice in notices.customers] == ["e-13"]
    assert notices.said_again == 2


def test_what_says_something_else_of_the_same_customer_stays() -> None:
    """That it was created, that it took in one customer and that it took in another are three things."""
    merged = "qbo.customer.merged.v1"
    said = [
        event(id="e-1", type="qbo.customer.created.v1"),
        event(id="e-2"),
        event(id="e-3", type=merged, data={"deletedid": "27"}),
        event(id="e-4", type=merged, data={"deletedid": "28"}),
        event(id="e-5", intuitaccountid="92"),
    ]

    notices = read_notices(orjson.dumps([*said, *said]))

    assert [notice.event_id for notice in notices.customers] == [each["id"] for each in said]
    assert notices.said_again == len(said)


@pytest.mark.parametrize(
    ("name", "bound"), [("id", ID), ("intuitaccountid", REALM), ("intuitentityid", CUSTOMER), ("type", ID)]
)
@pytest.mark.parametrize("odd", ["9" * 201, "Ann Lee\n", "\x00", "", 7, None, ["91"]])
def test_what_is_out_of_its_bounds_is_unreadable(name: str, bound: Bound, odd: object) -> None:
    """Else Kafka would refuse it each time that it comes, or a dead letter tell what nobody checked; it is not quoted."""
    notices = read_notices(orjson.dumps([event(**{name: odd}), event()]))

    assert [notice.event_id for notice in notices.customers] == ["e-1"]
    assert [each.why for each in notices.unreadable] == [f"event 1: {name}: expected {bound.expected}"]


@pytest.mark.parametrize(
    "time", ["", "soon", "1999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "2026-13-01T10:00:00Z"]
)
def test_a_time_that_can_not_be_is_unreadable(time: str) -> None:
    """Nothing is said to have changed in another century."""
    notices = read_notices(orjson.dumps([event(time=time), event()]))

    assert [notice.event_id for notice in notices.customers] == ["e-1"]
    assert len(notices.unreadable) == 1


@pytest.mark.parametrize("deleted", ["9" * 201, "x", "-1", {"a": 1}, ["27"], True, 1.5])
def test_a_deleted_customer_that_is_no_id_is_unreadable(deleted: object) -> None:
    """It is the half of a merge that nobody could guess."""
    event_of_it = event(type="qbo.customer.merged.v1", data={"deletedid": deleted})

    assert len(read_notices(orjson.dumps([event_of_it])).unreadable) == 1


def legacy(**changed: Any) -> bytes:
    entity = {
        "name": "Customer",
        "id": "60",
        "operation": "Merge",
        "lastUpdated": "2015-10-05T14:42:19-0700",
        "deletedId": "61",
    } | changed
    change = {"realmId": "91", "dataChangeEvent": {"entities": [entity]}}
    return orjson.dumps({"eventNotifications": [change, {**change, "realmId": "92"}]})


def test_the_older_format_is_read_too() -> None:
    """Its operations are written otherwise, and its offset may lack the colon."""
    first, second = read_notices(legacy()).customers

    assert (first.customer_id, first.operation, first.deleted_id) == ("60", "merged", "61")
    assert first.time == datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC)
    assert second.realm_id == "92"


def test_a_redelivery_in_the_older_format_has_the_same_id() -> None:
    """The format has no ids, so they are made of what is the same in a redelivery, and of nothing else."""
    ids = {notice.event_id for notice in read_notices(legacy()).customers}

    assert ids == {notice.event_id for notice in read_notices(legacy()).customers}
    assert len(ids) == 2
    assert ids.isdisjoint(notice.event_id for notice in read_notices(legacy(id="62")).customers)


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"12", b"<html>", b'{"eventNotifications":1}'])
def test_what_is_of_neither_format_is_refused(body: bytes) -> None:
    """Such a body is parked whole."""
    with pytest.raises(ValueError, match=r"not JSON|CloudEvents"):
        read_notices(body)


def test_broken_pieces_of_the_older_format_are_named() -> None:
    """A notification without entities, and an entity that is no object."""
    body = orjson.dumps(
        {"eventNotifications": [7, {"realmId": "91", "dataChangeEvent": {"entities": ["x"]}}]}
    )

    assert len(read_notices(body).unreadable) == 2


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-09-01T10:00:05Z", 0),
        ("2026-09-01T10:00:05.9Z", 900000),
        ("2026-09-01T10:00:05.91Z", 910000),
        ("2026-09-01T10:00:05.179851517Z", 179851),
        ("2026-09-01T10:00:05.179851517+00:00", 179851),
    ],
)
def test_a_time_has_up_to_nine_fraction_digits(text: str, microsecond: int) -> None:
    """Python takes six at most, so the others go."""
    assert moment(text) == datetime(2026, 9, 1, 10, 0, 5, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-09-01", "2026-09-01T10:00:05", "2026-13-01T10:00:05Z"]
)
def test_a_time_without_an_offset_is_none(text: str) -> None:
    """Nobody could say when that was."""
    with pytest.raises(ValueError):
        moment(text)
