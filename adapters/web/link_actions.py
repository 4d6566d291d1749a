"""What a person can do about a client as it stands. The engine has the last word; this is what is worth showing."""

from typing import Literal

from domain.apply.choices import open_choices
from domain.apply.intents import not_to_be_created, not_to_be_retried, not_to_be_unmatched
from domain.known import Known
from domain.rows import Held, LinkRow, LinkStatus

Action = Literal["match", "create", "restore", "unmatch", "push", "retry", "answer"]


def actions(link: LinkRow, known: Known) -> list[Action]:
    """Name the actions that would not be refused. `known`: the rows around the link."""
    unmatch: list[Action] = ["unmatch"] if not_to_be_unmatched(link) is None else []
    firm = known.firm(link.firm_id)
    if firm is None or not firm.is_awake:
        return unmatch  # nothing else is taken until it is connected
    can: list[Action] = ["match", "create"] if not_to_be_created(link) is None else []
    if _may_be_restored(link):
        can.append("restore")
    can += unmatch
    if link.held != Held():
        can.append("push")
    if not_to_be_retried(link) is None:
        can.append("retry")
    if open_choices(known, link):
        can.append("answer")
    return can


def _may_be_restored(link: LinkRow) -> bool:
    """Say whether there is something to restore; whether its customer is still free is seen when it is asked for."""
    if link.status is LinkStatus.UNMATCHING:
        return link.write is not None
    present = link.client is not None and link.client.presence == "present"
    apart = link.status is LinkStatus.NOT_SYNCED or (link.problem is not None and link.customer_id is None)
    return present and apart and link.former is not None
