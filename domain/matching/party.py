"""A client or a customer as matching sees it: what names, addresses and numbers come down to, made once for all comparisons."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.fields import Address, Field, Values
from domain.matching.known_words import (
    BUSINESS,
    DEGREES,
    ENTITIES,
    FORMS,
    GENERATIONS,
    IDLE,
    IDLE_IN_BUSINESSES,
    NOBODYS,
    ROMAN,
    STREETS,
    TITLES,
    UNITS,
)
from domain.matching.letters import spelled_out, words
from domain.matching.people import Person, people_in, person
from domain.matching.reasons import Bar
from domain.names import folded

MOST_WORDS = 12
"""So many words of a name count; a name may be 500 characters long."""

_PARTS_OF_EMAILS = re.compile(r"[\s,;<>]+")
_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(\[]([^)\]]*)[)\]]")
_NO_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:ext|x|#).*$")
_DIGITS = re.compile(r"\d+")
_SKIPPED_OF_PEOPLE = IDLE | TITLES | DEGREES | set(GENERATIONS)
_NATIONAL = 10
_SHORTEST_PHONE = 7
_LONGEST_ZIP = 5
_MOST_CONTACTS = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart. `core`: its words without titles, legal forms and what tells nothing, in order; `bag`: sorted.

    `addition`: what stands behind it in brackets.
    """

    core: tuple[str, ...]
    bag: tuple[str, ...]
    form: str | None
    entity: str | None
    generation: str | None
    numbers: tuple[str, ...]
    addition: tuple[str, ...]
    is_business: bool
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """An address: `number` of the house, `line` of the street, in short words; `both`: with what stands in the second line."""

    number: str
    line: str
    both: str
    unit: str
    city: str
    postal: str


@dataclass(frozen=True, slots=True)
class Party:
    """One of either side. `named`: the person of the fields for it; `company`: the core of the company's name, sorted.

    `who`: all readings of the one person that it is; none where it is a business or several people.
    """

    id: str
    name: Name
    umlauts: tuple[str, ...]
    named: Person | None
    who: tuple[Person, ...]
    company: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    street: Street | None
    bar: Bar | None


def party(own_id: str, values: Values, *, business: bool | None = None, bar: Bar | None = None) -> Party:
    """Make one of its values. `business` None: its side does not say whether it is one."""
    text = {field: value.strip() for field, value in values.items() if isinstance(value, str)}
    shown = text.get(Field.DISPLAY_NAME, "")
    company = name_of(text.get(Field.COMPANY_NAME, ""), business=True)
    named = person(*(text.get(field, "") for field in (Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME)))
    name = name_of(shown or text.get(Field.COMPANY_NAME, ""), business=business is True, named=named)
    if company.bag and company.bag == name.bag and not name.is_business:
        name = name_of(shown, business=True)
    address = values.get(Field.ADDRESS)
    spelled = spelled_out(shown)
    return Party(
        id=own_id,
        name=name,
        umlauts=tuple(sorted(words(spelled))) if spelled else (),
        named=named,
        who=_who(name, named),
        company=company.bag,
        emails=_emails(text.get(Field.EMAIL, "")),
        phones=_phones(text.get(field, "") for field in (Field.PHONE, Field.MOBILE)),
        street=_street(address) if isinstance(address, Address) else None,
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
    said = words(bare)[:MOST_WORDS]
    forms = [FORMS[word] for word in said[1:] if word in FORMS]
    entities = [ENTITIES[word] for word in said if word in ENTITIES]
    is_person = named is not None and {named.first, named.last}.issubset(said)
    is_business = business or bool(forms or entities) or not (is_person or BUSINESS.isdisjoint(said))
    generations = [] if is_business else [GENERATIONS[word] for word in said[1:] if word in GENERATIONS]
    skipped = IDLE_IN_BUSINESSES if is_business else _SKIPPED_OF_PEOPLE
    core = tuple(word for n, word in enumerate(said) if word not in skipped and not (n and word in FORMS))
    addition = words(" ".join(_IN_BRACKETS.findall(shown)))[:MOST_WORDS]
    return Name(
        core=core,
        bag=tuple(sorted(core)),
        form=forms[-1] if forms else None,
        entity=entities[-1] if entities else None,
        generation=generations[-1] if generations else None,
        numbers=_numbers(core, is_business=is_business),
        addition=addition,
        is_business=is_business,
        people=() if is_business else people_in(bare),
    )


def _numbers(core: tuple[str, ...], *, is_business: bool) -> tuple[str, ...]:
    """Give the numbers in a name: the second fund of a house is not its third, however it is written."""
    found = [digits.lstrip("0") for word in core for digits in _DIGITS.findall(word)]
    if is_business:
        found += [ROMAN[word] for word in core[1:] if word in ROMAN]
    return tuple(sorted(found))


def _emails(text: str) -> tuple[str, ...]:
    """QuickBooks takes several in one field, with commas between them."""
    found = {folded(each) for each in _PARTS_OF_EMAILS.split(text) if "@" in each}
    found = {each for each in found if each.partition("@")[0] not in NOBODYS}
    return tuple(sorted(found))[:_MOST_CONTACTS]


def _phones(texts: Iterable[str]) -> tuple[str, ...]:
    found = {_NO_DIGITS.sub("", _EXTENSION.sub("", folded(text)))[-_NATIONAL:] for text in texts}
    return tuple(sorted(each for each in found if len(each) >= _SHORTEST_PHONE and len(set(each)) > 1))[
        :_MOST_CONTACTS
    ]


def _street(address: Address) -> Street | None:
    first, second = (_short(line or "") for line in (address.line1, address.line2))
    first, unit = _apart(first)
    second, other_unit = _apart(second)
    number = next((word for word in first if word[:1].isdigit()), "")
    line = " ".join(word for word in first if word != number) or " ".join(second)
    city = "".join(words(address.city or ""))
    postal = "".join(words(address.postal_code or ""))[:_LONGEST_ZIP]
    both = " ".join(word for word in (*first, *second) if word != number)
    found = Street(number, line, both, unit or other_unit, city, postal)
    return found if line or city or postal else None


def _short(line: str) -> list[str]:
    return [STREETS.get(word, word) for word in words(line)[:MOST_WORDS]]


def _apart(said: list[str]) -> tuple[list[str], str]:
    """Part the flat from the house."""
    at = next((n for n, word in enumerate(said) if word in UNITS), len(said))
    return said[:at], " ".join(said[at + 1 :])
