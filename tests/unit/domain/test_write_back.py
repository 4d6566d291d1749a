"""What only QuickBooks holds survives an edit of the rest: several email addresses, five address lines, the name on checks."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.quickbooks.mapping import customer_of, update_body
from domain.fields import Address, Field, Values
from domain.write_back import WriteBack, emails_with, lines_with

RECORD: Mapping[str, Any] = {
    "Id": "58",
    "SyncToken": "3",
    "DisplayName": "Ada Ltd",
    "PrintOnCheckName": "Ada Ltd",
    "MetaData": {"CreateTime": "2026-08-31T12:11:06-07:00", "LastUpdatedTime": "2026-09-01T08:00:00-07:00"},
    "PrimaryEmailAddr": {"Address": "a@x.example; billing@x.example"},
    "BillAddr": {
        "Id": "94",
        "Line1": "c/o Kit",
        "Line2": "Suite 4",
        "Line4": "Bldg B",
        "Line5": "Attn: A/P",
        "City": "Chicago",
    },
}


def written(record: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """Give what an update of a customer as it was read sends."""
    customer = customer_of(dict(record))
    return update_body(customer.customer_id, 3, values, customer.address_id, customer.write_back)


def test_an_edit_of_the_address_that_we_show_leaves_the_others() -> None:
    """As they stood, with what stands between them."""
    body = written(RECORD, {Field.EMAIL: "new@x.example"})

    assert body["PrimaryEmailAddr"] == {"Address": "new@x.example; billing@x.example"}


def test_an_address_that_is_cleared_takes_the_others_along() -> None:
    """Else the next one would turn up in Canopy as an edit; the timeline names them all."""
    assert written(RECORD, {Field.EMAIL: None})["PrimaryEmailAddr"] == {"Address": ""}


@pytest.mark.parametrize(
    ("there", "first", "expected"),
    [
        (None, "new@x.example", "new@x.example"),
        ("a@x.example, b@x.example", "B@x.example", "B@x.example"),
        ("a@x.example;b@x.example;c@x.example", "c@x.example", "c@x.example, b@x.example"),
        (" a@x.example ,, b@x.example", "n@x.example", " n@x.example ,, b@x.example"),
    ],
)
def test_no_address_stands_there_twice(there: str | None, first: str, expected: str) -> None:
    """Nor does any get lost."""
    assert emails_with(first, WriteBack(emails=there)) == expected


def test_an_edit_elsewhere_in_the_address_leaves_its_lines() -> None:
    """Where they stood, also the empty one between them."""
    read = customer_of(dict(RECORD)).values[Field.ADDRESS]
    assert isinstance(read, Address)
    assert read.line2 == "Suite 4, Bldg B, Attn: A/P"

    body = written(RECORD, {Field.ADDRESS: Address(line1="c/o Ann", line2=read.line2, city="Joliet")})

    assert body["BillAddr"] == {
        "Id": "94",
        "Line1": "c/o Ann",
        "Line2": "Suite 4",
        "Line3": "",
        "Line4": "Bldg B",
        "Line5": "Attn: A/P",
        "City": "Joliet",
        "CountrySubDivisionCode": "",
        "PostalCode": "",
        "Country": "",
    }


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("Suite 5, Bldg B", ("Suite 5", "", "Bldg B", "")),
        ("Suite 5", ("Suite 5",)),
        ("", ("",)),
        ("Suite 4, Bldg B, Rear", ("Suite 4, Bldg B, Rear",)),
    ],
)
def test_an_edit_of_the_lines_goes_to_its_line_where_that_can_be_told(
    second: str, expected: tuple[str, ...]
) -> None:
    """Else all of it stands in the second one; nothing is lost."""
    assert lines_with(second, WriteBack(lines=("Suite 4", "", "Bldg B", ""))) == expected


@pytest.mark.parametrize(
    ("printed", "name", "expected"),
    [
        ("Ada Ltd", "Ada Lovelace Ltd", "Ada Lovelace Ltd"),
        ("A. Lovelace", "Ada Lovelace Ltd", None),
        ("Ada Ltd", "x" * 111, None),
    ],
)
def test_checks_are_made_out_to_the_new_name_if_they_were_to_the_old_one(
    printed: str, name: str, expected: str | None
) -> None:
    """A name of its own stays; one that is too long for checks is left as it was."""
    body = written({**RECORD, "PrintOnCheckName": printed}, {Field.DISPLAY_NAME: name})

    assert body.get("PrintOnCheckName") == expected


def test_an_edit_of_something_else_sends_none_of_it() -> None:
    """A phone number is a phone number."""
    assert set(written(RECORD, {Field.PHONE: "312"})) == {"Id", "SyncToken", "sparse", "PrimaryPhone"}


@pytest.mark.parametrize(("active", "marked"), [(True, "Ada Ltd (deleted)"), (False, None)])
def test_the_mark_that_is_left_behind_the_name_of_an_active_customer_is_known(
    active: bool,
    marked: str | None,
) -> None:
    """Of an inactive one it is as it should be. What is written has it in neither case."""
    record = {**RECORD, "DisplayName": "Ada Ltd (deleted)", "Active": active}

    assert customer_of(dict(record)).write_back.marked_name == marked
    assert written(record, {Field.DISPLAY_NAME: "Ada Ltd"})["DisplayName"] == "Ada Ltd"
