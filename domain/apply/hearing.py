"""By what we heard of a change in QuickBooks: a notification, a sweep, or both. Who hears by sweeps alone misses something.

A change is a version of a customer that was there when somebody looked. Several edits between two looks are one, and so
are those whose answers to our own writes told us. While a write of ours may be what changed it, nothing is counted.
"""

from domain.draft import Draft
from domain.firm_rows import FirmRow
from domain.remembered import Heard, HeardOf
from domain.replacing import replace
from domain.rows import CustomerRow
from domain.snapshots import Customer


def read_after_notice(draft: Draft, before: CustomerRow, seen: Customer) -> None:
    """Stamp what a read has found that a notification led to. `before`: the row before the read."""
    row = draft.customer(before.firm_id, before.customer_id)
    if row is None or before.noticed_at is None:
        return
    if is_news(before, seen):
        draft.put(replace(row, heard=HeardOf(token=seen.sync_token, by="webhook")))
    elif row.heard == HeardOf(token=seen.sync_token, by="sweep"):
        draft.put(replace(row, heard=HeardOf(token=seen.sync_token, by="both")))
        firm = draft.firm(before.firm_id)
        if firm is not None:
            draft.put(replace(firm, heard=replace(firm.heard, late=firm.heard.late + 1)))


def swept(draft: Draft, firm: FirmRow, before: CustomerRow | None, seen: Customer) -> FirmRow:
    """Stamp what a sweep has found, and count it. `before`: the row before it, if there was one; gives the firm's row."""
    row = draft.customer(firm.firm_id, seen.customer_id)
    if row is None:
        return firm
    told = before is not None and before.noticed_at is not None
    if before is None or is_news(before, seen):
        draft.put(replace(row, heard=HeardOf(token=seen.sync_token, by="both" if told else "sweep")))
        return replace(firm, heard=_counted(firm.heard, told=told))
    if row.heard == HeardOf(token=seen.sync_token, by="webhook"):
        draft.put(replace(row, heard=HeardOf(token=seen.sync_token, by="both")))
        return replace(firm, heard=_counted(firm.heard, told=True))
    return firm


def is_news(before: CustomerRow, seen: Customer) -> bool:
    """Say whether this version was not known."""
    return before.customer is None or seen.sync_token > before.customer.sync_token


def _counted(heard: Heard, *, told: bool) -> Heard:
    return replace(heard, told=heard.told + 1) if told else replace(heard, untold=heard.untold + 1)
