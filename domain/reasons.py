"""Why a person asked for something, in their words: kept as text of one line that shows what it says."""

import unicodedata

MOST_IN_A_REASON = 500
"""Characters. It stands in each record of its decision, and perhaps in the row."""

_TURNS_TEXT = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that let a text be shown in another order than it is written in."""
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def cleaned(reason: str | None) -> str | None:
    """Make one line of a reason, without what controls a terminal or turns the text; None where nothing is left."""
    if reason is None:
        return None
    shown = (
        " " if unicodedata.category(each) in _BREAKS else each for each in reason if each not in _TURNS_TEXT
    )
    return " ".join("".join(shown).split()) or None
