"""A client or a customer as matching sees it: what names, addresses and numbers come down to, made once for all comparisons."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.fields import Address, Field, Values
from domain.matching.known_words import (
    BETWEEN,
    BUSINESS,
    DEGREES,
    ENTITIES,
    FORMS,
    GENERATIONS,
    HERS,
    HIS,
    IDLE,
    LOOSE_FORM,
    ROMAN,
    TITLES,
)
from domain.matching.letters import marks_in, spelled_out, words
from domain.matching.nobodys import is_nobodys_email, is_nobodys_phone
from domain.matching.people import Person, people_in, person
from domain.matching.reasons import Bar
from domain.matching.streets import Street, street
from domain.names import folded

MOST_WORDS = 12
"""So many words of a name are kept apart; of a longer one the last is all that remains, in one."""

_PARTS_OF_EMAILS = re.compile(r"[\s,;<>]+")
_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(\[]([^)\]]*)[)\]]")
_NO_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:ext|x|#)\D*\d.*$")
_DIGITS = re.compile(r"\d+")
_SKIPPED_OF_PEOPLE = IDLE | TITLES | DEGREES
_SHORT_FORM = 2
_NATIONAL = 10
_MOST_CONTACTS = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart. `core`: its words without titles, legal forms and what tells nothing, in order; `bag`: sorted.

    `addition`: what stands behind it in brackets. `addressed`: as a man, a woman, or both.
    `marks`: by word, which accents stand over which letter.
    """

    core: tuple[str, ...]
    bag: tuple[str, ...]
    form: str | None
    entity: str | None
    generation: str | None
    numbers: tuple[str, ...]
    addition: tuple[str, ...]
    addressed: frozenset[str]
    marks: tuple[tuple[str, frozenset[tuple[int, str]]], ...]
    is_business: bool
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One of either side. `named`: the person of the fields for it; `company`: the core of the company's name, sorted.

    `who`: all readings of the one person that it is; none where it is a business or several people. `switchboards`: those
    of `phones` that were written with an extension, so that others have them too.
    """

    id: str
    name: Name
    umlauts: tuple[str, ...]
    named: Person | None
    who: tuple[Person, ...]
    company: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    switchboards: frozenset[str]
    street: Street | None
    bar: Bar | None


def party(own_id: str, values: Values, *, business: bool | None = None, bar: Bar | None = None) -> Party:
    """Make one of its values. `business` None: its side does not say whether it is one."""
    text = {field: value.strip() for field, value in values.items() if isinstance(value, str)}
    shown = text.get(Field.DISPLAY_NAME, "")
    written = text.get(Field.COMPANY_NAME, "")
    company = name_of(written, business=True) if written else _NO_COMPANY
    named = person(*(text.get(field, "") for field in (Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME)))
    name = name_of(shown or written, business=business is True, named=named)
    if company.bag and company.bag == name.bag and not name.is_business:
        name = name_of(shown, business=True)
    address = values.get(Field.ADDRESS)
    numbers = [text.get(field, "") for field in (Field.PHONE, Field.MOBILE)]
    spelled = spelled_out(shown)
    return Party(
        id=own_id,
        name=name,
        umlauts=tuple(sorted(words(spelled))) if spelled else (),
        named=named,
        who=_who(name, named),
        company=company.bag,
        emails=_emails(text.get(Field.EMAIL, "")),
        phones=_phones(numbers),
        switchboards=frozenset(_phones(each for each in numbers if _EXTENSION.search(folded(each)))),
        street=street(address) if isinstance(address, Address) else None,
        bar=bar,
    )


def _who(name: Name, named: Person | None) -> tuple[Person, ...]:
    if name.is_business or len(name.people) > 1:
        return ()
    shown = name.people
    # Fields without a middle name say nothing that the display name doesn't.
    if named is None or (
        shown and (named.first, named.last) == (shown[0].first, shown[0].last) and not named.middle
    ):
        return shown
    if shown and (named.first, named.last) == (shown[0].first, shown[0].last):
        return (named,)
    return (named, *shown)


def name_of(shown: str, *, business: bool, named: Person | None = None) -> Name:
    """Take a name apart. `named`: who stands in the fields for a person; that one may be called Church, or Baker."""
    bare = _IN_BRACKETS.sub(" ", shown)
    said = _said(bare)
    is_person = named is not None and {named.first, named.last}.issubset(said)
    begin = _where_forms_begin(said, is_person=is_person)
    forms = [FORMS[word] for word in said[begin:]]
    entities = [ENTITIES[word] for word in said if word in ENTITIES]
    is_business = business or bool(forms or entities or _has_form_within(said[:begin]))
    is_business = is_business or not (is_person or BUSINESS.isdisjoint(said))
    generations = [] if is_business else [GENERATIONS[word] for word in said if word in GENERATIONS]
    core = _core_of_business(said[:begin]) if is_business else _core_of_people(said)
    return Name(
        core=core,
        bag=tuple(sorted(core)),
        form=next((form for form in reversed(forms) if form != LOOSE_FORM), forms[-1] if forms else None),
        entity=entities[-1] if entities else None,
        generation=generations[-1] if generations else None,
        numbers=_numbers(core, is_business=is_business),
        addition=_said(" ".join(_IN_BRACKETS.findall(shown))),
        addressed=frozenset(("his",) * (not HIS.isdisjoint(said)) + ("hers",) * (not HERS.isdisjoint(said))),
        marks=marks_in(bare),
        is_business=is_business,
        people=() if is_business else people_in(bare),
    )


def _said(text: str) -> tuple[str, ...]:
    said = words(text)
    return said if len(said) <= MOST_WORDS else (*said[: MOST_WORDS - 1], "".join(said[MOST_WORDS - 1 :]))


def _where_forms_begin(said: tuple[str, ...], *, is_person: bool) -> int:
    """Say where the legal form begins that a name ends with. Somebody may be called Sa, or Co."""
    end = len(said)
    while end > 1 and said[end - 1] in FORMS and not (is_person and len(said[end - 1]) <= _SHORT_FORM):
        end -= 1
    return end


def _has_form_within(said: tuple[str, ...]) -> bool:
    """Say whether a form stands among other words: of two letters it may be anything, as the PC of who repairs them."""
    return any(word in FORMS and len(word) > _SHORT_FORM for word in said[1:])


def _core_of_business(said: tuple[str, ...]) -> tuple[str, ...]:
    last = len(said) - 1
    return tuple(
        str(int(word)) if word.isascii() and word.isdigit() else word
        for n, word in enumerate(said)
        if word not in IDLE
        and not (n == 0 and word == "a" and last)
        and not (0 < n < last and word in BETWEEN)
    )


def _core_of_people(said: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out titles and the like, unless next to nothing remains: then "Mr. Roe" and "Ms. Roe" must stay two."""
    found = tuple(
        word
        for n, word in enumerate(said)
        if word not in _SKIPPED_OF_PEOPLE and not (n and word in GENERATIONS)
    )
    return found if len(found) > 1 else said


def _numbers(core: tuple[str, ...], *, is_business: bool) -> tuple[str, ...]:
    """Give the numbers in a name: the second fund of a house is not its third, however it is written."""
    found = [digits.lstrip("0") for word in core for digits in _DIGITS.findall(word)]
    if is_business:
        found += [ROMAN[word] for word in core[1:] if word in ROMAN]
    return tuple(sorted(found))


def _emails(text: str) -> tuple[str, ...]:
    """QuickBooks takes several in one field, with commas between them."""
    found = {folded(each) for each in _PARTS_OF_EMAILS.split(text) if "@" in each}
    return tuple(sorted(each for each in found if not is_nobodys_email(each)))[:_MOST_CONTACTS]


def _phones(texts: Iterable[str]) -> tuple[str, ...]:
    found = {_NO_DIGITS.sub("", _EXTENSION.sub("", folded(text)))[-_NATIONAL:] for text in texts}
    return tuple(sorted(each for each in found if not is_nobodys_phone(each)))[:_MOST_CONTACTS]


_NO_COMPANY = name_of("", business=True)
"""What most people have: made once, since it is the same for all."""
