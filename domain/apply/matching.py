"""Linking a client again with the customer that it had."""

from domain.apply.arrivals import may_get_its_client
from domain.apply.survivors import NOTHING_COMPARED
from domain.draft import Draft
from domain.inputs import Restore
from domain.known import survivor_of
from domain.link.allowed import granted, to_restore
from domain.link.states import Unmatching, state_of
from domain.link.transitions import put_together, undo_unmatch
from domain.replacing import replace
from domain.rows import LinkRow


def restore(draft: Draft, link: LinkRow, intent: Restore) -> LinkRow:
    """Put back what an unmatch took apart, or what stood at an older version; `plan` then compares what has drifted."""
    state = state_of(link)
    if isinstance(state, Unmatching):
        going_on = undo_unmatch(link, state.write)
        return replace(going_on, choice="on", since=draft.now, actor=draft.cause.actor)
    former = granted(to_restore(link, intent))
    survivor = survivor_of(draft, link.firm_id, former.customer_id)
    if survivor != former.customer_id:
        # One that may be another client's by an answer to come is asked about, as after a merge of a linked one.
        doubted = may_get_its_client(draft, link.firm_id, survivor)
        former = replace(
            former,
            customer_id=former.customer_id if doubted else survivor,
            agreed={},
            uncompared=NOTHING_COMPARED,
            resume="synced",
        )
    return put_together(link, former, draft.cause)
