"""Whether a match can be taken back, with the values that QuickBooks had before it."""

from domain.inputs import Unmatch
from domain.known import Known
from domain.link.free_customers import unfit_for_a_match
from domain.link.matches import moved_since
from domain.link.states import LinkState, NeedsAttention, NotSynced, Synced, Unmatching
from domain.refusals import Refusal
from domain.rows import LinkRow


def not_to_be_unmatched(known: Known, link: LinkRow, state: LinkState, asked: Unmatch) -> Refusal | None:
    """Say why the link can't be taken apart; None: it can. Without values to put back it can be while disconnected, too."""
    if isinstance(state, NotSynced | Unmatching):
        return Refusal("already_unmatched")
    if not asked.values_back and asked.customer_sync_token is None:
        return None
    return _not_to_be_written(known, link, state, asked)


def _not_to_be_written(known: Known, link: LinkRow, state: LinkState, asked: Unmatch) -> Refusal | None:
    firm = known.firm(link.firm_id)
    if firm is None or not firm.is_connected:
        return Refusal("not_connected")
    stands = state.then if isinstance(state, NeedsAttention) else state
    if not isinstance(stands, Synced):
        return Refusal("not_synced")
    if link.write is not None:
        return Refusal("write_under_way")
    row = known.customer(link.firm_id, stands.customer_id)
    return unfit_for_a_match(row) or moved_since(known, link, stands.customer_id, asked.customer_sync_token)
