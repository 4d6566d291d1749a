"""Who is meant by a name: one person, a couple, or somebody of whom only the last name is said."""

from dataclasses import dataclass

from domain.matching.known_words import DEGREES, GENERATIONS, IDLE, NICKNAMES, TITLES
from domain.matching.letters import plain

FAMILY = frozenset({"family", "household", "families"})
_PREFIXES = frozenset(
    {
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "el",
        "al",
        "bin",
        "mc",
        "st",
    }
)
MOST_PEOPLE = 4


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `first` and `last` are written as one word each, so that Mei-Ling is Meiling; either may be empty."""

    first: str
    middle: tuple[str, ...]
    last: str

    @property
    def called(self) -> frozenset[str]:
        """The full names that the first name may stand for."""
        return NICKNAMES.get(self.first, frozenset()) | {self.first}


def person(first: str, middle: str, last: str) -> Person | None:
    """Make a person of the fields for it; None where they are empty, or hold two people."""
    given, family = _of_person(plain(first)), _of_person(plain(last))
    if (not given and not family) or "&" in given or "+" in given or "and" in given:
        return None
    between = _of_person(plain(middle))
    # "Fiona G." in the first name has its middle one behind it.
    return Person(given[0] if given else "", (*given[1:], *between), "".join(family))


def people_in(name: str) -> tuple[Person, ...]:
    """Read people from a display name: "Costa, Kim & Alessandro", "Kim Costa & Alessandro Ruiz", "Fiona G. Gallagher"."""
    before, comma, behind = plain(name).partition(",")
    if comma and not _of_person(behind.replace(",", " ")):
        comma = ""  # "Gallagher, Jr."
    if comma:
        last = "".join(_of_person(before))
        return tuple(_given(each, last) for each in _split(behind.replace(",", " ")))[:MOST_PEOPLE]
    parts = _split(before)
    if not parts:
        return ()
    closing = _whole(parts[-1])
    return (*(_beside(each, closing.last) for each in parts[:-1]), closing)[-MOST_PEOPLE:]


def _split(text: str) -> list[list[str]]:
    """Part what is said of several people, without what is no name."""
    parts: list[list[str]] = [[]]
    for word in text.replace("&", " and ").replace("+", " and ").split():
        if word in {"and", "und"}:
            parts.append([])
        elif word not in TITLES and word not in DEGREES and word not in GENERATIONS and word not in IDLE:
            parts[-1].append(word)
    return [part for part in parts if part]


def _of_person(text: str) -> list[str]:
    return [
        word
        for word in text.split()
        if word not in TITLES and word not in DEGREES and word not in GENERATIONS
    ]


def _given(words: list[str], last: str) -> Person:
    return Person("" if words[0] in FAMILY else words[0], tuple(words[1:]), last)


def _beside(words: list[str], last: str) -> Person:
    """Read who stands before an `&`: their last name is often said once, at the end."""
    alone = not any(len(word) > 1 for word in words[1:])
    return _given(words, last) if alone else _whole(words)


def _whole(words: list[str]) -> Person:
    words = (
        [word for word in words if word not in FAMILY] if len(words) > 1 and words[-1] in FAMILY else words
    )
    if len(words) == 1:
        return Person("", (), words[0])
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PREFIXES:
        begin -= 1
    return Person(words[0], tuple(words[1:begin]), "".join(words[begin:]))
