"""Of a letter, ids and names of ours are shown, and nothing that a client's record may hold."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.letters.decoding import MOST_SHOWN, decoded
from tests import hostile
from tests.story.events import client_event

CANARY = "Wolfeschlegelstein Berger"


def test_ids_and_names_of_fields_are_shown() -> None:
    """With what is null: that something is not there is no value."""
    event = client_event("f-1", "edited", "c-1", 3, CANARY, email=f"{CANARY}@example.com", phone=None)

    found = decoded(event, values=False)

    data = orjson.loads(found.text or "")["data"]
    assert (data["client_id"], data["version"], data["phone"], data["type"]) == ("c-1", 3, None, "individual")
    assert (data["display_name"], data["email"]) == ("•••", "•••")
    assert (found.attributes["id"], found.attributes["firmid"]) == ("evt-c-1-3", "f-1")


@pytest.mark.parametrize(
    "event",
    [
        {CANARY: 1, "data": {CANARY: {CANARY: [CANARY]}}},
        {"id": CANARY, "type": CANARY, "actor": CANARY, "data": {"client_id": CANARY, "version": [CANARY]}},
        [{"phone": CANARY}, CANARY],
        {"data": {"phone": 3125550100, "email": 3125550100}},
    ],
)
def test_a_value_in_any_place_is_hidden(event: Any) -> None:
    """Also where an id, a number or a name of a field should stand."""
    found = decoded(orjson.dumps(event), values=False)

    assert CANARY not in f"{found.text}{found.attributes}"
    assert "3125550100" not in f"{found.text}{found.attributes}"


@given(st.one_of(st.binary(), hostile.values.map(repr).map(lambda text: text.encode(errors="replace"))))
def test_anything_can_be_looked_at(value: bytes) -> None:
    """With values or without."""
    for values in (True, False):
        found = decoded(value, values=values)
        assert found.what in ("json", "text", "bytes")
        assert len(found.text or "") <= 3 * MOST_SHOWN


def test_what_is_no_json_is_shown_to_who_asks_for_values() -> None:
    """As text, or as hex; a long one is cut, and says so."""
    assert decoded(b"{Fiona", values=False).text is None
    assert decoded(b"{Fiona", values=True).text == "{Fiona"
    assert decoded(b"\xff\x00", values=True).text == "ff 00"
    assert decoded(b"x" * 100_000, values=True).cut
    deep = b"[" * 500 + b"]" * 500
    assert decoded(deep, values=False).what == "text"
