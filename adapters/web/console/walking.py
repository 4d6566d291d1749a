"""Going from one client of a list to the next: 3 of 23."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.store.client_lists import Place
from domain.ids import ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class Walking:
    """Where one is in which list, and the addresses of the ones before and after; None: there is none."""

    label: str
    says: str
    before: str | None
    after: str | None


def walking(place: Place, label: str, address: Callable[[ClientId], str]) -> Walking:
    """Say where a client stands in a list that people call `label`."""
    here = f"{place.number:,} of {place.total:,}" if place.number is not None else f"{place.total:,} left"
    return Walking(
        label=label,
        says=here,
        before=address(place.before) if place.before is not None else None,
        after=address(place.after) if place.after is not None else None,
    )
