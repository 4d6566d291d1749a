"""What a customer's fields hold beyond what both sides can hold, and how it survives an edit of the rest.

QuickBooks' email field takes several addresses, its postal address five lines, and a customer has a name for checks
besides its own. Canopy has one of each. So what Canopy can't show is kept beside the values, and goes out again with
every write that would otherwise wipe it out.
"""

import re
from dataclasses import dataclass

from domain.blanks import tidied
from domain.fields import Field, Value

_SEPARATOR = re.compile(r"[;,]")
JOINED_BY = ", "
"""Stands between QuickBooks' further address lines where they are read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """Of one customer.

    `emails`: the whole email field, if several addresses stand in it. `lines`: the address's second to last line, if
    there are more than two; an empty one is "". `check_name_follows`: checks are made out to the display name.
    `marked_name`: the display name as it stands, where QuickBooks left its mark of an inactive customer behind it when
    that was made active again.
    """

    emails: str | None = None
    lines: tuple[str, ...] = ()
    check_name_follows: bool = False
    marked_name: str | None = None


NOTHING_MORE = WriteBack()


def addresses_in(text: str) -> list[str]:
    """Take the addresses of an email field apart."""
    return [address for each in _SEPARATOR.split(text) if (address := tidied(each))]


def emails_with(first: str, there: WriteBack) -> str:
    """Put a new first address before the others, as they stood; none stands there twice."""
    if there.emails is None:
        return first
    old, *others = addresses_in(there.emails)
    if any(other.casefold() == first.casefold() for other in others):
        kept = [other for other in others if other.casefold() != first.casefold()]
        return ", ".join([first, *kept])
    return there.emails.replace(old, first, 1)


def whole(field: Field, value: Value, there: WriteBack) -> Value:
    """Give all that stands in a field of a customer, where that is more than its value."""
    if field is Field.EMAIL and there.emails is not None:
        return there.emails
    return there.marked_name if field is Field.DISPLAY_NAME and there.marked_name is not None else value


def with_the_rest(field: Field, value: Value, there: WriteBack) -> Value:
    """Give all that stands there once a value is written."""
    return emails_with(value, there) if field is Field.EMAIL and isinstance(value, str) else value


def joined(lines: tuple[str, ...]) -> str:
    """Read further address lines as one, as Canopy has it."""
    return JOINED_BY.join(line for line in lines if line)


def lines_with(second: str, there: WriteBack) -> tuple[str, ...]:
    """Give the lines behind the first one, for what Canopy has as its second: as they stood, where that can be told."""
    if not there.lines:
        return (second,)
    if tidied(second) == tidied(joined(there.lines)):
        return there.lines
    pieces = second.split(JOINED_BY)
    filled = [line for line in there.lines if line]
    if len(pieces) != len(filled) or any(JOINED_BY in line for line in filled):
        return (second,)
    left = iter(pieces)
    return tuple(next(left) if line else "" for line in there.lines)
