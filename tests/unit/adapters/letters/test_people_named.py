"""Whom a letter is about: by each id that stands in it, wherever; what can't be read names nobody."""

import orjson
import pytest

from adapters.letters.people_named import rows_named
from domain.outcomes import Holder, HoldersFound
from tests.story.events import client_event


def test_a_client_event_names_its_client() -> None:
    """By its subject or its data; of the firm that the event names."""
    assert rows_named(client_event("f-1", "edited", "c-1", 3, "Ana"), "f-2") == {"link/f-1/c-1"}


def test_an_outcome_names_whoever_was_read() -> None:
    """All of a page, and the row that it is about."""
    clients = [{"client_id": "c-1"}, {"client_id": "c-2"}]
    data = {"key": "customer/f-1/58", "result": {"clients": clients, "customer": {"customer_id": "59"}}}
    event = {"firmid": "f-1", "subject": "firm/f-1", "data": data}
    assert rows_named(orjson.dumps(event), None) >= {
        "customer/f-1/58",
        "customer/f-1/59",
        "link/f-1/c-1",
        "link/f-1/c-2",
    }


def test_a_look_up_names_those_customers_that_have_the_name() -> None:
    """Vendors and employees are nobody's rows."""
    found = HoldersFound(
        holders=(Holder(name="Ana", kind="customer", id="58"), Holder(name="Ana", kind="vendor", id="59"))
    )
    event = {"firmid": "f-1", "data": {"key": "link/f-1/c-1", "result": found}}
    assert rows_named(orjson.dumps(event), None) == {"link/f-1/c-1", "customer/f-1/58"}


def test_where_no_firm_is_named_it_is_that_of_the_letter() -> None:
    """And without one nobody is."""
    value = orjson.dumps({"data": {"client_id": "c-1"}})
    assert rows_named(value, "f-2") == {"link/f-2/c-1"}
    assert rows_named(value, None) == frozenset()


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'"c-1"', b"[" * 40 + b"]" * 40])
def test_what_is_no_event_names_nobody(value: bytes) -> None:
    """Its bytes leave with their time."""
    assert rows_named(value, "f-1") == frozenset()
