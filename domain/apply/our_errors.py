"""Work that a bug of ours keeps from being done: what has no question to ask a person rests, and is asked for again.

Writes and the creation of clients do ask: see `writes.py` and `added_clients.py`.
"""

from datetime import timedelta
from typing import TypeVar

from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FirmWork, ReadCustomer
from domain.firm_rows import FirmRow
from domain.replacing import replace
from domain.rows import CustomerRow

REST = timedelta(hours=1)
"""Long enough to cost nothing while nobody mends it, short enough that nobody need see to it afterwards."""

Work = TypeVar("Work", bound=ReadCustomer | FirmWork)


def read_failed(draft: Draft, row: CustomerRow, failed: ReadCustomer) -> Decision:
    """Let the read of a customer rest."""
    others = tuple(effect for effect in row.pending if effect.id != failed.id)
    draft.put(replace(row, pending=(*others, _rested(draft, row, failed))))
    return draft.decide(Verdict.APPLIED, "failed", row)


def firm_work_failed(draft: Draft, firm: FirmRow, failed: FirmWork) -> Decision:
    """Let a firm's listing, check or inner step rest where it stands."""
    others = tuple(effect for effect in firm.pending if effect.id != failed.id)
    draft.put(replace(firm, pending=(*others, _rested(draft, firm, failed))))
    return draft.decide(Verdict.APPLIED, "failed", firm)


def _rested(draft: Draft, row: CustomerRow | FirmRow, failed: Work) -> Work:
    return replace(failed, id=draft.effect_id(row.key, failed.kind), not_before=draft.now + REST)
