"""How batches, and what is chosen on the way to one, are shown wherever they are: words and icons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from adapters.web.api.batch_shapes import State
from adapters.web.console.words import Icon
from adapters.web.texts.who_and_when import who
from domain.batches import Do, RowState
from domain.matching.choices import Choice, ChoiceDo

CHOICES: Mapping[ChoiceDo, str] = {
    "match": "Match",
    "create": "Create in QuickBooks",
    "create_client": "Create in Canopy",
    "leave": "Leave out",
    "later": "Decide later",
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Look:
    """A word, and the icon that goes with it."""

    word: str
    icon: Icon


def chosen_word(do: ChoiceDo) -> str:
    """Name a choice."""
    return CHOICES[do]


def lost_text(choice: Choice) -> str:
    """Say of a choice that its client or its customer can't be matched any more, or is paired with another one."""
    whom = f"client {choice.client_id}" if choice.client_id is not None else f"customer {choice.customer_id}"
    return (
        f"{who(choice.chosen_by)} chose “{chosen_word(choice.do)}” for {whom}, which has been matched or paired otherwise, "
        "or has gone, since."
    )


def do_word(do: Do) -> str:
    """Name what is asked of a row."""
    match do:
        case "unmatch":
            return "Unmatch"
        case "unmatch_with_values_back":
            return "Unmatch, and put values back"
        case "push":
            return "Send held changes"
        case "take_theirs":
            return "Take the other side's values"
        case "leave_both":
            return "Leave both as they are"
        case "retry":
            return "Try again"
        case "restore":
            return "Match again"
        case "match" | "create" | "create_client" | "leave":
            return CHOICES[do]
        case _:
            assert_never(do)


def row_look(state: RowState) -> Look:
    """Say how a row stands."""
    match state:
        case "done":
            return Look("Done", "synced")
        case "under_way":
            return Look("Under way", "working")
        case "question":
            return Look("Needs attention", "attention")
        case "refused":
            return Look("Refused", "cut")
        case "moved_on":
            return Look("Skipped", "cut")
        case "left_out":
            return Look("Left out", "asleep")
        case "waiting":
            return Look("Waiting", "waiting")
        case "stopped":
            return Look("Not carried out", "cut")
        case "not_decided":
            return Look("Never decided", "attention")
        case _:
            assert_never(state)


def state_look(state: State) -> Look:
    """Say how far a batch is."""
    match state:
        case "under_way":
            return Look("Being carried out", "working")
        case "ended":
            return Look("Done", "synced")
        case "stopped":
            return Look("Stopped", "cut")
        case _:
            assert_never(state)
