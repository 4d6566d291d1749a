"""An id without an end is parked: it could stand in no index, and would hold up who builds the read model."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from adapters.canopy.mapping import client_of
from streams.inputs import Message, UnreadableInputError, partition_of, read_input

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
        "data": data,
    }
    message = Message(
        topic="t",
        partition=partition_of(firm, 8),
        offset=0,
        key=None,
        value=orjson.dumps(event),
        at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    )
    return read_input(message, 8, client_of)


@pytest.mark.parametrize(
    ("kind", "data", "more", "named"),
    [
        ("canopy.client.created.v1", CREATED | {"client_id": LONG}, {}, "client_id"),
        ("canopy.client.created.v1", CREATED, {"firm": LONG}, "firm_id"),
        ("canopy.client.created.v1", CREATED, {"id_": LONG}, "id"),
        ("sync.intent.match.v1", MATCH | {"client_id": LONG}, {}, "client_id"),
        ("sync.intent.match.v1", MATCH | {"customer_id": LONG}, {}, "customer_id"),
    ],
)
def test_an_id_that_is_too_long_is_named(
    kind: str, data: dict[str, Any], more: dict[str, str], named: str
) -> None:
    """With the length that was expected, and without the id."""
    with pytest.raises(UnreadableInputError) as refused:
        read(kind, data, **more)

    assert refused.value.reason == "bad_id"
    assert f"{named}: expected at most 200 characters" in refused.value.detail
    assert "xxx" not in refused.value.detail


def test_the_longest_id_is_read() -> None:
    """Two hundred characters are enough for anybody's."""
    read("canopy.client.created.v1", CREATED | {"client_id": "x" * 200})
