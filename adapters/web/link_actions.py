"""What a person can do about a client as it stands. The engine has the last word; this is what is worth showing."""

from typing import Literal

from domain.apply.choices import open_choices
from domain.apply.intents import not_to_be_retried
from domain.known import Known
from domain.rows import Held, LinkRow, LinkStatus

Action = Literal["match", "create", "restore", "unmatch", "push", "retry", "answer"]


def actions(link: LinkRow, known: Known) -> list[Action]:
    """Name the actions that would not be refused. `known`: the rows around the link."""
    can: list[Action] = []
    present = link.client is not None and link.client.presence == "present"
    if link.customer_id is None and not link.pending and present:
        can += ["match", "create"]
    undoable = link.status is LinkStatus.NOT_SYNCED and link.former is not None
    if present and (undoable or link.status is LinkStatus.UNMATCHING):
        can.append("restore")
    if link.status not in {LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING}:
        can.append("unmatch")
    if link.held != Held():
        can.append("push")
    if not_to_be_retried(link) is None:
        can.append("retry")
    if open_choices(known, link):
        can.append("answer")
    return can
