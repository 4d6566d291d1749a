"""Whether leaving both sides as they are can be taken back: they still stand as they were left, and today's settings would hold it too."""

from domain.inputs import UndoLeaveBoth
from domain.known import Known
from domain.left_apart import NOTHING, still_left
from domain.link.matches import either_moved_since
from domain.link.states import LinkState, NeedsAttention, NotSynced, Unmatching
from domain.merge import merge, since_when
from domain.refusals import Refusal
from domain.remembered import LeftApart
from domain.rows import LinkRow


def not_to_be_held_again(
    known: Known, link: LinkRow, state: LinkState, asked: UndoLeaveBoth
) -> Refusal | None:
    """Say why not; None: it can be."""
    if isinstance(state, NeedsAttention) and state.problem.code != "both_changed":
        return Refusal("question_open")
    if isinstance(state, NotSynced | Unmatching):
        return Refusal("not_synced")
    moved = either_moved_since(known, link, asked.client_version, asked.customer_sync_token)
    if moved is not None:
        return moved
    left = held_again(known, link, asked.left)
    if left is None:
        return NOTHING
    return None if _is_held_by_the_merge(known, link, left) else Refusal("setting_changed")


def held_again(known: Known, link: LinkRow, left: LeftApart | None) -> LeftApart | None:
    """Give what is held again as things are now: the fields in which both sides still stand as they were left."""
    row = known.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    if left is None or row is None or row.customer is None or link.client is None:
        return None
    if left.customer_id != link.customer_id:
        return None
    return still_left(link, left, link.client.values, row.customer.values)


def _is_held_by_the_merge(known: Known, link: LinkRow, left: LeftApart) -> bool:
    """Say whether each field would still go where it was held from going: the policy may have been changed since."""
    firm = known.firm(link.firm_id)
    row = known.customer(link.firm_id, left.customer_id)
    if firm is None or link.client is None or row is None or row.customer is None:
        return False
    agreed = {**link.agreed, **left.agreed}
    ours, theirs = (link.client, link.client_times), (row.customer, row.times)
    changed_at = since_when(ours, theirs, agreed, {**link.changed_at, **left.changed_at})
    merged = merge(link.client, row.customer, agreed, changed_at, firm.settings.conflicts, left.uncompared)
    return all(each in merged.to_quickbooks for each in left.held.to_quickbooks) and all(
        each in merged.to_canopy for each in left.held.to_canopy
    )
