"""In what two names contradict each other, whatever else in them is the same."""

from rapidfuzz import fuzz

from domain.matching.known_words import LOOSE_FORM
from domain.matching.party import Name, Party
from domain.matching.people import FAMILY

ALIKE_IN_ALL = 84
"""From so many parts of a hundred on, two whole names are probably one."""

_COUPLE = frozenset({"his", "hers"})


def is_addressed_otherwise(left: frozenset[str], right: frozenset[str]) -> bool:
    """Say whether one is addressed as a man and one as a woman, or just one of them as a couple."""
    return left != right and (bool(left and right) or _COUPLE in (left, right))


def is_first_name_changed(left: Name, right: Name) -> bool:
    """Say whether two people of the same words and one last name go by another first one: José Luis and Luis José."""
    if left.bag != right.bag or not len(left.people) == len(right.people) == 1:
        return False
    mine, theirs = left.people[0], right.people[0]
    return mine.last == theirs.last and bool(mine.first and theirs.first) and mine.first != theirs.first


def is_marked_otherwise(left: Name, right: Name) -> bool:
    """Say whether a word of both has other marks in each: Hòa and Hoá are two, and Hoa may be either, typed in haste."""
    return any(
        not (marks <= others or others <= marks)
        for word, marks in left.marks
        for same, others in right.marks
        if word == same
    )


def is_household(name: Name) -> bool:
    """Say whether it is a family's name, and no one person's."""
    return not name.is_business and not FAMILY.isdisjoint(name.core)


def is_other_form(left: str | None, right: str | None) -> bool:
    """Say whether two legal forms, as far as they are written, contradict each other."""
    return None not in (left, right) and left != right and LOOSE_FORM not in (left, right)


def is_other_company(left: Party, right: Party) -> bool:
    """Say whether both name a company, and neither could be the other's, written shorter or mistyped."""
    mine, theirs = set(left.company), set(right.company)
    if not mine or not theirs or mine <= theirs or theirs <= mine:
        return False
    return fuzz.ratio(" ".join(left.company), " ".join(right.company)) < ALIKE_IN_ALL
