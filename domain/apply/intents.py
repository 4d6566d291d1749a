"""A person asks for something: done if it can be, refused with the reason if it can't."""

from typing import assert_never

from domain.apply import unmatching
from domain.apply.answers import answer, let_stand
from domain.apply.arrivals import has_its_client, settle_arrivals
from domain.apply.erasing import erase
from domain.apply.held import hold_again, leave_both, push, take_theirs
from domain.apply.matching import restore
from domain.apply.repeats import decide_again, decided_before, remember
from domain.apply.undoing import undo_answer
from domain.apply.values_back import put_values_back
from domain.codes import IntentCode
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.fields import Field, together
from domain.firm_rows import FirmRow
from domain.inputs import (
    Answer,
    Create,
    Erase,
    LeaveBoth,
    LinkIntent,
    Match,
    Push,
    PutBack,
    Restore,
    Retry,
    TakeTheirs,
    UndoAnswer,
    UndoLeaveBoth,
    Unmatch,
)
from domain.link.allowed import granted, refusal_of
from domain.link.transitions import begin_create, begin_match, without_question
from domain.plan import plan
from domain.replacing import replace
from domain.rows import LinkRow

_AboutHeld = Push | TakeTheirs | LeaveBoth | UndoLeaveBoth
_ChangesLink = Match | Unmatch | Restore | Create | _AboutHeld | Retry | Answer | UndoAnswer | PutBack
"""What is asked of a link that goes on."""


def carry_out(draft: Draft, firm: FirmRow, intent: LinkIntent) -> Decision:
    """Carry out what a person asks about one client, or refuse it."""
    link = draft.link(intent.firm_id, intent.client_id)
    before = decided_before(intent.intent_id, draft.cause, firm, link)
    if before is not None:
        return decide_again(draft, link or firm, before)
    if link is None:
        return draft.decide(Verdict.REFUSED, "client_unknown", remember(firm, intent.intent_id, draft.cause))
    link = remember(link, intent.intent_id, draft.cause)
    refusal = refusal_of(draft, link, intent)
    if refusal is not None:
        return draft.decide(Verdict.REFUSED, refusal.code, link, **refusal.facts)
    if isinstance(intent, Erase):
        return erase(draft, link)
    result = _apply(draft, firm, link, intent)
    result = replace(result, written_at=(), tried=())  # a person is in it, so it is no loop
    if result.customer_id is not None and result.customer_id != link.customer_id:
        has_its_client(draft, firm.firm_id, result.customer_id, but=link.client_id)
    facts = _told(link, result, intent)
    plan(draft, result)
    settle_arrivals(draft, firm)
    return draft.decide(Verdict.APPLIED, _code_of(intent), link, **facts)


def _apply(draft: Draft, firm: FirmRow, link: LinkRow, intent: _ChangesLink) -> LinkRow:
    match intent:
        case Unmatch(values_back=values) if values:
            return put_values_back(draft, link, values)
        case Unmatch():
            return unmatching.begin(draft, link)
        case Match():
            return begin_match(link, intent.customer_id, draft.cause)
        case Restore():
            return restore(draft, link, intent)
        case Create():
            return _create(draft, link)
        case Push() | TakeTheirs() | LeaveBoth() | UndoLeaveBoth():
            return _about_held(draft, link, intent)
        case Retry():
            return _retry(draft, link)
        case Answer() | UndoAnswer():
            return _answer(draft, firm, link, intent)
        case PutBack():
            return let_stand(draft, link, intent.field, intent.value)
        case _:
            assert_never(intent)


def _about_held(draft: Draft, link: LinkRow, intent: _AboutHeld) -> LinkRow:
    match intent:
        case Push():
            return push(link)
        case TakeTheirs():
            return take_theirs(draft, link)
        case LeaveBoth():
            return leave_both(draft, link)
        case UndoLeaveBoth():
            return hold_again(draft, link, granted(intent.left))
        case _:
            assert_never(intent)


def _answer(draft: Draft, firm: FirmRow, link: LinkRow, intent: Answer | UndoAnswer) -> LinkRow:
    if isinstance(intent, UndoAnswer):
        return undo_answer(draft, link, granted(intent.settled))
    return answer(draft, firm, link, intent)


def _create(draft: Draft, link: LinkRow) -> LinkRow:
    return replace(begin_create(link, "person", draft.now), choice="on", actor=draft.cause.actor)


def _retry(draft: Draft, link: LinkRow) -> LinkRow:
    problem = granted(link.problem)
    # A person asks, so no switch holds it.
    again = problem.fields or tuple(field for field in Field if field not in link.held.to_quickbooks)
    if problem.code == "our_error":
        pushed = link.pushed  # nobody refused a value; what a switch holds by now was not asked for
    elif problem.code == "rejected_by_canopy":
        again = problem.fields or tuple(field for field in Field if field not in link.held.to_canopy)
        pushed = replace(link.pushed, to_canopy=together(link.pushed.to_canopy, again))
    else:
        pushed = replace(link.pushed, to_quickbooks=together(link.pushed.to_quickbooks, again))
    return replace(
        without_question(link),
        create_asked_by="person" if problem.resume == "creating" else None,
        pushed=pushed if problem.resume == "synced" else link.pushed,
        since=draft.now,
        actor=draft.cause.actor,
    )


def _code_of(intent: _ChangesLink) -> IntentCode:
    match intent:
        case Match():
            return "match"
        case Unmatch():
            return "unmatch"
        case Restore():
            return "restore"
        case Create():
            return "create"
        case Push() | TakeTheirs() | LeaveBoth() | UndoLeaveBoth():
            return _code_about_held(intent)
        case Retry():
            return "retry"
        case Answer():
            return "answer"
        case UndoAnswer():
            return "undo_answer"
        case PutBack():
            return "put_back"
        case _:
            assert_never(intent)


def _code_about_held(intent: _AboutHeld) -> IntentCode:
    match intent:
        case Push():
            return "push"
        case TakeTheirs():
            return "take_theirs"
        case LeaveBoth():
            return "leave_both"
        case UndoLeaveBoth():
            return "undo_leave_both"
        case _:
            assert_never(intent)


def _told(before: LinkRow, after: LinkRow, intent: _ChangesLink) -> dict[str, str]:
    """Say what its code leaves open, and where an intent did something else than its words."""
    match intent:
        case Answer():
            return {"choice": intent.choice} | ({"field": intent.field} if intent.field is not None else {})
        case UndoAnswer(settled=settled):
            return {"version": str(intent.version), "question": granted(settled).question}
        case UndoLeaveBoth():
            return {"version": str(intent.version)}
        case PutBack():
            return {"field": intent.field}
        case Restore():
            return _merged_into(before, after, intent)
        case Match() | Unmatch() | Create() | Push() | TakeTheirs() | LeaveBoth() | Retry():
            return {}


def _merged_into(before: LinkRow, after: LinkRow, intent: Restore) -> dict[str, str]:
    wanted = intent.customer_id or (before.former.customer_id if before.former is not None else None)
    if after.customer_id is not None and wanted not in (None, after.customer_id):
        return {"merged_into": after.customer_id}
    return {}
