"""Operators and managers pause requests: decisions go on, and nothing new is asked of either side."""

from typing import TypeVar

from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.firm_rows import AllFirmsRow, FirmRow, Paused
from domain.inputs import Pause, Resume
from domain.replacing import replace

Pausable = TypeVar("Pausable", FirmRow, AllFirmsRow)


def pause_or_resume(draft: Draft, row: Pausable, intent: Pause | Resume) -> Decision:
    """Note in the row that requests are paused, or no longer."""
    draft.put(row)
    if isinstance(intent, Pause):
        if row.paused is not None:
            return draft.decide(Verdict.REFUSED, "already_paused", row, since=row.paused.since.isoformat())
        paused = Paused(since=draft.now, by=draft.cause.actor, reason=intent.reason)
        draft.put(replace(row, paused=paused))
        return draft.decide(Verdict.APPLIED, "pause", row)
    if row.paused is None:
        return draft.decide(Verdict.REFUSED, "not_paused", row)
    draft.put(replace(row, paused=None))
    return draft.decide(Verdict.APPLIED, "resume", row)
