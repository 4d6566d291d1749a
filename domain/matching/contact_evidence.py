"""How far email addresses, phone numbers and addresses agree, and in what they contradict each other."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from domain.matching.known_words import STREET_KINDS
from domain.matching.party import Party
from domain.matching.reasons import Caution, Reason
from domain.matching.streets import Street

_NUMBERS = re.compile(r"\d+")
_ALIKE = 80
_PERHAPS_ALIKE = 60
_WHOLE = 100.0
_LONG_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Contact:
    """What one kind of contact says: points above or below nothing, and why. `firm`: beside a name, it is enough."""

    points: int = 0
    reason: Reason | None = None
    caution: Caution | None = None
    firm: bool = False


_SILENT = Contact()


def compare_emails(left: Party, right: Party, *, shared: bool) -> Contact:
    """Compare all of both. `shared`: one that they have in common belongs to others too."""
    if not left.emails or not right.emails:
        return _SILENT
    if not set(left.emails).isdisjoint(right.emails):
        return (
            Contact(18, Reason.SAME_EMAIL, Caution.SHARED_EMAIL) if shared else Contact(40, Reason.SAME_EMAIL)
        )
    if any(_alike(a, b) for a in left.emails for b in right.emails):
        return Contact(14, Reason.SIMILAR_EMAIL)
    return Contact(-8, caution=Caution.OTHER_EMAIL)


def compare_phones(left: Party, right: Party, *, shared: bool) -> Contact:
    """Compare all of both, by their digits."""
    if not left.phones or not right.phones:
        return _SILENT
    common = set(left.phones).intersection(right.phones)
    if common:
        shared = shared or not common.isdisjoint(left.switchboards | right.switchboards)
        return (
            Contact(10, Reason.SAME_PHONE, Caution.SHARED_PHONE)
            if shared
            else Contact(24, Reason.SAME_PHONE, firm=True)
        )
    return Contact(-4, caution=Caution.OTHER_PHONE)


def compare_streets(left: Street | None, right: Street | None) -> Contact:
    """Compare two addresses: the same house, perhaps the same, the same place, or another one."""
    if left is None or right is None:
        return _SILENT
    line = _likeness(left.line, right.line)
    if line < _ALIKE:
        line = _likeness(left.both, right.both)
    place = _place(left, right)
    house = bool(left.line and right.line and line >= _ALIKE)
    if house and (_other(left.unit, right.unit) or _digits(left.line) != _digits(right.line)):
        return Contact(8 if left.number == right.number else 4, Reason.SIMILAR_ADDRESS, Caution.OTHER_ADDRESS)
    if house and left.number == right.number and place >= 1:
        exact = left.number != "" or line == _WHOLE
        return Contact(20, Reason.SAME_ADDRESS, firm=True) if exact else Contact(14, Reason.SIMILAR_ADDRESS)
    if house and left.number == right.number != "":
        return Contact(13, Reason.SIMILAR_ADDRESS, firm=True)
    if house and place >= 1:
        return Contact(13, Reason.SIMILAR_ADDRESS)
    if place >= 2 and left.number == right.number != "":  # noqa: PLR2004
        return Contact(10, Reason.SIMILAR_ADDRESS, firm=line >= _PERHAPS_ALIKE)
    if place >= 1:
        return Contact(4, Reason.SAME_PLACE, Caution.OTHER_ADDRESS if left.line and right.line else None)
    return Contact(-4, caution=Caution.OTHER_ADDRESS)


def _other(left: str, right: str) -> bool:
    return bool(left and right) and left != right


def _digits(line: str) -> list[str]:
    """Give the numbers of a street that is called by one: 41st Street is not 43rd."""
    return _NUMBERS.findall(line)


def _likeness(left: str, right: str) -> float:
    """Say how alike two streets are, in parts of a hundred: with what kind of street they are, or without."""
    if left == right:
        return _WHOLE
    return max(fuzz.ratio(left, right), fuzz.ratio(_without_kinds(left), _without_kinds(right)))


def _place(left: Street, right: Street) -> int:
    """Count in how many of city and ZIP they agree, where both have them."""
    found = 0
    if left.city and right.city and (left.city == right.city or fuzz.ratio(left.city, right.city) >= _ALIKE):
        found += 1
    if left.postal and left.postal == right.postal:
        found += 1
    return found if left.city or left.postal else 0


def _without_kinds(line: str) -> str:
    return "".join(word for word in line.split() if word not in STREET_KINDS) or line


def _alike(left: str, right: str) -> bool:
    """Say whether two addresses are probably one, mistyped: short ones are too easily two."""
    most = 2
    return min(len(left), len(right)) >= _LONG_ENOUGH and OSA.distance(left, right, score_cutoff=most) <= most
