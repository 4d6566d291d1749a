"""Email addresses and phone numbers that are nobody's: typed where a form insists on one."""

import re
from collections import Counter

from domain.matching.known_words import NOBODYS

_NO_LETTERS = re.compile(r"[^a-z]+")
_SHORTEST_PHONE = 7
_NATIONAL = 10
_SHORTEST_OWN = 3
_IN_ORDER = "01234567890123456789"
_TYPED = ("5551212", "1231231234")
_NOWHERE = "000"


def is_nobodys_email(email: str) -> bool:
    """Say whether an address, folded, is made up: by either side of the @, or by both being the same few letters."""
    local, _, domain = email.partition("@")
    host, _, rest = domain.partition(".")
    before, behind = (_NO_LETTERS.sub("", each) if each.isascii() else each for each in (local, host))
    if before in NOBODYS or behind in NOBODYS - {"email", "test"} or rest.endswith("invalid"):
        return True
    return domain.endswith("invalid") or (local == host and len(local) <= _SHORTEST_OWN)


def is_nobodys_phone(digits: str) -> bool:
    """Say whether a number, of digits alone, is made up: too short, nearly all one digit, digits in order, or nowhere."""
    if len(digits) < _SHORTEST_PHONE or max(Counter(digits).values()) >= len(digits) - 1:
        return True
    if digits in _IN_ORDER or digits in _IN_ORDER[::-1] or digits.endswith(_TYPED):
        return True
    return len(digits) == _NATIONAL and _NOWHERE in (digits[:3], digits[3:6])
