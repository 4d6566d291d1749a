"""Searching rows by words, in any order, over all that people know somebody by: names, email, phone, id."""

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, case, false, literal, true

from adapters.store.text_column import folded
from domain.fields import Field, Values
from domain.matching.letters import words

MOST_WORDS = 8
LONGEST = 1_000
"""So much is searched of a row; a display name alone may have 500 characters."""

_NAMES = (Field.DISPLAY_NAME, Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME, Field.COMPANY_NAME)
_PHONES = (Field.PHONE, Field.MOBILE, Field.FAX)
_OF_A_PHONE = re.compile(r"[\d()+./\-]*\d[\d()+./\-]*")
_NO_DIGITS = re.compile(r"\D+")
_USUAL = re.compile(r"""[\w\s.,;:'"&+()@/\-\u2018\u2019]*""")
"""What people write in names and numbers. Who types anything else looks for just that."""

_BETWEEN = re.compile(r"[\s,;]+")


def searched(values: Values, ids: Iterable[str]) -> str:
    """Write what a row is found by, each word behind a blank; what two fields share stands there once."""
    text = {field: value for field, value in values.items() if isinstance(value, str)}
    found = [word for field in _NAMES for word in words(text.get(field, ""))]
    found += folded(text.get(Field.EMAIL, "")).split()
    found += [digits for field in _PHONES if (digits := _NO_DIGITS.sub("", text.get(field, "")))]
    found += map(folded, ids)
    return "".join(f" {word}" for word in dict.fromkeys(found))[:LONGEST]


class Asked:
    """What somebody looks for, in rows that have `names`, folded, and `found_by`, as `searched` writes it."""

    def __init__(self, q: str, names: ColumnElement[str], found_by: ColumnElement[str]) -> None:
        self._text = folded(q)
        self._words = _words_of(q)
        self._shows_nothing = bool(q.strip()) and not self._words and not self._text
        self._names = names
        self._found_by = found_by

    @property
    def is_for_all(self) -> bool:
        """Say whether nothing was asked for, so that all rows are found."""
        return not self._words and not self._text and not self._shows_nothing

    def condition(self) -> ColumnElement[bool]:
        """Find rows that have all of the words, or the whole of what was typed in the display name."""
        if self.is_for_all:
            return true()
        if self._shows_nothing:
            return false()
        whole = self._names.contains(self._text, autoescape=True) if self._text else false()
        if not self._words:
            return whole
        return whole | and_(*(self._found_by.contains(word, autoescape=True) for word in self._words))

    def rank(self) -> ColumnElement[str]:
        """Give a digit that puts the best first: the very name, one that begins so, whole beginnings of words, parts."""
        begins = [self._found_by.contains(f" {word}", autoescape=True) for word in self._words]
        return case(
            (self._names == self._text, literal("0")),
            (self._names.startswith(self._text, autoescape=True), literal("1")),
            (and_(*begins) if begins else false(), literal("2")),
            else_=literal("3"),
        )


def _words_of(q: str) -> list[str]:
    """Give what a row must have: an email address as it is, a phone number by its digits, all else by plain letters."""
    found: list[str] = []
    if "_" in q or not _USUAL.fullmatch(q):
        return found
    for part in _BETWEEN.split(q.strip()):
        if "@" in part:
            found.append(folded(part))
        elif _OF_A_PHONE.fullmatch(part):
            found.append(_NO_DIGITS.sub("", part))
        else:
            found += words(part)
    return [word for word in dict.fromkeys(found) if word][:MOST_WORDS]
