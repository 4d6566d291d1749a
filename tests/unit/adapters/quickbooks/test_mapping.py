"""What QuickBooks calls our fields, both ways."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.quickbooks.mapping import create_body, customer_of, update_body
from domain.blanks import shows_nothing, tidied
from domain.fields import Address, Field, Value
from domain.ids import CustomerId
from domain.limits import as_written

RECORDED = Path(__file__).parent / "recorded"
BARE: Mapping[str, object] = {
    "Id": "58",
    "SyncToken": "3",
    "DisplayName": "Ada Ltd",
    "Active": True,
    "MetaData": {"CreateTime": "2026-08-31T12:11:06-07:00", "LastUpdatedTime": "2026-09-01T08:00:00-07:00"},
}
ADDRESS = Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616")

texts = st.text(min_size=1, max_size=30).filter(lambda text: not shows_nothing(text))
# The one field holds one address for us; QuickBooks' people put several into it, with these between them.
emails = texts.filter(lambda text: not {",", ";"} & set(text) and text == tidied(text))
addresses = st.builds(Address, **dict.fromkeys(asdict(Address()), st.none() | texts)).filter(
    lambda address: any(asdict(address).values())
)
VALUES: dict[Field, st.SearchStrategy[Any]] = dict.fromkeys(Field, texts)
VALUES |= {Field.EMAIL: emails, Field.ADDRESS: addresses}
full = st.fixed_dictionaries({}, optional=VALUES)
writes = st.fixed_dictionaries({}, optional={field: st.none() | each for field, each in VALUES.items()})


@given(full)
def test_what_we_create_is_what_we_read_back(values: dict[Field, Value]) -> None:
    """Values → the body of a create → a customer with the same values, as QuickBooks takes them."""
    body = {**BARE, "DisplayName": "", **create_body(values)}

    assert customer_of(orjson.loads(orjson.dumps(body))).values == as_written("quickbooks", values)


@given(full, writes, st.none() | st.just("94"))
def test_an_update_changes_its_fields_and_no_others(
    before: dict[Field, Value], changes: dict[Field, Value], address_id: str | None
) -> None:
    """A sparse body laid over a customer gives its values, changed and cleared as the write says."""
    customer = {**BARE, "DisplayName": "", **create_body(before)}
    body = update_body(CustomerId("58"), 3, changes, address_id)

    after = customer_of(orjson.loads(orjson.dumps({**customer, **body}))).values

    expected = as_written("quickbooks", {**before, **changes})
    assert after == {field: value for field, value in expected.items() if value is not None}


@given(writes, st.randoms())
def test_a_repeat_is_the_same_bytes(changes: dict[Field, Value], random: Random) -> None:
    """The order in which a write names its fields does not show in the body."""
    fields = list(changes)
    random.shuffle(fields)
    other = {field: changes[field] for field in fields}

    def bodies(values: Mapping[Field, Value]) -> bytes:
        return orjson.dumps([create_body(values), update_body(CustomerId("58"), 3, values, "94")])

    assert bodies(other) == bodies(changes)


def test_a_recorded_customer_is_read() -> None:
    """A whole answer becomes our fields; what is QuickBooks' alone is left where it is."""
    customer = customer_of(orjson.loads((RECORDED / "customer.json").read_bytes())["Customer"])

    assert customer.customer_id == "58"
    assert customer.sync_token == 3
    assert customer.address_id == "94"
    assert customer.created_at == datetime(2026, 8, 31, 19, 11, 6, tzinfo=UTC)
    assert customer.updated_at.tzinfo is UTC
    assert customer.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.FIRST_NAME: "Fiona",
        Field.LAST_NAME: "Gallagher",
        Field.EMAIL: "fiona@example.com",
        Field.PHONE: "(312) 555-0100",
        Field.ADDRESS: ADDRESS,
    }


def test_an_update_says_sparse_and_sends_the_token_as_text() -> None:
    """What is not sent is kept only if the body says so."""
    assert update_body(CustomerId("58"), 3, {Field.PHONE: None, Field.FIRST_NAME: "Ada"}, None) == {
        "Id": "58",
        "SyncToken": "3",
        "sparse": True,
        "GivenName": "Ada",
        "PrimaryPhone": {"FreeFormNumber": ""},
    }


def test_an_address_is_sent_whole_under_its_id() -> None:
    """Empty lines are sent as well, those that only QuickBooks has too: no half of an old address stays."""
    body = update_body(CustomerId("58"), 3, {Field.ADDRESS: ADDRESS}, "94")

    assert body["BillAddr"] == {
        "Id": "94",
        "Line1": "2119 S Wallace St",
        "Line2": "",
        "City": "Chicago",
        "CountrySubDivisionCode": "IL",
        "PostalCode": "60616",
        "Country": "",
        "Line3": "",
        "Line4": "",
        "Line5": "",
    }


def test_further_lines_of_an_address_are_not_lost() -> None:
    """People write whole addresses into the lines; ours has two of them."""
    customer = customer_of(
        {**BARE, "BillAddr": {"Line1": "Ada Ltd", "Line3": "12 High St", "Line4": "London"}}
    )

    assert customer.values[Field.ADDRESS] == Address(line1="Ada Ltd", line2="12 High St, London")


@pytest.mark.parametrize(
    ("active", "name", "expected"),
    [
        (False, "Ada Ltd (deleted)", "Ada Ltd"),
        (True, "Ada Ltd (deleted)", "Ada Ltd"),
        (True, "Ada (deleted) Ltd", "Ada (deleted) Ltd"),
        (False, "Ada Ltd", "Ada Ltd"),
    ],
)
def test_the_mark_of_an_inactive_customer_is_no_part_of_its_name(
    active: bool, name: str, expected: str
) -> None:
    """It is taken off also where it was left on when the customer was made active again."""
    customer = customer_of({**BARE, "Active": active, "DisplayName": name})

    assert customer.values == {Field.DISPLAY_NAME: expected}
    assert customer.active is active


def test_blank_texts_are_empty_fields() -> None:
    """An empty string, a blank, null and an absent field all mean that nothing is there."""
    customer = customer_of(
        {
            **BARE,
            "GivenName": "",
            "FamilyName": None,
            "CompanyName": " ",
            "PrimaryPhone": {"FreeFormNumber": ""},
            "Mobile": None,
            "PrimaryEmailAddr": {},
            "BillAddr": {"Id": "94", "Line1": ""},
        }
    )

    assert customer.values == {Field.DISPLAY_NAME: "Ada Ltd"}
    assert customer.address_id == "94"


@pytest.mark.parametrize("raw", ["ada@example.com, bob@example.com", "ada@example.com;bob@example.com"])
def test_of_several_addresses_the_first_counts(raw: str) -> None:
    """QuickBooks' screens take several email addresses in the one field."""
    assert (
        customer_of({**BARE, "PrimaryEmailAddr": {"Address": raw}}).values[Field.EMAIL] == "ada@example.com"
    )


@pytest.mark.parametrize("mark", [{"Job": True}, {"IsProject": True}])
def test_sub_customers_and_projects_are_marked(mark: dict[str, bool]) -> None:
    """Both live among the customers, and neither is linked."""
    assert customer_of({**BARE, **mark}).job
    assert not customer_of(BARE).job


def test_ids_and_tokens_may_come_as_numbers() -> None:
    """Some clients write them so, and QuickBooks was seen to answer in kind."""
    customer = customer_of({**BARE, "Id": 58, "SyncToken": 3})

    assert (customer.customer_id, customer.sync_token) == ("58", 3)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({**BARE, "SyncToken": "Fiona"}, "SyncToken"),
        ({**BARE, "MetaData": {"CreateTime": "2026-08-31T12:11:06", "LastUpdatedTime": "Fiona"}}, "MetaData"),
        ({"DisplayName": "Fiona"}, "Id"),
        (["Fiona"], "not a QuickBooks customer"),
    ],
)
def test_what_is_no_customer_is_refused_without_its_values(body: object, named: str) -> None:
    """The message names what is wrong, and repeats nothing of a client's."""
    with pytest.raises(ValueError) as caught:
        customer_of(body)

    assert named in str(caught.value)
    assert "Fiona" not in str(caught.value)
    assert caught.value.__suppress_context__
