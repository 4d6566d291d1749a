"""What can be done about a link as it stands, for the API's `can`, the console's buttons and the commands."""

from typing import Literal, assert_never

from domain.ids import IntentId
from domain.inputs import Create, LeaveBoth, LinkIntent, Push, Restore, Retry, TakeTheirs, Unmatch
from domain.known import Known
from domain.link.allowed import refusal_of
from domain.link.choices import open_choices
from domain.refusals import Refusal
from domain.rows import LinkRow

Single = Literal["create", "restore", "unmatch", "push", "take_theirs", "leave_both", "retry"]
"""Those that need no more to be said than the client."""

Action = Literal["match", "answer"] | Single

NOT_SENT = IntentId("")
"""The id of an intent that is not sent: nobody has asked for it yet."""


def refusal_of_action(known: Known, link: LinkRow, action: Single) -> Refusal | None:
    """Say why it would be refused now; None: it would not."""
    return refusal_of(known, link, _intent(link, action))


def actions(known: Known, link: LinkRow) -> list[Action]:
    """Name the actions that would not be refused. `known`: the rows around the link."""
    can: list[Action] = [action for action in _IN_ORDER if refusal_of_action(known, link, action) is None]
    if "create" in can:
        can.insert(0, "match")  # with which customer is chosen next, and each is looked at then
    if open_choices(known, link):
        can.append("answer")
    return can


_IN_ORDER: tuple[Single, ...] = (
    "create",
    "restore",
    "unmatch",
    "push",
    "take_theirs",
    "leave_both",
    "retry",
)


def _intent(link: LinkRow, action: Single) -> LinkIntent:
    firm, client = link.firm_id, link.client_id
    match action:
        case "create":
            return Create(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "restore":
            return Restore(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "unmatch":
            return Unmatch(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "push":
            return Push(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "take_theirs":
            return TakeTheirs(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "leave_both":
            return LeaveBoth(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case "retry":
            return Retry(firm_id=firm, client_id=client, intent_id=NOT_SENT)
        case _:
            assert_never(action)
