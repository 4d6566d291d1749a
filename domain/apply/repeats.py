"""Whether an intent was decided before; each row that one may change remembers those that it has decided."""

from typing import Literal, TypeVar

from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import IntentId
from domain.inputs import Cause
from domain.intent_memory import IntentMemory, is_stale
from domain.replacing import replace
from domain.rows import LinkRow

Asked = TypeVar("Asked", LinkRow, FirmRow, AllFirmsRow)
Before = Literal["repeat", "too_old"]


def decided_before(
    intent: IntentId, cause: Cause, *rows: LinkRow | FirmRow | AllFirmsRow | None
) -> Before | None:
    """Say whether one of the rows knows this intent; `too_old`: none could tell any more."""
    memories = [row.asked for row in rows if row is not None and row.asked is not None]
    if any(memory.knows(intent) for memory in memories):
        return "repeat"
    if any(row is not None and intent in row.intents for row in rows):
        return "repeat"
    said_at = cause.said_at or cause.at
    if is_stale(said_at, cause.at) or any(memory.has_forgotten(said_at) for memory in memories):
        return "too_old"
    return None


def remember(row: Asked, intent: IntentId, cause: Cause) -> Asked:
    """Let a row remember that it has decided an intent."""
    memory = row.asked or IntentMemory()
    if row.intents:
        memory = memory.with_undated(row.intents, cause.at)
    said_at = cause.said_at or cause.at
    return replace(row, asked=memory.with_intent(intent, said_at, cause.at), intents=())


def decide_again(draft: Draft, row: LinkRow | FirmRow | AllFirmsRow, before: Before) -> Decision:
    """Say that nothing is done; the row is as it was, its memory too, so that repeats push nothing out."""
    if before == "repeat":
        return draft.decide(Verdict.SKIPPED, before, row)
    said_at = draft.cause.said_at or draft.cause.at
    return draft.decide(Verdict.REFUSED, before, row, said_at=said_at.isoformat())
