"""How far two names agree, and in what they contradict each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from domain.matching.alike_words import mistyped
from domain.matching.contradictions import (
    ALIKE_IN_ALL,
    is_addressed_otherwise,
    is_first_name_changed,
    is_household,
    is_marked_otherwise,
    is_other_company,
    is_other_form,
)
from domain.matching.known_words import BUSINESS
from domain.matching.party import Name, Party
from domain.matching.people import Person
from domain.matching.reasons import Caution, Reason

TELLING = 3
"""From so many words on that tell something, an equal name of a business is hardly chance. Of people it may be."""

_ALIKE_FIRST_NAMES = 72
_ONE_PERSON = 38
_PERHAPS_ONE = 30
_LONG_WORD = 3
_PART = 12
_ALL_PARTS = 26


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """`points`: how well they agree, 0 to 50. `firm`: with something else that agrees there is no doubt left.

    `telling`: the name says so much that nothing else need agree.
    """

    points: int
    reason: Reason | None = None
    cautions: tuple[Caution, ...] = ()
    firm: bool = False
    telling: bool = False


_NONE = NameEvidence(0)


def compare_names(left: Party, right: Party) -> NameEvidence:
    """Compare all names of two parties, and go by those that agree best."""
    best = max(_findings(left, right), key=lambda each: each.points, default=_NONE)
    if not best.points:
        return best
    if is_household(left.name) != is_household(right.name):
        reason = Reason.SAME_HOUSEHOLD if best.points >= _PERHAPS_ONE else best.reason
        best = NameEvidence(min(best.points, _PERHAPS_ONE), reason, best.cautions)
    against = _against(left, right, best.reason)
    if not against:
        return best
    cautions = tuple(dict.fromkeys((*best.cautions, *against)))
    return NameEvidence(best.points, best.reason, cautions)


def _findings(left: Party, right: Party) -> Iterator[NameEvidence]:
    """Give what agrees; what agrees wholly ends the search."""
    mine, theirs = left.name, right.name
    if mine.bag and (mine.bag == theirs.bag or _one_is_spelled_out(left, right)):
        yield _same(mine, theirs)
        return
    if mine.core and "".join(mine.core) == "".join(theirs.core):
        yield NameEvidence(49, Reason.SAME_NAME, firm=_says_who(mine, theirs))
        return
    yield from _of_businesses(left, right)
    if left.who and right.who:
        found = [_people_agree(a, b) for a in left.who for b in right.who]
        yield from found
        if not any(each.points for each in found):
            yield from _of_words(mine, theirs)
        return
    yield from _of_people(left, right)
    yield from _of_words(mine, theirs)


def _one_is_spelled_out(left: Party, right: Party) -> bool:
    return (bool(left.umlauts) and left.umlauts == right.name.bag) or (
        bool(right.umlauts) and right.umlauts == left.name.bag
    )


def _same(left: Name, right: Name) -> NameEvidence:
    if left.form != right.form:
        return NameEvidence(47, Reason.SAME_NAME_BUT_FORM, firm=True)
    reason = Reason.SAME_NAME if left.core == right.core else Reason.NAME_TURNED_ROUND
    says = [word for word in left.bag if len(word) > 1 and not word.isdigit() and word not in BUSINESS]
    telling = len(says) >= TELLING and left.core == right.core and (left.is_business or right.is_business)
    return NameEvidence(50, reason, firm=_says_who(left, right), telling=telling)


def _says_who(left: Name, right: Name) -> bool:
    """Say whether an equal name means one: an initial, or a last name, is everybody's who lives in the house."""
    if left.is_business or right.is_business:
        return True
    whole = [word for word in left.core if len(word) > 1]
    return len(whole) > 1 or any(not word.isascii() for word in whole)


def _of_businesses(left: Party, right: Party) -> Iterator[NameEvidence]:
    mine, theirs = left.name, right.name
    for company, other in ((left.company, right), (right.company, left)):
        if company and company in (other.name.bag, other.company):
            both = mine.is_business and theirs.is_business
            # A name of more words than the company's may be a branch, or a plan of its own.
            alone = set(company).issuperset((*mine.bag, *theirs.bag))
            yield NameEvidence(40 if both else 32, Reason.SAME_COMPANY, firm=both and alone)
    if mine.is_business != theirs.is_business:
        for business, one in ((left, right), (right, left)):
            if business.name.is_business and any(
                _people_agree(person, business.named).points >= _ONE_PERSON
                for person in one.who
                if business.named
            ):
                yield NameEvidence(26, Reason.SAME_CONTACT, (Caution.PERSON_AND_BUSINESS,))


def _of_people(left: Party, right: Party) -> Iterator[NameEvidence]:
    """Compare where one of the two at least is several people."""
    if left.name.is_business or right.name.is_business:
        return
    mine, theirs = left.name.people, right.name.people
    matched = [
        max((_people_agree(a, b) for b in theirs), key=lambda each: each.points, default=_NONE) for a in mine
    ]
    all_met = all(any(_people_agree(a, b).firm for a in mine) for b in theirs)
    if len(mine) == len(theirs) and matched and all_met and all(each.firm for each in matched):
        yield min(matched, key=lambda each: each.points)
    elif any(each.firm for each in matched):
        yield NameEvidence(30, Reason.SAME_HOUSEHOLD)
    elif any(each.reason is Reason.SAME_LAST_NAME for each in matched):
        yield NameEvidence(12, Reason.SAME_LAST_NAME)


def _people_agree(left: Person, right: Person) -> NameEvidence:
    if left.last == right.last and left.last:
        return _first_names(left, right)
    if left.first and left.first == right.last and left.last == right.first:
        return NameEvidence(48, Reason.NAME_TURNED_ROUND, firm=True)
    if not left.first or not right.first:
        return NameEvidence(24, Reason.SIMILAR_NAME) if mistyped(left.last, right.last) else _NONE
    if left.first == right.first:
        if mistyped(left.last, right.last):
            return NameEvidence(38, Reason.SIMILAR_NAME, _middle(left, right), firm=not _middle(left, right))
        return NameEvidence(14, Reason.PART_OF_NAME, (Caution.OTHER_LAST_NAME,))
    if mistyped(left.first, right.first) and mistyped(left.last, right.last):
        return NameEvidence(28, Reason.SIMILAR_NAME)
    return _NONE


def _first_names(left: Person, right: Person) -> NameEvidence:
    """Compare two people of one last name."""
    middle = _middle(left, right)
    if not left.first or not right.first:
        return NameEvidence(20, Reason.SAME_LAST_NAME)
    if middle:
        same = left.first == right.first
        return NameEvidence(
            24 if same else 10, Reason.PART_OF_NAME if same else Reason.SAME_LAST_NAME, middle
        )
    if left.first == right.first:
        if left.middle == right.middle:
            return NameEvidence(50, Reason.SAME_NAME, firm=len(left.first) > 1)
        return NameEvidence(45, Reason.SAME_NAME_BUT_MIDDLE, firm=len(left.first) > 1)
    if left.called & right.called:
        # Sam may be Samuel or Samantha, and both may live there.
        means_one = all(len(each.called - {each.first}) <= 1 for each in (left, right))
        return NameEvidence(40, Reason.NICKNAME, firm=means_one)
    if left.first + "".join(left.middle) == right.first + "".join(right.middle):
        return NameEvidence(36, Reason.SIMILAR_NAME)
    if len(left.first) == 1 or len(right.first) == 1:
        if left.first[0] == right.first[0]:
            return NameEvidence(32, Reason.SAME_INITIAL)
    elif left.first in right.middle or right.first in left.middle:
        return NameEvidence(30, Reason.PART_OF_NAME, (Caution.OTHER_FIRST_NAME,))
    elif mistyped(left.first, right.first) or fuzz.ratio(left.first, right.first) >= _ALIKE_FIRST_NAMES:
        return NameEvidence(34, Reason.SIMILAR_NAME)
    return NameEvidence(10, Reason.SAME_LAST_NAME, (Caution.OTHER_FIRST_NAME,))


def _middle(left: Person, right: Person) -> tuple[Caution, ...]:
    for mine, theirs in zip(left.middle, right.middle, strict=False):
        short = min(len(mine), len(theirs))
        if mine[:short] != theirs[:short] if short == 1 else mine != theirs and not mistyped(mine, theirs):
            return (Caution.OTHER_MIDDLE_NAME,)
    return ()


def _of_words(left: Name, right: Name) -> Iterator[NameEvidence]:
    """Compare what is not read as people: words that both have, and how alike the whole is."""
    if not left.core or not right.core:
        return
    likeness = fuzz.ratio(" ".join(left.bag), " ".join(right.bag))
    if likeness >= ALIKE_IN_ALL:
        yield NameEvidence(round(likeness * 0.34), Reason.SIMILAR_NAME)
    mine = {word for word in left.bag if len(word) >= _LONG_WORD and word not in BUSINESS}
    common = mine.intersection(right.bag)
    if common and (left.is_business or right.is_business):
        part = (_ALL_PARTS - _PART) * len(common) // len(mine)
        yield NameEvidence(_PART + part, Reason.PART_OF_NAME)


def _against(left: Party, right: Party, reason: Reason | None) -> tuple[Caution, ...]:
    """Say what contradicts whatever else agrees."""
    mine, theirs = left.name, right.name
    found = []
    if mine.generation != theirs.generation:
        found.append(Caution.OTHER_GENERATION)
    if is_first_name_changed(mine, theirs) or is_marked_otherwise(mine, theirs):
        found.append(Caution.OTHER_FIRST_NAME)
    if mine.numbers != theirs.numbers:
        found.append(Caution.OTHER_NUMBER)
    if mine.entity != theirs.entity or is_other_form(mine.form, theirs.form):
        found.append(Caution.OTHER_LEGAL_FORM)
    if mine.addition != theirs.addition:
        found.append(Caution.OTHER_ADDITION)
    if mine.is_business != theirs.is_business and reason not in {Reason.SAME_NAME, Reason.NAME_TURNED_ROUND}:
        found.append(Caution.PERSON_AND_BUSINESS)
    if not (mine.is_business or theirs.is_business):
        found += _other_person(left.named, right.named)
        if mine.bag != theirs.bag and len(mine.people) == len(theirs.people) == 1:
            found += _other_person(mine.people[0], theirs.people[0])
        if is_addressed_otherwise(mine.addressed, theirs.addressed):
            found.append(Caution.OTHER_FIRST_NAME)
    if is_other_company(left, right):
        found.append(Caution.OTHER_COMPANY)
    return tuple(found)


def _other_person(left: Person | None, right: Person | None) -> tuple[Caution, ...]:
    """Say whether the fields for a person name two people, whatever the display name is."""
    if left is None or right is None or not left.first or not right.first:
        return ()
    agree = _people_agree(left, right)
    if agree.points >= _PERHAPS_ONE:
        return ()
    return agree.cautions or (Caution.OTHER_FIRST_NAME,)
