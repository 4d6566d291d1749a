"""Statements in QuickBooks' query language, which is not SQL.

Curly quotes and dashes were seen to break the parser, and how it compares letters is not documented. So we ask by
number and time, and compare names here. Only who has a name, which may be a vendor or an employee that we keep no
list of, is asked by name, and only where the name is safe to ask for.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from domain.names import folded

PAGE = 100
"""Records a page: what QuickBooks gives unasked, and what one message of ours holds (Intuit allows 1000)."""

LONGEST_NAME_ASKED = 100
"""Several names stand in one address, and some servers take no more than 8 KB of that."""

NamedKind = Literal["Customer", "Vendor", "Employee"]
"""Those who share one list of names (Intuit, Customer: DisplayName)."""


def all_customers(start: int, size: int = PAGE) -> str:
    """Ask for `size` customers from row `start` on, counted from 1."""
    return _statement(start, size=size)


def these_customers(ids: Sequence[str]) -> str:
    """Ask for the customers with these ids, at most a page of them."""
    return _statement(1, f"AND Id IN ({', '.join(quoted(each) for each in ids)})")


def customers_created(since: datetime, start: int, size: int = PAGE) -> str:
    """Ask for `size` customers from row `start` on, created at or after `since`, by QuickBooks' clock, which has whole seconds."""
    moment = quoted(since.astimezone(UTC).isoformat(timespec="seconds"))
    return _statement(start, f"AND MetaData.CreateTime >= {moment}", size=size)


def customers_changed(since: datetime, start: int, size: int = PAGE) -> str:
    """Ask for `size` customers from row `start` on, changed at or after `since`, by QuickBooks' clock.

    By id as well: who is edited meanwhile stays in the list, and moves nobody to another page.
    """
    moment = quoted(since.astimezone(UTC).isoformat(timespec="seconds"))
    return _statement(start, f"AND MetaData.LastUpdatedTime >= {moment}", size=size)


def named(kind: NamedKind, names: Sequence[str]) -> str:
    """Ask who of a kind, active or not, has one of these display names."""
    listed = ", ".join(quoted(name) for name in names)
    return " ".join(
        ("SELECT * FROM", kind, "WHERE Active IN (true, false)", f"AND DisplayName IN ({listed})")
    )


def can_be_asked(name: str) -> bool:
    """Tell if a name can stand in a statement: of anything else, no answer could be trusted to mean nobody."""
    return bool(name.strip()) and len(name) <= LONGEST_NAME_ASKED and name.isascii() and name.isprintable()


def quoted(text: str) -> str:
    r"""Write a text into a statement: `\` as `\\` first, then `'` as `\'` (doubling it does not work).

    Raises:
        ValueError: it has characters that the parser may not read. The message does not repeat it.
    """
    if not (text.isascii() and text.isprintable()):
        raise ValueError("only plain ASCII may stand in a query")
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def same_name(left: object, right: object) -> bool:
    """Tell if two display names are one to QuickBooks: neither case nor spacing may tell names apart there."""
    return isinstance(left, str) and isinstance(right, str) and folded(left) == folded(right)


def _statement(start: int, *more: str, size: int = PAGE) -> str:
    # Unasked, QuickBooks leaves inactive customers out (Intuit, Data queries). By id, since rows must not move
    # between pages when one of them is edited.
    active_or_not = ("SELECT * FROM Customer", "WHERE Active IN (true, false)")
    return " ".join((*active_or_not, *more, f"ORDERBY Id STARTPOSITION {start} MAXRESULTS {size}"))
