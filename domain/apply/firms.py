"""What is asked for a whole firm, or for all of them."""

from typing import assert_never

from domain.apply.answers import client_for
from domain.apply.arrivals import lift_questions, take_create_back
from domain.apply.connecting import connect, disconnect
from domain.apply.pauses import pause_or_resume
from domain.apply.repeats import decide_again, decided_before, remember
from domain.apply.steps import plan_links
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.firm_rows import FirmRow
from domain.ids import ALL_FIRMS
from domain.inputs import (
    AddClient,
    ChangeSettings,
    Connect,
    Disconnect,
    FirmIntent,
    Pause,
    ReleaseHeld,
    Resume,
    UndoAddClient,
)
from domain.link.allowed import granted
from domain.link.free_customers import not_being_added
from domain.refusals import Refusal
from domain.replacing import replace


def carry_out_for_firm(draft: Draft, intent: FirmIntent) -> Decision:
    """Carry out what is asked for a firm, or refuse it; once, however often it comes."""
    if intent.firm_id == ALL_FIRMS and isinstance(intent, Pause | Resume):
        everybody = draft.all_firms(draft.cause.partition)
        if before := decided_before(intent.intent_id, draft.cause, everybody):
            return decide_again(draft, everybody, before)
        return pause_or_resume(draft, remember(everybody, intent.intent_id, draft.cause), intent)
    firm = draft.firm(intent.firm_id) or FirmRow(firm_id=intent.firm_id)
    if before := decided_before(intent.intent_id, draft.cause, firm):
        return decide_again(draft, firm, before)
    return _carry_out(draft, remember(firm, intent.intent_id, draft.cause), intent)


def _carry_out(draft: Draft, firm: FirmRow, intent: FirmIntent) -> Decision:
    if firm.connection is None and not isinstance(intent, Connect):
        # Most likely its name is mistyped: what was asked would be said to be done, and be done to nobody.
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "never_connected", firm)
    match intent:
        case ChangeSettings():
            return _change_settings(draft, firm, intent)
        case Connect():
            return connect(draft, firm, intent)
        case Disconnect():
            return disconnect(draft, firm)
        case Pause() | Resume():
            return pause_or_resume(draft, firm, intent)
        case ReleaseHeld():
            return _release_held(draft, firm)
        case AddClient():
            return _add_client(draft, firm, intent)
        case UndoAddClient():
            return _undo_add_client(draft, firm, intent)
        case _:
            assert_never(intent)


def _change_settings(draft: Draft, firm: FirmRow, intent: ChangeSettings) -> Decision:
    """Set the switches; they count from here on, and links with work pending are planned again in steps."""
    if intent.seen is not None and intent.seen != firm.settings:
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "stale", firm)
    firm = replace(firm, settings=intent.settings)
    draft.put(plan_links(draft, firm) if firm.is_connected else firm)
    return draft.decide(Verdict.APPLIED, "settings", firm)


def _release_held(draft: Draft, firm: FirmRow) -> Decision:
    if not firm.is_connected:
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "not_connected", firm)
    draft.put(plan_links(draft, firm, "release"))
    return draft.decide(Verdict.APPLIED, "release_held", firm)


def _add_client(draft: Draft, firm: FirmRow, intent: AddClient) -> Decision:
    draft.put(firm)
    if not firm.is_connected:
        return draft.decide(Verdict.REFUSED, "not_connected", firm)
    asked = client_for(draft, firm, intent.customer_id, anyway=intent.anyway)
    if isinstance(asked, Refusal):
        return draft.decide(Verdict.REFUSED, asked.code, firm, **asked.facts)
    lift_questions(draft, firm.firm_id, intent.customer_id)
    return draft.decide(Verdict.APPLIED, "add_client", asked)


def _undo_add_client(draft: Draft, firm: FirmRow, intent: UndoAddClient) -> Decision:
    draft.put(firm)
    row = draft.customer(firm.firm_id, intent.customer_id)
    refusal = not_being_added(draft, firm.firm_id, row)
    if refusal is not None:
        return draft.decide(Verdict.REFUSED, refusal.code, firm, **refusal.facts)
    return draft.decide(Verdict.APPLIED, "undo_add_client", take_create_back(draft, granted(row)))
