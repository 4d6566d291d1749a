"""An address as matching sees it: the house, the street, the flat and the place."""

import re
from dataclasses import dataclass

from domain.fields import Address
from domain.matching.known_words import STREETS, UNITS
from domain.matching.letters import words

_MOST_WORDS = 12
_LONGEST_ZIP = 5
_DOOR = re.compile(r"\d+[a-z]?")


@dataclass(frozen=True, slots=True)
class Street:
    """An address: `number` of the house, `line` of the street, in short words; `both`: with what stands in the second line."""

    number: str
    line: str
    both: str
    unit: str
    city: str
    postal: str


def street(address: Address) -> Street | None:
    """Take an address apart; None where there is nothing of it."""
    first, second = (_short(line or "") for line in (address.line1, address.line2))
    first, unit = _apart(first, begin=1)
    second, other_unit = _apart(second, begin=0)
    number = next((word for word in first if word[:1].isdigit()), "")
    line = " ".join(word for word in first if word != number) or " ".join(second)
    city = "".join(words(address.city or ""))
    postal = "".join(words(address.postal_code or ""))[:_LONGEST_ZIP]
    both = " ".join(word for word in (*first, *second) if word != number)
    found = Street(number, line, both, unit or other_unit, city, postal)
    return found if line or city or postal else None


def _short(line: str) -> list[str]:
    return [STREETS.get(word, word) for word in words(line.replace("#", " no "))[:_MOST_WORDS]]


def _apart(said: list[str], *, begin: int) -> tuple[list[str], str]:
    """Part the flat from the house. `begin`: a line that is all flat begins with it at 0.

    Without a word for it, a number at the end is one: behind a house number, or alone in its line.
    """
    at = next((n for n, word in enumerate(said) if n >= begin and word in UNITS), len(said))
    if at == len(said) and at > 2 * begin and _DOOR.fullmatch(said[-1]) and (begin or at == 1):
        return said[:-1], said[-1]
    return said[:at], "".join(said[at + 1 :])
