"""Of a letter, ids and names of ours are shown, and nothing that a client's record may hold."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.letters.decoding import MOST_SHOWN, decoded, masked
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


def test_names_that_are_none_of_ours_are_told_apart_in_one_walk() -> None:
    """However many stand together: for each a few calls, and not one more for every other beside it."""
    odd = {f"odd-{number}": number for number in range(50_000)}

    with at_most(10 * len(odd)):
        shown = masked({"version": 3, **odd, "data": {"Berger": 1}})

    told_apart = {"…": "•••"} | {f"…{number}": "•••" for number in range(2, len(odd) + 1)}
    assert shown == {"version": 3, **told_apart, "data": {"…": "•••"}}


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Let no more calls be made and ended than so many."""
    left = count(calls, -1)

    def note(*_: object) -> None:
        assert next(left) > 0, f"more than {calls} calls"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


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
