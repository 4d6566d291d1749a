"""The bounds themselves, and the key of a row, which no two pairs share."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.bounds import CLIENT, CUSTOMER, EARLIEST, FIRM, ID, LATEST, MOST_DEPTH, REALM, moment, too_deep
from domain.ids import ClientId, CustomerId, FirmId, customer_key, is_row_of, link_key
from tests import hostile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ids = st.text(alphabet="a/%2F.", min_size=1, max_size=6)


@given(hostile.texts)
def test_a_text_is_a_time_within_the_bounds_or_none(text: str) -> None:
    """Whatever it says, there is one kind of error."""
    with suppress(ValueError):
        assert EARLIEST <= moment(text, NOW) < NOW


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_a_time_is_read_in_any_zone(local: datetime, minutes: int) -> None:
    """And told in UTC."""
    sign, shift = "-" if minutes < 0 else "+", abs(minutes)
    zone = f"{sign}{shift // 60:02}:{shift % 60:02}"

    assert moment(local.isoformat() + zone) == local.replace(tzinfo=UTC) - timedelta(minutes=minutes)


def test_a_leap_second_is_the_second_that_follows() -> None:
    """RFC 3339 writes it as 60, and our calendar has none."""
    assert moment("2016-12-31T23:59:60Z") == datetime(2017, 1, 1, tzinfo=UTC)


def test_the_latest_time_is_named() -> None:
    """Tomorrow is the day that is meant, whichever it is."""
    with pytest.raises(ValueError, match="between 2000-01-01 and tomorrow"):
        moment("2027-01-01T00:00:00Z", NOW)
    with pytest.raises(ValueError, match="between 2000-01-01 and 2100-01-01"):
        moment("2100-01-01T00:00:00Z", LATEST)


@pytest.mark.parametrize("odd", ["", ".", "..", "f/1", "f 1", "f\0", "f\n", "*", "%2F", "x" * 201, "f\ud800"])
def test_no_firm_is_called_so(odd: str) -> None:
    """None of these could stand in a row's key or in an address."""
    assert not FIRM.holds(odd)
    assert not REALM.holds(odd)
    assert not CUSTOMER.holds(odd)


@pytest.mark.parametrize("odd", ["", ".", "..", "c\0", "c\n", "c\x1b", "c\x85", "x" * 201, "c\ud800", " c"])
def test_no_client_is_called_so(odd: str) -> None:
    """Canopy's address would lose the dots, and a terminal would obey the rest."""
    assert not CLIENT.holds(odd)


@pytest.mark.parametrize("good", ["c-1001", "7/y", "a b", "...", ".a", "..a", "Zoë", "x" * 200])
def test_a_client_may_be_called_so(good: str) -> None:
    """It is Canopy's to say, as long as it can be told where it ends."""
    assert CLIENT.holds(good)
    assert ID.holds(good)


@given(ids, ids, ids, ids)
@example("f-1/7", "y", "f-1", "7/y")
@example("f%2F1", "y", "f/1", "y")
def test_no_two_pairs_come_to_one_key(firm: str, record: str, other_firm: str, other_record: str) -> None:
    """Not even those that an older log may hold, with a slash in the firm."""
    for key in (link_key, customer_key):
        one = key(FirmId(firm), record)  # type: ignore[arg-type]
        other = key(FirmId(other_firm), other_record)  # type: ignore[arg-type]
        assert (one == other) == ((firm, record) == (other_firm, other_record))


@given(ids, ids, ids)
def test_a_key_is_of_one_firm(firm: str, record: str, other: str) -> None:
    """Nobody's outcome settles the work of another firm."""
    for key in (link_key(FirmId(firm), ClientId(record)), customer_key(FirmId(firm), CustomerId(record))):
        assert is_row_of(key, FirmId(other)) == (firm == other)


def test_depth_is_counted_to_the_last_level() -> None:
    """Through objects and lists alike."""
    fits: object = "x"
    for n in range(MOST_DEPTH):
        fits = [fits] if n % 2 else {"a": fits}

    assert not too_deep(fits)
    assert too_deep([fits])
