"""A person asks for something: done if it can be, refused with the reason if it can't."""

from dataclasses import replace
from typing import assert_never

from domain.apply import unmatching
from domain.apply.answers import answer, put_back
from domain.apply.arrivals import lift_questions, settle_arrivals
from domain.apply.held import push
from domain.apply.matching import match, restore
from domain.apply.refusals import Refusal
from domain.apply.repeats import decide_again, decided_before, remember
from domain.codes import IntentCode
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.fields import Field
from domain.inputs import Answer, Create, LinkIntent, Match, Push, PutBack, Restore, Retry, Unmatch
from domain.link.transitions import begin_create, without_question
from domain.plan import plan
from domain.rows import FirmRow, LinkRow, LinkStatus, together

CAN_BE_RETRIED = (
    "display_name_taken",
    "value_not_taken",
    "rejected_by_quickbooks",
    "rejected_by_canopy",
    "our_error",
)


def carry_out(draft: Draft, firm: FirmRow, intent: LinkIntent) -> Decision:
    """Carry out what a person asks about one client, or refuse it."""
    link = draft.link(intent.firm_id, intent.client_id)
    before = decided_before(intent.intent_id, draft.cause, firm, link)
    if before is not None:
        return decide_again(draft, link or firm, before)
    if link is None:
        return draft.decide(Verdict.REFUSED, "client_unknown", remember(firm, intent.intent_id, draft.cause))
    link = remember(link, intent.intent_id, draft.cause)
    if intent.link_version is not None and link.decided_version > intent.link_version:
        return draft.decide(Verdict.REFUSED, "stale", link)
    result = _apply(draft, firm, link, intent)
    if isinstance(result, Refusal):
        return draft.decide(Verdict.REFUSED, result.code, link, **result.facts)
    result = replace(result, written_at=(), tried=())  # a person is in it, so it is no loop
    if result.customer_id is not None and result.customer_id != link.customer_id:
        lift_questions(draft, firm.firm_id, result.customer_id, but=link.client_id)
    facts = _told(link, result, intent)
    planned = plan(draft, result)
    settle_arrivals(draft, firm)
    return draft.decide(
        Verdict.APPLIED, _code_of(intent), draft.link(planned.firm_id, planned.client_id) or planned, **facts
    )


def _apply(draft: Draft, firm: FirmRow, link: LinkRow, intent: LinkIntent) -> LinkRow | Refusal:
    match intent:
        case Unmatch():
            return _unmatch(draft, link)
        case _ if not firm.is_awake:
            return Refusal("not_connected")
        case Match():
            return match(draft, link, intent)
        case Restore():
            return restore(draft, firm, link, intent)
        case Create():
            return _create(draft, link)
        case Push():
            return push(link)
        case Retry():
            return _retry(draft, link)
        case Answer():
            return answer(draft, firm, link, intent)
        case PutBack():
            return put_back(draft, link, intent)
        case _:
            assert_never(intent)


def _unmatch(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    return not_to_be_unmatched(link) or unmatching.begin(draft, link)


def not_to_be_created(link: LinkRow) -> Refusal | None:
    """Say why no customer can be created for the client, nor be given to it; None: one can."""
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    return Refusal("write_under_way") if link.write is not None else None


def not_to_be_unmatched(link: LinkRow) -> Refusal | None:
    """Say why there is nothing to unmatch; None: there is."""
    apart = link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING)
    return Refusal("already_unmatched") if apart else None


def _create(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    refusal = not_to_be_created(link)
    if refusal is not None:
        return refusal
    return replace(begin_create(link, "person", draft.now), choice="on", actor=draft.cause.actor)


def not_to_be_retried(link: LinkRow) -> Refusal | None:
    """Say why nothing can be tried again; None: it can."""
    if link.problem is None or link.problem.code not in CAN_BE_RETRIED:
        return Refusal("nothing_to_retry")
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    return None


def _retry(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    refusal, problem = not_to_be_retried(link), link.problem
    if refusal is not None or problem is None:
        return refusal or Refusal("nothing_to_retry")
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


def _code_of(intent: LinkIntent) -> IntentCode:
    match intent:
        case Match():
            return "match"
        case Unmatch():
            return "unmatch"
        case Restore():
            return "restore"
        case Create():
            return "create"
        case Push():
            return "push"
        case Retry():
            return "retry"
        case Answer():
            return "answer"
        case PutBack():
            return "put_back"
        case _:
            assert_never(intent)


def _told(before: LinkRow, after: LinkRow, intent: LinkIntent) -> dict[str, str]:
    """Say what its code leaves open, and where an intent did something else than its words."""
    match intent:
        case Answer():
            return {"choice": intent.choice}
        case PutBack():
            return {"field": intent.field}
        case Restore():
            return _merged_into(before, after, intent)
        case Match() | Unmatch() | Create() | Push() | Retry():
            return {}


def _merged_into(before: LinkRow, after: LinkRow, intent: Restore) -> dict[str, str]:
    wanted = intent.customer_id or (before.former.customer_id if before.former is not None else None)
    if after.customer_id is not None and wanted not in (None, after.customer_id):
        return {"merged_into": after.customer_id}
    return {}
