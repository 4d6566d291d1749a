"""Names: when two are one, and which others a client could go by."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from domain.blanks import without_unseen
from domain.fields import Address, Field, Value
from domain.snapshots import Client

MOST_PROPOSED = 5
"""As many names as are offered to choose from, and asked of QuickBooks at once."""

HIGHEST_NUMBER = 9

LONGEST_NAME = 500
"""Intuit, Customer: DisplayName has at most 500 characters."""


def folded(text: Value) -> str:
    """Make what two names, or two email addresses, have in common that count as the same.

    Neither case nor spacing may tell names apart in QuickBooks, and a colon never stands in one (Intuit, Customer).
    What looks the same to people is the same: composed and decomposed letters, and whatever is not seen at all.
    """
    return _folded(text) if isinstance(text, str) else ""


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    """Fold a text. The same few are asked about again and again: as a row changes, and wherever it is looked up."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    found = without_unseen(plain.replace(":", "-")).casefold()
    return text if found == text else found  # kept in look-ups, where the row's own text takes no room


def forget() -> None:
    """Let go of the texts that are remembered."""
    _folded.cache_clear()


def free_names(client: Client, taken: Callable[[str], bool]) -> tuple[str, ...]:
    """Propose names for a client whose own is taken, the most natural first; none for which `taken` says yes.

    With the middle name, its initial, the city, the state, the company; then with a number.
    """
    found: dict[str, str] = {}
    own = folded(client.values.get(Field.DISPLAY_NAME))
    for name in _candidates(client):
        key = folded(name)
        if key and key != own and key not in found and len(name) <= LONGEST_NAME and not taken(name):
            found[key] = name
        if len(found) == MOST_PROPOSED:
            break
    return tuple(found.values())


def _candidates(client: Client) -> Iterator[str]:
    name, first, middle, last, company = (
        _text(client, field)
        for field in (
            Field.DISPLAY_NAME,
            Field.FIRST_NAME,
            Field.MIDDLE_NAME,
            Field.LAST_NAME,
            Field.COMPANY_NAME,
        )
    )
    if middle:
        yield from _with_middle_name(name, first, middle, last)
    address = client.values.get(Field.ADDRESS)
    if isinstance(address, Address):
        for place in (address.city, address.region):
            if place:
                yield f"{name} ({place.strip()})"
    if company and folded(company) != folded(name):
        yield f"{name} ({company})"
    for number in range(2, HIGHEST_NUMBER + 1):
        yield f"{name} {number}"


def _with_middle_name(name: str, first: str, middle: str, last: str) -> Iterator[str]:
    initial = f"{middle[0]}."
    # In the order in which the firm writes its names: "Gallagher, Fiona" stays that way round.
    if last and first and folded(name) == folded(f"{last}, {first}"):
        yield f"{last}, {first} {middle}"
        yield f"{last}, {first} {initial}"
    elif first and last:
        yield f"{first} {middle} {last}"
        yield f"{first} {initial} {last}"
    else:
        yield f"{name} {middle}"


def _text(client: Client, field: Field) -> str:
    value = client.values.get(field)
    return value.strip() if isinstance(value, str) else ""
