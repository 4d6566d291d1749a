"""What two parties must have in common to be compared at all, so that long lists need not be compared each with each.

A key is what both would have if they were the same: an email address, how two words of the name sound, a house number
in a ZIP code. Any one of them is enough, so that a mistake in one does not hide the pair.
"""

from itertools import combinations
from zlib import crc32

from domain.matching.known_words import BUSINESS, NICKNAMES
from domain.matching.letters import sound
from domain.matching.party import Party

WEIGHTS = {"e": 8, "p": 6, "n": 8, "s": 4, "f": 4, "z": 4, "a": 3, "h": 3, "o": 3, "i": 2, "w": 2}
"""By the first letter of a key: how much it says. The best compared first, and the least are left out of long lists."""

MOST_STORED = 20

MOST_KEYS = 48
_MOST_WORDS = 4
_BEGIN = 4
_TELLING_WORD = 4


def keys_of(party: Party) -> tuple[str, ...]:
    """Give the keys of a party, in order; each is a letter for its kind and a number made of what it stands for."""
    sounds = _sounds(party)
    found = _of_contacts(party) | _of_names(party, sounds) | _of_house(party) | _of_street(party, sounds)
    return _the_best(found, MOST_KEYS)


def stored_keys(party: Party) -> tuple[str, ...]:
    """Give the keys by which one party is looked up where lists are kept: few, and those that say most.

    Those of a street with a name are not among them, nor made: they are a third of all.
    """
    found = _of_contacts(party) | _of_names(party, _sounds(party)) | _of_house(party)
    return _the_best(found, MOST_STORED)


def _the_best(keys: set[str], most: int) -> tuple[str, ...]:
    return tuple(sorted(keys, key=lambda each: (-WEIGHTS[each[0]], each)))[:most]


def _of_contacts(party: Party) -> set[str]:
    return {_key("e", email) for email in party.emails} | {_key("p", phone) for phone in party.phones}


def _of_house(party: Party) -> set[str]:
    street = party.street
    if street is None or not street.number:
        return set()
    return {_key("z", place, street.number) for place in {street.postal, street.city} - {""}}


def _of_street(party: Party, sounds: list[str]) -> set[str]:
    street = party.street
    if street is None:
        return set()
    found = set()
    begin = street.line.replace(" ", "")[:_BEGIN]
    for place in {street.postal, street.city} - {""}:
        found |= {_key("f", place, each) for each in sounds}
        if begin:
            found.add(_key("o", place, begin))
    if street.number:
        found |= {_key("h", street.number, each) for each in sounds}
        if begin:
            found.add(_key("a", street.number, begin))
    return found


def _of_names(party: Party, sounds: list[str]) -> set[str]:
    bag = party.name.bag
    found = {_key("n", *bag)} if bag else set()
    if party.umlauts:
        found.add(_key("n", *party.umlauts))
    if party.company:
        found.add(_key("n", *party.company))
    found |= {_key("s", *pair) for pair in combinations(sounds, 2)}
    for person in (*party.name.people, *((party.named,) if party.named else ())):
        if person.first and person.last:
            # Either way round: without a comma nobody knows which of the two is the last name.
            found |= {
                _key("i", person.first[0], sound(person.last)),
                _key("i", person.last[0], sound(person.first)),
            }
    long = [word for word in (*bag, *party.company) if len(word) >= _TELLING_WORD and word not in BUSINESS]
    found |= {_key("w", word) for word in long[:_MOST_WORDS]}
    return found


def _sounds(party: Party) -> list[str]:
    """Give how the words of the name sound, a nickname as the name that it stands for; those of the fields too."""
    said = list(party.name.bag)
    for person in (*party.name.people, *((party.named,) if party.named else ())):
        said += [person.first, person.last]
    full = {one for word in said for one in NICKNAMES.get(word, ()) or (word,)}
    sounds = sorted({sound(word) for word in full if len(word) > 1})
    return sounds[: _MOST_WORDS + 1]


def _key(kind: str, *parts: str) -> str:
    """Make a key: short, and the same on every machine. Two that are the same by chance cost a comparison."""
    stands_for = " ".join(parts).encode(errors="surrogatepass")
    return f"{kind}{crc32(stands_for):08x}"
