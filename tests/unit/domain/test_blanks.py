"""A field of characters that show nothing is an empty field, whichever side says so."""

from datetime import UTC, datetime

import pytest

from adapters.canopy.mapping import client_of
from adapters.quickbooks.mapping import customer_of
from domain.blanks import shows_nothing, tidied

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NOTHING = (
    "",
    "   ",
    "\t",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u200e",
    "\u3164",
    "\u2800",
    "\u00ad\u034f",
    "\ufe0f",
)


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_shows_nothing_is_an_empty_field_on_both_sides(nothing: str) -> None:
    """Else a person would be asked to correct what they can't see."""
    client = client_of(
        {
            "client_id": "c-1",
            "version": 1,
            "type": "individual",
            "phone": nothing,
            "address": {"line1": nothing},
        },
        NOW,
    )
    customer = customer_of(
        {
            "Id": "58",
            "SyncToken": "0",
            "MetaData": {"CreateTime": "2026-11-01T09:00:00Z", "LastUpdatedTime": "2026-11-01T09:00:00Z"},
            "PrimaryPhone": {"FreeFormNumber": nothing},
            "BillAddr": {"Line1": nothing, "Line4": nothing},
        }
    )

    assert shows_nothing(nothing)
    assert client.values == {}
    assert customer.values == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeff Bo\u200b \u00a0Larsen\u3164", "Bo Larsen"),
        ("\u200f\u05d0\u05d1\u05d9\u200f", "\u200f\u05d0\u05d1\u05d9\u200f"),
        ("👩\u200d👧 Lee", "👩\u200d👧 Lee"),
        ("Max\u200bMuster", "Max\u200bMuster"),
    ],
)
def test_what_steers_how_a_word_is_drawn_stays(text: str, expected: str) -> None:
    """Only what takes the place of a blank is taken for one."""
    assert tidied(text) == expected
