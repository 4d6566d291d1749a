"""The statements that we send to QuickBooks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.quickbooks.query import (
    all_customers,
    can_be_asked,
    customers_changed,
    customers_created,
    named,
    quoted,
    same_name,
)


def test_a_listing_asks_for_inactive_customers_too() -> None:
    """Left to itself, QuickBooks shows the active ones alone."""
    assert all_customers(101) == (
        "SELECT * FROM Customer WHERE Active IN (true, false) ORDERBY Id STARTPOSITION 101 MAXRESULTS 100"
    )


def test_a_search_asks_by_time_in_whole_seconds_and_utc() -> None:
    """QuickBooks' own times have no fractions, so neither may the bound, else it would miss its second."""
    since = datetime(2026, 9, 1, 3, 0, 0, 999_000, tzinfo=timezone(timedelta(hours=-7)))

    assert customers_created(since, 1) == (
        "SELECT * FROM Customer WHERE Active IN (true, false) "
        "AND MetaData.CreateTime >= '2026-09-01T10:00:00+00:00' ORDERBY Id STARTPOSITION 1 MAXRESULTS 100"
    )


def test_a_sweep_asks_for_what_changed_since() -> None:
    """By id, so that who is edited meanwhile moves nobody to a page that has been read."""
    assert customers_changed(datetime(2026, 9, 1, 10, tzinfo=UTC), 101) == (
        "SELECT * FROM Customer WHERE Active IN (true, false) AND MetaData.LastUpdatedTime >= "
        "'2026-09-01T10:00:00+00:00' ORDERBY Id STARTPOSITION 101 MAXRESULTS 100"
    )


def test_names_are_asked_for_together_and_quoted() -> None:
    """One question for all of them."""
    assert named("Vendor", ("O'Neil", "Fiona")) == (
        r"SELECT * FROM Vendor WHERE Active IN (true, false) AND DisplayName IN ('O\'Neil', 'Fiona')"
    )


@given(st.text())
def test_what_can_be_asked_can_be_quoted(name: str) -> None:
    """Of any name, the answer is a statement or a plain no, never a refusal half-way."""
    if can_be_asked(name):
        assert quoted(name)
    else:
        assert not (name.strip() and len(name) <= 100 and name.isascii() and name.isprintable())


@pytest.mark.parametrize(
    ("text", "expected"), [("O'Neil", r"'O\'Neil'"), ("a\\", r"'a\\'"), (r"\'", r"'\\\''"), ("", "''")]
)
def test_apostrophes_and_backslashes_are_escaped(text: str, expected: str) -> None:
    """The backslash first, else the apostrophe's own would be doubled."""
    assert quoted(text) == expected


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_a_quoted_text_ends_where_it_should(text: str) -> None:
    """Read back by the rule of the parser, it is the text that went in."""
    inner = quoted(text)[1:-1]
    read, rest = "", inner
    while rest:
        assert rest[0] != "'"
        step = 2 if rest[0] == "\\" else 1
        read, rest = read + rest[step - 1], rest[step:]

    assert read == text


@pytest.mark.parametrize("text", ["José", "O\u2019Neil", "a\nb", "a\x7f"])
def test_what_the_parser_may_not_read_is_refused(text: str) -> None:
    """Accents, curly quotes and control characters; the message does not repeat the text."""
    with pytest.raises(ValueError) as caught:
        quoted(text)

    assert text not in str(caught.value)


def test_names_are_compared_without_case_and_spacing() -> None:
    """QuickBooks may hold either for no difference; accents and signs do count."""
    assert same_name(" fiona  GALLAGHER ", "Fiona Gallagher")
    assert not same_name("Fiona Gallagher", "Fiona Gallaghér")
    assert not same_name(None, None)
