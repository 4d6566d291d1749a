"""A customer that one client gets by an answer, and that another one has: both happen, or neither.

Who has it is unmatched at once, so that nobody writes there beside the match. If the match then comes to nothing, since
the customer is no longer as it was seen, it is given back, and who keeps it is asked anew.
"""

from domain.apply.survivors import NOTHING_COMPARED
from domain.draft import Draft
from domain.link.offers import refusal_of_action
from domain.link.transitions import ask_who_keeps, put_together
from domain.remembered import Taken
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus, Reason


def is_carried_out(link: LinkRow) -> bool | None:
    """Say whether the match for which a customer was taken is carried out, or may be; None: it is under way."""
    former = link.former
    match link.status:
        case LinkStatus.MATCHING | LinkStatus.UNMATCHING:
            return None
        case LinkStatus.NEEDS_ATTENTION if link.problem is not None and link.problem.resume == "matching":
            return None
        case LinkStatus.NOT_SYNCED if link.reason is Reason.UNMATCHED:
            return former is not None and (former.resume == "synced" or bool(former.unconfirmed))
        case LinkStatus.NOT_SYNCED:
            return False
        case _:
            return True


def given_back(draft: Draft, link: LinkRow, taken: Taken) -> tuple[LinkRow, LinkRow | None]:
    """Give the customer back to the client that had it; gives that one's link too, unless it can't be put back.

    A match that is stale is asked about again, as before the answer; one that a person took back is not.
    """
    apart = replace(link, taken=None)
    draft.put(apart)
    other = draft.link(link.firm_id, taken.client_id)
    former = other.former if other is not None else None
    if other is None or former is None or former.customer_id != taken.customer_id:
        return apart, None
    if refusal_of_action(draft, other, "restore") is not None:
        return apart, None
    draft.tell(given_back_to=other.client_id)
    # The match may have been written all the same, by an error of ours: nothing of that goes into Canopy unseen.
    other = put_together(other, replace(former, agreed={}, uncompared=NOTHING_COMPARED), draft.cause)
    return (
        _asked_again(draft, apart, taken)
        if link.reason is Reason.MATCH_STALE and link.has_present_client
        else apart
    ), other


def _asked_again(draft: Draft, link: LinkRow, taken: Taken) -> LinkRow:
    question = draft.question(link.key, "customers_merged", "synced", customer_id=taken.customer_id)
    return ask_who_keeps(link, question, taken.instead_of)
