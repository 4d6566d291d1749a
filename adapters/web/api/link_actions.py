"""What a person can do about a client as it stands. The engine has the last word; this is what is worth showing."""

from typing import Literal

from domain.apply.choices import open_choices
from domain.apply.intents import not_to_be_created, not_to_be_retried, not_to_be_unmatched
from domain.apply.matching import not_to_be_restored
from domain.known import Known
from domain.rows import Held, LinkRow

Action = Literal["match", "create", "restore", "unmatch", "push", "retry", "answer"]


def actions(link: LinkRow, known: Known) -> list[Action]:
    """Name the actions that would not be refused. `known`: the rows around the link."""
    unmatch: list[Action] = ["unmatch"] if not_to_be_unmatched(link) is None else []
    firm = known.firm(link.firm_id)
    if firm is None or not firm.is_awake:
        return unmatch  # nothing else is taken until it is connected
    can: list[Action] = ["match", "create"] if not_to_be_created(link) is None else []
    if not_to_be_restored(known, firm, link) is None:
        can.append("restore")
    can += unmatch
    if link.held != Held():
        can.append("push")
    if not_to_be_retried(link) is None:
        can.append("retry")
    if open_choices(known, link):
        can.append("answer")
    return can
