"""What QuickBooks' answers mean, by bodies as they were recorded."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from adapters.quickbooks.answers import (
    Reply,
    trouble_creating,
    trouble_querying,
    trouble_reading,
    trouble_updating,
)
from adapters.quickbooks.faults import Fault, faults_in
from domain.fields import Field
from domain.ids import CustomerId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, NameTaken, Rejected
from domain.ports import StaleCopy, TryLater

RECORDED = Path(__file__).parent / "recorded"
FIONA = CustomerId("58")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def reply(name: str, status: int | None = None, retry_after: float | None = None) -> Reply:
    """Give a recorded answer, under the status that its name begins with or another."""
    file = RECORDED / name
    body = orjson.loads(file.read_bytes()) if file.suffix == ".json" else None
    return Reply(at=NOW, status=status or int(name[:3]), body=body, retry_after=retry_after)


def everywhere(answer: Reply) -> list[object]:
    """Ask what an answer means for each kind of request."""
    return [
        trouble_creating(answer),
        trouble_updating(answer, FIONA),
        trouble_reading(answer, FIONA),
        trouble_querying(answer),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("401_token_expired.json", TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        ("403_wrong_realm.json", TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        ("429_throttled.json", TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        ("429_throttled.xml", TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        ("500_system.json", TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
        ("502.html", TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
    ],
)
def test_an_answer_that_settles_nothing_is_asked_for_again(name: str, expected: TryLater) -> None:
    """Whatever was asked: by status and code, in both casings, and in HTML or XML."""
    assert everywhere(reply(name)) == [expected] * 4


def test_a_throttle_says_when_to_come_back_if_it_does() -> None:
    """The header is honoured; none was ever recorded, so it may be absent."""
    answer = reply("429_throttled.json", retry_after=17.0)

    assert trouble_creating(answer) == TryLater(
        why=Obstacle.THROTTLED, may_have_happened=False, after_seconds=17.0
    )


def test_throttling_is_known_under_403_too() -> None:
    """So it came for years; read by its status, it would take a firm's connection away."""
    assert trouble_creating(reply("429_throttled.json", status=403)) == TryLater(
        why=Obstacle.THROTTLED, may_have_happened=False
    )


@pytest.mark.parametrize("year", [2014, 2019, 2026])
def test_a_taken_name_is_known_in_all_its_shapes(year: int) -> None:
    """The code alone counts: the texts around it have changed over the years."""
    answer = reply(f"400_name_taken_{year}.json")

    assert trouble_creating(answer) == NameTaken()
    assert trouble_updating(answer, FIONA) == NameTaken()


def test_a_fault_counts_inside_a_200() -> None:
    """Intuit says so: even a good status may carry a fault."""
    assert trouble_creating(reply("400_name_taken_2026.json", status=200)) == NameTaken()
    assert trouble_updating(reply("400_stale.json", status=200), FIONA) == StaleCopy()
    assert trouble_updating(reply("401_token_expired.json", status=200), FIONA) == TryLater(
        why=Obstacle.NOT_AUTHORISED, may_have_happened=False
    )


def test_a_fault_counts_more_than_a_500() -> None:
    """A server that says what is wrong with the request has not done it."""
    assert trouble_creating(reply("400_name_taken_2026.json", status=500)) == NameTaken()


def test_a_stale_token_is_told_apart() -> None:
    """Of an update it asks for a new look; a create has no token to be stale."""
    assert trouble_updating(reply("400_stale.json"), FIONA) == StaleCopy()
    assert trouble_creating(reply("400_stale.json")) == Rejected(code="5010")


def test_an_unknown_customer_is_gone() -> None:
    """For an update and a read; in a create the code speaks of something else."""
    answer = reply("400_gone.json")

    assert trouble_updating(answer, FIONA) == CustomerGone(customer_id=FIONA)
    assert trouble_reading(answer, FIONA) == CustomerGone(customer_id=FIONA)
    assert trouble_creating(answer) == Rejected(code="610")


def test_an_id_that_cannot_be_is_gone_when_read() -> None:
    """QuickBooks has a code of its own for ids that are no number or too large."""
    assert trouble_reading(reply("400_invalid_id.json"), FIONA) == CustomerGone(customer_id=FIONA)
    assert trouble_updating(reply("400_invalid_id.json"), FIONA) == Rejected(code="2030")


def test_a_rejection_names_all_fields_that_are_wrong() -> None:
    """Several faults come together; the one about an email address names no field, and needs none."""
    expected = Rejected(code="2050", fields=(Field.FIRST_NAME, Field.EMAIL))

    assert trouble_creating(reply("400_two_faults.json")) == expected
    assert trouble_updating(reply("400_two_faults.json"), FIONA) == expected


def test_a_query_that_is_refused_waits_under_its_code() -> None:
    """A read has no field to put right, so people see it wait, and the code tells why."""
    fault = {"Fault": {"Error": [{"code": "4001", "element": ""}], "type": "ValidationFault"}}

    assert trouble_querying(Reply(at=NOW, status=400, body=fault)) == TryLater(
        why=Obstacle.REFUSED, may_have_happened=False
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("600", TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)),
        ("6190", TryLater(why=Obstacle.SUBSCRIPTION_ENDED, may_have_happened=False)),
        ("120", TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
    ],
)
def test_codes_about_the_company_or_the_request_say_nothing_of_the_customer(
    code: str, expected: TryLater
) -> None:
    """A request still under way, a company that is away, a person who lost their rights: all may pass."""
    fault = {"Fault": {"Error": [{"code": code}], "type": "ValidationFault"}}

    assert everywhere(Reply(at=NOW, status=400, body=fault)) == [expected] * 4


@pytest.mark.parametrize("status", [201, 204, 302])
def test_any_good_status_but_200_is_unreadable(status: int) -> None:
    """QuickBooks writes with 200 alone, so something else answered, and who knows what it did."""
    assert trouble_creating(Reply(at=NOW, status=status, body=None)) == TryLater(
        why=Obstacle.UNREADABLE, may_have_happened=True
    )


@pytest.mark.parametrize("status", [404, 405])
def test_an_address_that_nobody_answers_at_says_nothing_of_the_customer(status: int) -> None:
    """A mistyped address of QuickBooks would else make every client need a person; its own 404 comes with a fault."""
    there_is_none = TryLater(why=Obstacle.NO_SUCH_ADDRESS, may_have_happened=False)

    assert everywhere(Reply(at=NOW, status=status, body=None)) == [there_is_none] * 4


def test_a_good_answer_has_no_trouble() -> None:
    """Nor has one in which the gateway writes null for the fault."""
    assert everywhere(reply("customer.json", status=200)) == [None] * 4
    assert everywhere(Reply(at=NOW, status=200, body={"fault": None, "Customer": {}})) == [None] * 4


@pytest.mark.parametrize(
    ("element", "field"),
    [
        ("DisplayName", Field.DISPLAY_NAME),
        ("Customer.PrimaryEmailAddr", Field.EMAIL),
        ("PrimaryPhone.FreeFormNumber", Field.PHONE),
        ("BillAddr.City", Field.ADDRESS),
        ("PostalCode", Field.ADDRESS),
        ("Notes", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_an_element_is_read_as_our_field(element: object, field: Field | None) -> None:
    """As far as it names one; it may be empty, null or absent."""
    assert faults_in({"Fault": {"Error": [{"code": "2050", "element": element}]}}) == (Fault("2050", field),)


@pytest.mark.parametrize("body", [None, [], "Fault", {"Fault": []}, {"Fault": {"Error": "x"}}, {"time": 1}])
def test_a_body_without_faults_has_none(body: object) -> None:
    """Whatever its shape."""
    assert faults_in(body) == ()
