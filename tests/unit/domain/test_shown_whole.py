"""What stands in QuickBooks beside the value that Canopy can show is told before it goes, and when it has gone."""

from collections.abc import Iterator, Mapping
from dataclasses import fields as parts_of
from typing import Any

import pytest

from adapters.quickbooks.mapping import customer_of
from domain.fields import Address, Field, Value
from domain.ids import CustomerId
from domain.match_review import reviewed
from domain.snapshots import Customer
from tests.unit.domain.test_write_back import RECORD
from tests.unit.domain.world import World

OTHERS: Mapping[str, Any] = {
    "display_name": "Somebody Else",
    "email": "else@example.com",
    "address": Address(line1="9 Low St"),
}
"""Canopy's values, none of which QuickBooks has."""

RECORDS: Mapping[str, Mapping[str, Any]] = {
    "several emails": {"PrimaryEmailAddr": {"Address": "a@x.example, b@x.example;c@x.example"}},
    "emails of which one is Canopy's": {
        "PrimaryEmailAddr": {"Address": "a@x.example, else@example.com, c@x.example"}
    },
    "a mark of inactive customers": {"DisplayName": "Ada Ltd (deleted)"},
    "five lines": {
        "BillAddr": {
            "Line1": "Attn: Bob",
            "Line2": "ACME Holdings",
            "Line3": "12 Main St",
            "Line4": "Floor 3",
            "Line5": "Springfield IL",
        }
    },
    "lines with gaps": {"BillAddr": {"Line1": "c/o Kit", "Line4": "Bldg B", "City": "Chicago"}},
}


def pieces(record: Any) -> Iterator[str]:
    """Give all that stands in the fields of a record which are kept in step."""
    yield record["DisplayName"]
    yield from record["PrimaryEmailAddr"]["Address"].replace(";", ",").replace(" ", "").split(",")
    yield from (text for key, text in record["BillAddr"].items() if key != "Id")


def told(values: Mapping[Field, Value]) -> str:
    """Write out what was told of each field."""
    texts: list[str | None] = []
    for value in values.values():
        if isinstance(value, Address):
            texts += [getattr(value, part.name) for part in parts_of(Address)]
        else:
            texts.append(value)
    return " | ".join(text for text in texts if text)


def matched_with(record: Mapping[str, Any]) -> tuple[World, Customer]:
    """A client is matched with a customer that looks like this, and differs in all of it."""
    world = World()
    world.add_client(toggle=False, **OTHERS)
    world.know_customer("58", display_name="Ada Ltd")
    customer = customer_of(dict(record))
    world.quickbooks.customers[CustomerId("58")] = customer
    world.later(minutes=1)
    world.notify("58", time=world.now)
    world.finish_read("58")
    assert world.customer("58").customer == customer
    world.intent("match", "c-1", customer_id=CustomerId("58"))
    return world, customer


@pytest.mark.parametrize("more", RECORDS.values(), ids=RECORDS)
def test_whatever_a_match_overwrites_stands_in_its_review_and_on_the_timeline(
    more: Mapping[str, Any],
) -> None:
    """Else a person confirms something else than what happens, and nobody can put it back."""
    record = {**RECORD, **more, "SyncToken": "7"}
    world, customer = matched_with(record)
    client = world.link().client
    assert client is not None

    review = told({line.field: line.now for line in reviewed(client, customer)})
    sent = [change for change in world.decisions[-1].changes if change.what == "sent"]
    timeline = told({c.field: c.before if c.whole_before is None else c.whole_before for c in sent})

    for piece in pieces(record):
        assert piece in review
        assert piece in timeline


@pytest.mark.parametrize("more", RECORDS.values(), ids=RECORDS)
def test_what_will_stand_there_is_told_as_it_will(more: Mapping[str, Any]) -> None:
    """The other addresses stay beside the one that is written."""
    record = {**RECORD, **more, "SyncToken": "7"}
    world, customer = matched_with(record)
    client = world.link().client
    assert client is not None

    (line,) = (line for line in reviewed(client, customer) if line.field is Field.EMAIL)
    (change,) = (each for each in world.decisions[-1].changes if each.field is Field.EMAIL)

    assert change.whole_after == line.after
    others = [piece for piece in pieces(record) if "@" in piece and piece != "else@example.com"][1:]
    assert all(piece in str(line.after) for piece in ["else@example.com", *others])
