"""What people are told about doing something with many clients at once: the acts, what each does, and why one is left alone."""

from collections.abc import Mapping
from typing import assert_never

from adapters.web.texts.refusals import refusal_text
from domain.codes import RefusalCode
from domain.selection import SelectionAct


def act_word(act: SelectionAct) -> str:
    """Name an act, as its button does."""
    match act:
        case "push":
            return "Send held changes"
        case "take_theirs":
            return "Take the other side's values"
        case "leave_both":
            return "Leave as they are"
        case "retry":
            return "Try again"
        case "unmatch":
            return "Unmatch"
        case "leave":
            return "Leave out"
        case _:
            assert_never(act)


def act_title(act: SelectionAct, number: int) -> str:
    """Say what is asked for, with how many clients."""
    clients = many(number, "client", "clients")
    match act:
        case "push":
            return f"Send held changes of {clients}"
        case "take_theirs":
            return f"Take the other side's values for {clients}"
        case "leave_both":
            return f"Leave {clients} as {'it is' if number == 1 else 'they are'}"
        case "retry":
            return f"Try {clients} again"
        case "unmatch":
            return f"Unmatch {clients}"
        case "leave":
            return f"Leave {clients} out"
        case _:
            assert_never(act)


def act_text(act: SelectionAct, number: int) -> str:
    """Say exactly what happens."""
    one = number == 1
    match act:
        case "push":
            return (
                "What was held back is sent, and replaces what stands there. Replaced values are kept in the timeline "
                "of the client, and can be put back."
            )
        case "take_theirs":
            return (
                "Nothing of what is held is sent. Where it would go, the value stays, and the side that was edited gets it "
                "too. Replaced values are kept in the timeline of the client, and can be put back."
            )
        case "leave_both":
            return "Nothing is sent. Each side keeps its own value, and they stay different; from now on only later edits go across."
        case "retry":
            return (
                f"What was not taken is sent once more, as {'it stands' if one else 'each stands'} now. What is still "
                "wrong comes back to Needs attention."
            )
        case "unmatch":
            return (
                f"{'It is' if one else 'They are'} no longer synced. Nothing is written on either side, and edits no "
                "longer go across. Reverting the batch matches them again."
            )
        case "leave":
            return (
                f"No match is suggested for {'it' if one else 'them'} from now on, and {'it stays' if one else 'they stay'} "
                "out of QuickBooks until somebody chooses otherwise under Suggested matches."
            )
        case _:
            assert_never(act)


def skip_text(code: RefusalCode, facts: Mapping[str, str]) -> str:
    """Say of some clients in a few words why they are left alone."""
    match code:
        case "nothing_to_push":
            return "nothing is held"
        case "nothing_to_retry":
            return "nothing failed that could be tried again"
        case "already_unmatched":
            return "not synced"
        case "already_linked":
            return "synced with a customer"
        case "client_gone":
            return "archived or deleted in Canopy"
        case "not_connected":
            return "the firm is not connected to QuickBooks"
        case "write_under_way":
            return "a change is just being sent"
        case _:
            return refusal_text(code, facts)


def many(number: int, one: str, more: str) -> str:
    """Write how many."""
    return f"{number:,} {one if number == 1 else more}"
