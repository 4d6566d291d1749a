"""When two values mean the same, though they are not spelled the same: nobody is asked which of them stays.

Both sides respell what they are given, and people type a phone number as they like. What is the same to a person is
the same here; a name is not, since an edit of its case alone is meant.
"""

import re
import unicodedata
from dataclasses import fields

from domain.blanks import tidied
from domain.countries import country_code
from domain.fields import Address, Field, Value
from domain.replacing import replace

_PHONES = frozenset({Field.PHONE, Field.MOBILE, Field.FAX})
_NOT_DIALED = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"(?<=[0-9])(extension|extn|ext|x)(?=[0-9])")
_COUNTRY_CODE = re.compile(r"^1(?=[0-9]{10}(?![0-9]))")
"""Of the North American plan, before a whole number of it."""


def alike(field: Field, left: Value, right: Value) -> bool:
    """Say whether two values of a field mean the same: email by letters, phones by digits, countries by country."""
    if left == right:
        return True
    if isinstance(left, Address) and isinstance(right, Address):
        return all(_same_part(part.name, left, right) for part in fields(Address))
    if not isinstance(left, str) or not isinstance(right, str):
        return False
    if field is Field.EMAIL:
        return tidied(left).casefold() == tidied(right).casefold()
    if field in _PHONES:
        return _dialed(left) == _dialed(right)
    return _composed(left) == _composed(right)


def spelled_as_there(value: Value, there: Value) -> Value:
    """Give a value as it is written beside what stands there: a country that is the same keeps its spelling."""
    if isinstance(value, Address) and isinstance(there, Address) and _same_part("country", value, there):
        return replace(value, country=there.country)
    return value


def _same_part(part: str, left: Address, right: Address) -> bool:
    ours, theirs = getattr(left, part), getattr(right, part)
    if ours is None or theirs is None:
        return ours is theirs
    if part == "country" and (code := country_code(ours)) is not None:
        return code == country_code(theirs)
    return _composed(ours) == _composed(theirs)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", tidied(text))


def _dialed(text: str) -> str:
    """Give what is dialed: digits, letters that stand for some, and an extension behind an x."""
    keys = _NOT_DIALED.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if not any(key.isdigit() for key in keys):
        return tidied(text).casefold()
    return _COUNTRY_CODE.sub("", _EXTENSION.sub("x", keys))
