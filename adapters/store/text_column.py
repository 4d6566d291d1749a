"""Text as a column, the same in both databases: in order by code point, and without what PostgreSQL can't hold."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, false
from sqlalchemy.types import TypeDecorator

from domain import names

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# PostgreSQL takes no NUL in a text, and no driver half of a surrogate pair; people's texts may hold either.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class PlainText(TypeDecorator[str]):
    """A text. What can't be stored is replaced both when it is written and when it is looked for.

    The collation is `C` in PostgreSQL, which is what SQLite does by itself: lists come in the same order from both,
    and a cursor goes on where its page ended, whatever language the server was installed in.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Give PostgreSQL the collation by name."""
        named = String(collation="C") if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(named)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what can't be stored."""
        return storable(value) if value is not None else None


def storable(text: str) -> str:
    """Replace what PostgreSQL or a driver would refuse, by a character that stands for it."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def holds(column: ColumnElement[str], q: str) -> ColumnElement[bool]:
    """Look for a text in a folded column. What shows nothing stands in none, as a search that is empty in all."""
    text = folded(q)
    return column.contains(text, autoescape=True) if text or not q.strip() else false()


def folded(text: str) -> str:
    """Write a text as it stands in the columns that are searched: what looks the same to people is found."""
    return storable(names.folded(text))
