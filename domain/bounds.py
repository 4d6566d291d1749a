"""How large what comes in may be: numbers, times, texts and ids, wherever they enter.

What is out of bounds is refused at the door where it comes in, in that door's own words; behind the doors nobody looks
again. Rows of older logs may hold more, and are read all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.reasons import MOST_IN_A_REASON

MOST_NUMBER = 2**63 - 1
"""The largest version, token or offset: what a column and the JSON of others can hold."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Between these lies any time that comes in. Far enough from both ends of the calendar to be reckoned with in any zone."""

CLOCKS_DIFFER = timedelta(days=1)
"""Something that has happened may be stamped as much later than now by another clock, and no more."""

MOST_IN_A_TEXT = 1000
"""The longest text that a person or Canopy may write anywhere, in characters.

A row holds a text up to four times, and a firm's links are planned up to 200 in one decision: one text of near
1 MiB would make that decision too large, and hold up the whole firm.
"""

MOST_IN_A_READ_TEXT = 4000
"""The longest text that is read of QuickBooks: its lines 2 to 5 of an address, 500 characters each, are one to us."""

MOST_DEPTH = 32
"""How deep JSON may be nested. Ours is 7 deep at most."""

MOST_ANSWER_BYTES = 16 * 1024 * 1024
"""The largest answer that is read: a page is 100 records, of some 2 KB each."""

MOST_WAIT_SECONDS = 3600.0
"""How long the other side may ask us to wait at once."""

_CONTROL = r"\x00-\x1f\x7f-\x9f"


@dataclass(frozen=True, slots=True)
class Bound:
    """A text's bounds. `pattern`: of the whole text, in words that Python, Rust and JavaScript read alike.

    `expected`: the same for people.
    """

    pattern: str
    most: int
    expected: str

    def holds(self, text: str) -> bool:
        """Say whether a text is within them."""
        return len(text) <= self.most and re.fullmatch(self.pattern, text) is not None and _is_unicode(text)


ID = Bound(rf"^[^{_CONTROL}]+$", 200, "1 to 200 characters, without control characters")
"""Ids that others make up: of an event, an intent, an effect, a question."""

FIRM = Bound(
    r"^[A-Za-z0-9_][A-Za-z0-9_.:@~-]*$",
    200,
    "1 to 200 letters, digits and _ . : @ ~ -, the first a letter, a digit or _",
)
"""Nothing that a row's key or an address is taken apart by."""

CLIENT = Bound(
    rf"^([^.{_CONTROL} ]|\.[^.{_CONTROL}]|\.\.[^{_CONTROL}])[^{_CONTROL}]*$",
    200,
    "1 to 200 characters, without control characters, and not . or ..",
)
"""Canopy's. It stands as one part of an address, where `.` and `..` would be taken for folders."""

KEY = Bound(ID.pattern, 450, "1 to 450 characters, without control characters")
"""Of a row: its kind, a firm and a record."""

CUSTOMER = Bound(r"^[0-9]+$", 20, "1 to 20 digits")
REALM = Bound(r"^[0-9]+$", 20, "1 to 20 digits")

PERSON = Bound(rf"^user:[^{_CONTROL}]+$", 200, "user:ID, at most 200 characters")
"""Who asks for something. Programs of ours say whom they do it for."""

CODE = Bound(r"^[A-Za-z0-9_.-]+$", 60, "1 to 60 letters, digits and _ . -")
"""Another side's code for what went wrong."""

WHY = Bound(CODE.pattern, 80, "1 to 80 letters, digits and _ . -")
"""Our code for what is waited for, which may name another side's."""

BATCH = Bound(r"^[A-Za-z0-9_-]+$", 64, "1 to 64 letters, digits and _ -")
"""The name of what people ask for together."""

ENGINE = Bound(
    r"^[A-Za-z0-9][A-Za-z0-9._+-]*$",
    40,
    "1 to 40 letters, digits and . _ + -, the first a letter or a digit",
)
"""A version of the program: a number, a tag or a commit. It stands in each record, so it is short."""

CURSOR = Bound(rf"^[^{_CONTROL}]+$", 1000, "1 to 1000 characters, without control characters")

CURSOR_OF_CUSTOMERS = Bound(
    r"^[0-9]{1,12}(:[0-9]{1,3}:[0-9]{1,2}:[0-9]{0,20})?$",
    40,
    "a row's number, perhaps with three more behind colons",
)
"""QuickBooks' pages are told by the number of their first row, their size and where the one before ended."""

REASON = Bound(r"^[\s\S]*$", MOST_IN_A_REASON, f"at most {MOST_IN_A_REASON} characters")
"""What a person says why; it is made one clean line of."""

IDEMPOTENCY_KEY = Bound(r"^[\x20-\x7e]+$", 200, "1 to 200 characters of ASCII")

IDS = frozenset({ID, CLIENT, CUSTOMER, REALM})
"""The bounds of ids, among those by name."""

BY_NAME: Mapping[str, Bound] = {
    "client_id": CLIENT,
    "customer_id": CUSTOMER,
    "deleted_id": CUSTOMER,
    "realm_id": REALM,
    "intent_id": ID,
    "effect_id": ID,
    "address_id": ID,
    "question": ID,
    "id": ID,
    "batch": BATCH,
    "code": CODE,
    "why": WHY,
    "cursor": CURSOR,
    "reason": REASON,
}
"""What stands in a field of this name, in any of our shapes. The firm stands in the event itself."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LEAP_SECOND = "60"


def moment(text: str, latest: datetime = LATEST) -> datetime:
    """Read a time as RFC 3339 writes it, with its zone; gives UTC. A leap second is the second that follows.

    Raises:
        ValueError: it is none, or not between 2000 and `latest`. The message holds nothing of it.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("expected a date and time with its zone, as in 2026-01-31T10:00:00Z")
    day, minute, second, fraction, zone = found.groups(default="")
    leaps = second == _LEAP_SECOND
    try:
        told = datetime.fromisoformat(f"{day}T{minute}:{'59' if leaps else second}{fraction}{zone.upper()}")
    except ValueError:
        raise ValueError("expected a date and time that there is") from None
    return within(told + timedelta(seconds=1) if leaps else told, latest)


def within(told: datetime, latest: datetime = LATEST) -> datetime:
    """Give a time as UTC.

    Raises:
        ValueError: it has no zone, or does not lie between 2000 and `latest`.
    """
    if told.tzinfo is None:
        raise ValueError("expected a time with its zone")
    # By its own calendar first: at both ends of it the time can't be told in another zone.
    near = EARLIEST.year - 1 <= told.year <= LATEST.year + 1
    if not near or not EARLIEST <= told.astimezone(UTC) < latest:
        raise ValueError(f"expected a time between {EARLIEST:%Y-%m-%d} and {_named(latest)}")
    return told.astimezone(UTC)


def too_deep(parsed: object) -> bool:
    """Say whether JSON is nested deeper than we read: whoever walks through it later does so by recursion."""
    level = [parsed]
    for _ in range(MOST_DEPTH):
        level = [
            each
            for place in level
            if isinstance(place, dict | list)
            for each in (place.values() if isinstance(place, dict) else place)
        ]
        if not level:
            return False
    return any(isinstance(place, dict | list) for place in level)


def _named(latest: datetime) -> str:
    return f"{latest:%Y-%m-%d}" if latest == LATEST else "tomorrow"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair, from an address or a header
        return False
    return True
