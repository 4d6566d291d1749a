"""What each side takes in a field, and how a value is written there: nothing is ever cut.

A value that QuickBooks would not take as it stands is adapted where nothing that a person reads is lost, and only
there: white space and control characters become one blank, a colon in a name becomes a dash (QuickBooks keeps it for
sub-customers). Canopy keeps its own spelling: `agreed` remembers the value of each side, so an adapted one is no
change, and comes back as none. All else that does not fit needs a person.

Lengths: public transcriptions of Intuit's Customer reference; where they differ, the smaller one. Canopy's: ours.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Literal

from domain.bounds import MOST_IN_A_TEXT
from domain.fields import Address, Field, Value, Values
from domain.ids import Side

MOST_IN_CANOPY = MOST_IN_A_TEXT
"""The longest text of a client: twice what QuickBooks takes anywhere."""

MOST_IN_QUICKBOOKS: Mapping[str, int] = MappingProxyType(
    {
        Field.DISPLAY_NAME: 500,
        Field.FIRST_NAME: 100,
        Field.MIDDLE_NAME: 100,
        Field.LAST_NAME: 100,
        Field.COMPANY_NAME: 100,
        Field.EMAIL: 100,
        Field.PHONE: 30,
        Field.MOBILE: 30,
        Field.FAX: 30,
        "line1": 500,
        "line2": 500,
        "city": 255,
        "region": 255,
        "postal_code": 30,
        "country": 255,
    }
)
"""Characters, by field or part of an address."""

NAMES = (Field.DISPLAY_NAME, Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME)
"""Any of these is enough of a name for QuickBooks, which makes the display name of the others; none takes a colon."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode's control and format characters, and its blanks: a text of nothing else shows nothing."""

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
"""White space and control characters."""

# A mailbox of RFC 822 as people have one: one address, dots only between other characters, nothing that is not seen.
_WORD = r"[^\s@,;:<>()\[\]\\\".]+"
_MAILBOX = re.compile(rf"{_WORD}(\.{_WORD})*@{_WORD}(\.{_WORD})+")

Why = Literal["too_long", "shows_nothing", "not_an_email", "must_not_be_empty"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What is written: the value itself, or what it was adapted to."""

    value: Value


@dataclass(frozen=True, slots=True)
class CannotBeSent:
    """Only a person can make it fit. `most`: the characters that are taken. `part`: of an address."""

    why: Why
    most: int | None = None
    part: str | None = None


def adapted(side: Side, field: Field, value: Value) -> Sent | CannotBeSent:
    """Say how a value is written to a side, if it can be. None clears the field."""
    if value is None:
        # Both sides name a record by it; a sparse update can't remove it (Intuit, Customer).
        return CannotBeSent("must_not_be_empty") if field is Field.DISPLAY_NAME else Sent(None)
    if not isinstance(value, Address):
        return _text(side, field, value)
    parts = {part: text for part, text in _parts(value).items() if text is not None}
    written: dict[str, str] = {}
    for part, text in parts.items():
        match _text(side, part, text):
            case Sent(str() as fits):
                written[part] = fits
            case CannotBeSent() as wrong:
                return replace(wrong, part=part)
    return Sent(Address(**written))


def not_taken(side: Side, values: Values) -> dict[Field, CannotBeSent]:
    """Name the fields of a write that a side would not take, with the reason."""
    answers = {field: adapted(side, field, values[field]) for field in Field if field in values}
    return {field: answer for field, answer in answers.items() if isinstance(answer, CannotBeSent)}


def as_written(side: Side, values: Values) -> dict[Field, Value]:
    """Write the fields as a side takes them; what it does not take stays as it is, for that side to refuse."""
    answers = {field: adapted(side, field, value) for field, value in values.items()}
    return {
        field: answer.value if isinstance(answer, Sent) else values[field]
        for field, answer in answers.items()
    }


def nameless(values: Values) -> bool:
    """Say whether a customer could not be created, since nothing names it: a company's name alone does not."""
    return not any(values.get(field) for field in NAMES)


def in_step(field: Field, client: Value, customer: Value) -> bool:
    """Say whether the two sides hold the same, as far as each can write it."""
    return client == customer or adapted("quickbooks", field, client) == Sent(customer)


def _text(side: Side, name: str, text: str) -> Sent | CannotBeSent:
    if all(unicodedata.category(character) in _UNSEEN for character in text):
        return CannotBeSent("shows_nothing")
    if side == "canopy":
        return Sent(text) if len(text) <= MOST_IN_CANOPY else CannotBeSent("too_long", MOST_IN_CANOPY)
    text = _BLANKS.sub(" ", text).strip(" ")
    if name in NAMES:
        text = text.replace(":", "-")
    most = MOST_IN_QUICKBOOKS[name]
    if len(text) > most:
        return CannotBeSent("too_long", most)
    if name == Field.EMAIL and not _is_mailbox(text):
        return CannotBeSent("not_an_email")
    return Sent(text)


def _is_mailbox(text: str) -> bool:
    seen = not any(unicodedata.category(character) in _UNSEEN for character in text)
    return seen and _MAILBOX.fullmatch(text) is not None


def _parts(address: Address) -> dict[str, str | None]:
    return {part.name: getattr(address, part.name) for part in fields(address)}
