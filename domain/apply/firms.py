"""What is asked for a whole firm, or for all of them."""

from dataclasses import replace
from typing import assert_never

from domain.apply.answers import client_for
from domain.apply.arrivals import lift_questions
from domain.apply.connecting import connect, disconnect
from domain.apply.pauses import pause_or_resume
from domain.apply.refusals import Refusal
from domain.apply.repeats import decide_again, decided_before, remember
from domain.apply.steps import plan_links
from domain.decision import Decision, Verdict
from domain.draft import Draft
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
)
from domain.rows import FirmRow


def carry_out_for_firm(draft: Draft, wish: FirmIntent) -> Decision:
    """Carry out what is asked for a firm, or refuse it; once, however often it comes."""
    if wish.firm_id == ALL_FIRMS and isinstance(wish, Pause | Resume):
        everybody = draft.all_firms(draft.cause.partition)
        if before := decided_before(wish.intent_id, draft.cause, everybody):
            return decide_again(draft, everybody, before)
        return pause_or_resume(draft, remember(everybody, wish.intent_id, draft.cause), wish)
    firm = draft.firm(wish.firm_id) or FirmRow(firm_id=wish.firm_id)
    if before := decided_before(wish.intent_id, draft.cause, firm):
        return decide_again(draft, firm, before)
    return _carry_out(draft, remember(firm, wish.intent_id, draft.cause), wish)


def _carry_out(draft: Draft, firm: FirmRow, wish: FirmIntent) -> Decision:
    if firm.connection is None and not isinstance(wish, Connect):
        # Most likely its name is mistyped: what was asked would be said to be done, and be done to nobody.
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "never_connected", firm)
    match wish:
        case ChangeSettings():
            return _change_settings(draft, firm, wish)
        case Connect():
            return connect(draft, firm, wish)
        case Disconnect():
            return disconnect(draft, firm)
        case Pause() | Resume():
            return pause_or_resume(draft, firm, wish)
        case ReleaseHeld():
            return _release_held(draft, firm)
        case AddClient():
            return _add_client(draft, firm, wish)
        case _:
            assert_never(wish)


def _change_settings(draft: Draft, firm: FirmRow, wish: ChangeSettings) -> Decision:
    """Set the switches; they count from here on, and links with work pending are planned again in steps."""
    firm = replace(firm, settings=wish.settings)
    draft.put(plan_links(draft, firm) if firm.is_awake else firm)
    return draft.decide(Verdict.APPLIED, "settings", firm)


def _release_held(draft: Draft, firm: FirmRow) -> Decision:
    if not firm.is_awake:
        draft.put(firm)
        return draft.decide(Verdict.REFUSED, "not_connected", firm)
    draft.put(plan_links(draft, firm, "release"))
    return draft.decide(Verdict.APPLIED, "release_held", firm)


def _add_client(draft: Draft, firm: FirmRow, wish: AddClient) -> Decision:
    draft.put(firm)
    if not firm.is_awake:
        return draft.decide(Verdict.REFUSED, "not_connected", firm)
    asked = client_for(draft, firm, wish.customer_id, anyway=wish.anyway)
    if isinstance(asked, Refusal):
        return draft.decide(Verdict.REFUSED, asked.code, firm, **asked.facts)
    lift_questions(draft, firm.firm_id, wish.customer_id)
    return draft.decide(Verdict.APPLIED, "add_client", asked)
