"""What each side takes in a field, and how a value is written there: nothing is ever cut.

A value that QuickBooks would not take as it stands is adapted where nothing that a person reads is lost, and only
there: white space becomes one blank, what is not seen is dropped at both ends, and a colon in a name becomes a dash
(QuickBooks keeps it for sub-customers). " (deleted)" behind a name is QuickBooks' own mark, and never sent. Canopy keeps its own spelling: `agreed` remembers the value of each side, so an adapted one is no
change, and comes back as none. All else that does not fit needs a person.

Lengths: public transcriptions of Intuit's Customer reference; where they differ, the smaller one. Canopy's: ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal

from domain.blanks import is_unseen, shows_nothing, tidied
from domain.bounds import MOST_IN_A_TEXT
from domain.fields import Address, Field, Value, Values
from domain.ids import Side
from domain.meaning import alike
from domain.replacing import replace

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

DELETED_SUFFIX = " (deleted)"
"""What QuickBooks puts behind the name of an inactive customer, and may leave there. It is no part of a name."""

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


def without_deleted_mark(name: str) -> str:
    """Take QuickBooks' mark of an inactive customer off a name, however often it stands there."""
    while name.endswith(DELETED_SUFFIX):
        name = name.removesuffix(DELETED_SUFFIX)
    return name


def nameless(values: Values) -> bool:
    """Say whether a customer could not be created, since nothing names it: a company's name alone does not."""
    return not any(values.get(field) for field in NAMES)


def in_step(field: Field, client: Value, customer: Value) -> bool:
    """Say whether the two sides mean the same, as far as each can write it."""
    if alike(field, client, customer):
        return True
    written = adapted("quickbooks", field, client)
    return isinstance(written, Sent) and alike(field, written.value, customer)


def _text(side: Side, name: str, text: str) -> Sent | CannotBeSent:
    if shows_nothing(text):
        return CannotBeSent("shows_nothing")
    if side == "canopy":
        return Sent(text) if len(text) <= MOST_IN_CANOPY else CannotBeSent("too_long", MOST_IN_CANOPY)
    text = tidied(text)
    if name in NAMES:
        text = text.replace(":", "-")
    if name == Field.DISPLAY_NAME:
        text = without_deleted_mark(text)
    most = MOST_IN_QUICKBOOKS[name]
    if len(text) > most:
        return CannotBeSent("too_long", most)
    if name == Field.EMAIL and not _is_mailbox(text):
        return CannotBeSent("not_an_email")
    return Sent(text)


def _is_mailbox(text: str) -> bool:
    return not any(is_unseen(character) for character in text) and _MAILBOX.fullmatch(text) is not None


def _parts(address: Address) -> dict[str, str | None]:
    return {part.name: getattr(address, part.name) for part in fields(address)}
