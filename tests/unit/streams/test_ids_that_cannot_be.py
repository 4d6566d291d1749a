"""An id that can't be is parked: one without an end could stand in no index, one with a slash is two in a row's key."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from adapters.canopy.mapping import client_of
from domain.bounds import CLIENT, CUSTOMER, FIRM, ID, REALM
from streams.wire.inputs import COMES_BY, Message, UnreadableInputError, partition_of, read_input

LONG = "x" * 201
CREATED = {"client_id": "c-1", "version": 1, "type": "individual", "display_name": "Fiona"}
MATCH = {"client_id": "c-1", "customer_id": "58"}


def read(kind: str, data: Mapping[str, Any], *, firm: str = "f-1", id_: str = "e-1") -> object:
    """Read an event from the partition where its firm lies."""
    event = {
        "specversion": "1.0",
        "id": id_,
        "type": kind,
        "time": "2026-11-24T09:00:00Z",
        "firmid": firm,
        "actor": "user:dana",
        "data": data,
    }
    message = Message(
        topic=COMES_BY[kind],
        partition=partition_of(firm, 8),
        offset=0,
        key=None,
        value=orjson.dumps(event),
        at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    )
    return read_input(message, 8, client_of)


@pytest.mark.parametrize(
    ("kind", "data", "more", "said"),
    [
        (
            "canopy.client.created.v1",
            CREATED | {"client_id": LONG},
            {},
            f"client_id: expected {CLIENT.expected}",
        ),
        (
            "canopy.client.created.v1",
            CREATED | {"client_id": ".."},
            {},
            f"client_id: expected {CLIENT.expected}",
        ),
        ("canopy.client.created.v1", CREATED, {"firm": LONG}, f"firm_id: expected {FIRM.expected}"),
        ("canopy.client.created.v1", CREATED, {"firm": "f-1/7"}, f"firm_id: expected {FIRM.expected}"),
        ("canopy.client.created.v1", CREATED, {"firm": "f 1"}, f"firm_id: expected {FIRM.expected}"),
        ("canopy.client.created.v1", CREATED, {"firm": "."}, f"firm_id: expected {FIRM.expected}"),
        ("canopy.client.created.v1", CREATED, {"id_": LONG}, f"id: expected {ID.expected}"),
        ("canopy.client.created.v1", CREATED, {"id_": "e\x1b[31m"}, f"id: expected {ID.expected}"),
        (
            "sync.intent.match.v1",
            MATCH | {"client_id": LONG},
            {},
            "client_id: expected at most 200 characters",
        ),
        ("sync.intent.match.v1", MATCH | {"client_id": "a\0b"}, {}, f"client_id: expected {CLIENT.expected}"),
        (
            "sync.intent.match.v1",
            MATCH | {"customer_id": "5" * 21},
            {},
            "customer_id: expected at most 20 characters",
        ),
        (
            "sync.intent.match.v1",
            MATCH | {"customer_id": "x"},
            {},
            f"customer_id: expected {CUSTOMER.expected}",
        ),
        ("sync.intent.connect.v1", {"realm_id": "../../x"}, {}, f"realm_id: expected {REALM.expected}"),
    ],
)
def test_an_id_that_cannot_be_is_named(
    kind: str, data: dict[str, Any], more: dict[str, str], said: str
) -> None:
    """With what was expected, and without the id."""
    with pytest.raises(UnreadableInputError) as refused:
        read(kind, data, **more)

    assert refused.value.reason in {"bad_id", "bad_client"}
    assert said in refused.value.detail
    assert "xxx" not in refused.value.detail


def test_the_longest_id_is_read() -> None:
    """Two hundred characters are enough for anybody's."""
    read("canopy.client.created.v1", CREATED | {"client_id": "x" * 200})
