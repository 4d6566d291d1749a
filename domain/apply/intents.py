"""A person asks for something: done if it can be, refused with the reason if it can't."""

from dataclasses import replace
from typing import assert_never

from domain.apply import unmatching
from domain.apply.matching import match, restore
from domain.apply.refusals import Refusal
from domain.decision import Change, Decision, Verdict
from domain.draft import Draft
from domain.fields import Field
from domain.ids import IntentId
from domain.inputs import Answer, Create, LinkIntent, Match, Push, Restore, Retry, Unmatch
from domain.plan import plan
from domain.rows import REMEMBERED_INTENTS, FirmRow, Held, LinkRow, LinkStatus, Pair


def remember(known: tuple[IntentId, ...], new: IntentId) -> tuple[IntentId, ...]:
    """Add an intent to those that a row remembers."""
    return (*known, new)[-REMEMBERED_INTENTS:]


def carry_out(draft: Draft, firm: FirmRow, wish: LinkIntent) -> Decision:
    """Carry out what a person asks about one client, or refuse it."""
    link = draft.link(wish.firm_id, wish.client_id)
    if wish.intent_id in firm.intents or (link is not None and wish.intent_id in link.intents):
        return draft.decide(Verdict.SKIPPED, "repeat", link or firm)
    if link is None:
        firm = replace(firm, intents=remember(firm.intents, wish.intent_id))
        return draft.decide(Verdict.REFUSED, "client_unknown", firm)
    link = replace(link, intents=remember(link.intents, wish.intent_id))
    if wish.link_version is not None and link.decided_version > wish.link_version:
        return draft.decide(Verdict.REFUSED, "stale", link)
    result = _apply(draft, firm, link, wish)
    if isinstance(result, Refusal):
        return draft.decide(Verdict.REFUSED, result.code, link, **result.facts)
    return draft.decide(Verdict.APPLIED, wish.__class__.__name__.lower(), plan(draft, result))


def _apply(draft: Draft, firm: FirmRow, link: LinkRow, wish: LinkIntent) -> LinkRow | Refusal:
    match wish:
        case Unmatch():
            return _unmatch(draft, link)
        case _ if firm.connection is None:
            return Refusal("not_connected")
        case Match():
            return match(draft, link, wish)
        case Restore():
            return restore(draft, link)
        case Create():
            return _create(draft, link)
        case Push():
            return _push(link)
        case Retry():
            return _retry(draft, link)
        case Answer():
            return _answer(draft, link, wish)
        case _:
            assert_never(wish)


def _unmatch(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    if link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING):
        return Refusal("already_unmatched")
    return unmatching.begin(draft, link)


def _create(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    if link.pending:
        return Refusal("write_under_way")
    return replace(
        link,
        status=LinkStatus.CREATING,
        reason=None,
        problem=None,
        choice="on",
        create_asked_by="person",
        since=draft.now,
        actor=draft.cause.actor,
    )


def _push(link: LinkRow) -> LinkRow | Refusal:
    if link.held == Held():
        return Refusal("nothing_to_push")
    pushed = Held(
        to_quickbooks=_union(link.pushed.to_quickbooks, link.held.to_quickbooks),
        to_canopy=_union(link.pushed.to_canopy, link.held.to_canopy),
    )
    return replace(link, pushed=pushed, held=Held())


def _retry(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    if link.problem is None or link.problem.code == "both_changed":
        return Refusal("nothing_to_retry")
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    problem = link.problem
    # A person asks, so no switch holds it.
    again = problem.fields or tuple(field for field in Field if field not in link.held.to_quickbooks)
    if problem.code == "rejected_by_canopy":
        again = problem.fields or tuple(field for field in Field if field not in link.held.to_canopy)
        pushed = replace(link.pushed, to_canopy=_union(link.pushed.to_canopy, again))
    else:
        pushed = replace(link.pushed, to_quickbooks=_union(link.pushed.to_quickbooks, again))
    return replace(
        link,
        problem=None,
        status=LinkStatus(problem.resume),
        create_asked_by="person" if problem.resume == "creating" else None,
        pushed=pushed if problem.resume == "synced" else link.pushed,
        since=draft.now,
        actor=draft.cause.actor,
    )


def _answer(draft: Draft, link: LinkRow, wish: Answer) -> LinkRow | Refusal:
    """Let one side's value stay: to the merge, it then looks as if only that side had changed.

    Whatever was agreed before does not count any more: one side may be back at it by now.
    """
    problem, client = link.problem, link.client
    if problem is None or problem.code != "both_changed" or client is None:
        return Refusal("no_question")
    if problem.id != wish.question:
        return Refusal("stale")
    row = draft.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    theirs = row.customer.values if row is not None and row.customer is not None else {}
    agreed = dict(link.agreed)
    for field in problem.fields:
        ours, other = client.values.get(field), theirs.get(field)
        if wish.choice == "canopy":
            agreed[field] = Pair(other, other)
            draft.note(
                Change(key=link.key, what="lost", side="quickbooks", field=field, before=theirs.get(field))
            )
        else:
            agreed[field] = Pair(ours, ours)
            draft.note(
                Change(key=link.key, what="lost", side="canopy", field=field, before=client.values.get(field))
            )
    if wish.choice == "canopy":
        pushed = replace(link.pushed, to_quickbooks=_union(link.pushed.to_quickbooks, problem.fields))
    else:
        pushed = replace(link.pushed, to_canopy=_union(link.pushed.to_canopy, problem.fields))
    return replace(link, agreed=agreed, pushed=pushed, problem=None, status=LinkStatus.SYNCED)


def _union(left: tuple[Field, ...], right: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(field for field in Field if field in left or field in right)
