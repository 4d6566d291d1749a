"""Reasons as chips: a few words each, those that speak for a match and those against it told apart by a sign too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.web.texts.matching import caution_text, reason_text
from domain.matching.reasons import Caution, Reason


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words. `speaks_for`: the two have it in common; else it is a reason to look closely."""

    text: str
    speaks_for: bool


def chips_of(reasons: Iterable[Reason], cautions: Iterable[Caution]) -> Sequence[Chip]:
    """Give the chips of a pair: what speaks for it first."""
    return [
        *(Chip(reason_text(each), True) for each in reasons),
        *(Chip(caution_text(each), False) for each in cautions),
    ]
