"""Canopy's client JSON, both ways."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.canopy.mapping import changes_body, client_body, client_of
from domain.blanks import shows_nothing
from domain.bounds import CLIENT
from domain.fields import Address, Field, Value
from domain.ids import ClientId
from domain.snapshots import Client

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIONA: Mapping[str, object] = {
    "client_id": "c-1001",
    "version": 1,
    "sync_client": True,
    "type": "individual",
    "display_name": "Fiona Gallagher",
    "first_name": "Fiona",
    "middle_name": "Grace",
    "last_name": "Gallagher",
    "company_name": None,
    "email": "fiona@example.com",
    "phone": "(312) 555-0100",
    "mobile": None,
    "fax": None,
    "address": {
        "line1": "2119 S Wallace St",
        "line2": None,
        "city": "Chicago",
        "region": "IL",
        "postal_code": "60616",
        "country": "US",
    },
    "active": True,
}

texts = st.text(min_size=1, max_size=30).filter(lambda text: not shows_nothing(text))
addresses = st.builds(Address, **dict.fromkeys(asdict(Address()), st.none() | texts)).filter(
    lambda address: any(asdict(address).values())
)
VALUES: dict[Field, st.SearchStrategy[Any]] = dict.fromkeys(Field, texts)
VALUES |= {Field.ADDRESS: addresses}
clients = st.builds(
    Client,
    client_id=st.builds(ClientId, texts.filter(CLIENT.holds)),
    version=st.integers(1, 2**53),
    type=st.sampled_from(["individual", "business"]),
    values=st.fixed_dictionaries({}, optional=VALUES),
    changed_at=st.just(NOW),
    active=st.booleans(),
    presence=st.just("present"),
)
writes = st.fixed_dictionaries({}, optional={field: st.none() | each for field, each in VALUES.items()})


@given(clients)
def test_a_client_that_is_written_is_read_back_the_same(client: Client) -> None:
    """Client → JSON → client."""
    assert client_of(orjson.loads(orjson.dumps(client_body(client))), NOW) == client


@given(clients, writes)
def test_a_change_sets_its_fields_and_no_others(client: Client, changes: dict[Field, Value]) -> None:
    """The body of a change laid over a client gives its values, changed and cleared as the write says."""
    after = client_of({**client_body(client), **changes_body(changes)}, NOW).values

    expected = {**client.values, **changes}
    assert after == {field: value for field, value in expected.items() if value is not None}


def test_a_client_of_the_contract_is_read() -> None:
    """The example that Canopy's engineers are given; what we don't keep in step is let be."""
    client = client_of({**FIONA, "owner": "dana", "tags": ["vip"]}, NOW)

    assert (client.client_id, client.version, client.type, client.active) == ("c-1001", 1, "individual", True)
    assert client.changed_at == NOW
    assert client.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.FIRST_NAME: "Fiona",
        Field.MIDDLE_NAME: "Grace",
        Field.LAST_NAME: "Gallagher",
        Field.EMAIL: "fiona@example.com",
        Field.PHONE: "(312) 555-0100",
        Field.ADDRESS: Address(
            line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616", country="US"
        ),
    }


def test_blank_null_and_absent_are_the_same() -> None:
    """None of them is a value, nor is an address without a line."""
    bare = {"client_id": "c-1", "version": 2, "type": "business"}

    assert client_of(bare, NOW).values == {}
    assert client_of({**bare, "email": " ", "phone": "", "address": {"city": ""}}, NOW).values == {}
    assert client_of({**bare, "fax": None, "address": None}, NOW).values == {}


def test_a_cleared_field_is_sent_as_null() -> None:
    """An address as a whole, whatever it held."""
    assert changes_body({Field.EMAIL: None, Field.ADDRESS: None}) == {"email": None, "address": None}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"client_id": ""}, f"client_id: expected {CLIENT.expected}"),
        ({"client_id": 7}, f"client_id: expected {CLIENT.expected}, got a number"),
        ({"client_id": "x" * 201}, f"client_id: expected {CLIENT.expected}"),
        ({"version": 2**63}, "version: expected a whole number, at most 9223372036854775807"),
        ({"email": "x" * 1001}, "email: expected at most 1000 characters"),
        ({"address": {"city": "x" * 1001}}, "address.city: expected at most 1000 characters"),
        ({"version": "1"}, "version: expected a whole number, 1 or more, got a text"),
        ({"version": True}, "version: expected a whole number, 1 or more, got true or false"),
        ({"version": 0}, "version: expected a whole number, 1 or more"),
        ({"version": None}, "version: expected a whole number, 1 or more, got null"),
        ({"type": "Fiona"}, "type: expected individual or business"),
        ({"email": ["Fiona"]}, "email: expected a text or null, got a list"),
        ({"address": "Fiona"}, "address: expected an object or null, got a text"),
        ({"address": {"city": {}}}, "address.city: expected a text or null, got an object"),
        ({"active": "Fiona"}, "active: expected true or false, got a text"),
        (
            {"version": 0, "active": 1},
            "version: expected a whole number, 1 or more; active: expected true or fal",
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_was_expected(wrong: dict[str, object], message: str) -> None:
    """So that its producer can put it right; no value of a client's is repeated."""
    with pytest.raises(ValueError) as caught:
        client_of({**FIONA, **wrong}, NOW)

    assert str(caught.value).startswith(message)
    assert "Fiona" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("absent", ["client_id", "version", "type"])
def test_what_must_be_there_is_missed_by_name(absent: str) -> None:
    """Without these three no client is known, or which of its versions."""
    data = {name: value for name, value in FIONA.items() if name != absent}

    with pytest.raises(ValueError, match=f"^{absent}: expected .*, and it is not there$"):
        client_of(data, NOW)
