"""What is held of a client, in words: what sending it, or not, would do, by the side on which it would be written."""

from collections.abc import Mapping

from domain.remembered import Held
from domain.selection import SelectionAct


def button_words(held: Held) -> Mapping[SelectionAct, str]:
    """Name what can be done with what is held of one client."""
    return {
        "push": send_word(held),
        "take_theirs": take_word(held),
        "leave_both": "Leave both as they are",
    }


def send_word(held: Held) -> str:
    """Say where it would go."""
    match bool(held.to_quickbooks), bool(held.to_canopy):
        case True, False:
            return "Send to QuickBooks"
        case False, True:
            return "Send to Canopy"
        case _:
            return "Send each across"


def take_word(held: Held) -> str:
    """Say whose value would stand on both sides instead."""
    fields = len(held.to_quickbooks) + len(held.to_canopy)
    values = "value" if fields == 1 else "values"
    match bool(held.to_quickbooks), bool(held.to_canopy):
        case True, False:
            return f"Take QuickBooks' {values}"
        case False, True:
            return f"Take Canopy's {values}"
        case _:
            return "Take the other side's values"
