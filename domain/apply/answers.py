"""A person settles a question, or lets a value that gave way stand again."""

from dataclasses import replace
from typing import assert_never

from domain.apply import unmatching
from domain.apply.arrivals import add_client, client_of_the_same_name
from domain.apply.choices import choices, customer_to_match
from domain.apply.free_customers import not_to_become_a_client
from domain.apply.matching import moved_since
from domain.apply.refusals import Refusal
from domain.decision import Change
from domain.draft import Draft
from domain.fields import Field, Value
from domain.ids import CustomerId, Side
from domain.inputs import Answer, PutBack
from domain.link.transitions import begin_match, without_question
from domain.names import LONGEST_NAME, folded
from domain.rows import CustomerRow, FirmRow, LinkRow, LinkStatus, Pair, Problem, Taken, together


def answer(draft: Draft, firm: FirmRow, link: LinkRow, intent: Answer) -> LinkRow | Refusal:
    """Do what the chosen answer says."""
    problem = link.problem
    if problem is None:
        return Refusal("no_question")
    if problem.id != intent.question:
        return Refusal("stale")
    possible = choices(draft, link)
    refusal = possible.get(intent.choice, Refusal("no_such_choice"))
    return refusal or _answered(draft, firm, link, problem, intent)


def _answered(
    draft: Draft, firm: FirmRow, link: LinkRow, problem: Problem, intent: Answer
) -> LinkRow | Refusal:
    match intent.choice:
        case "canopy" | "quickbooks" as side:
            return _keep_side(draft, link, problem, side, intent.field)
        case "value":
            return _keep_value(draft, link, problem, intent)
        case "name":
            return _take_name(draft, link, intent.value)
        case "match":
            return _match(draft, link, problem, intent)
        case "create_client":
            return _create_client(draft, firm, link, problem)
        case "leave" if problem.code == "customers_merged":
            return unmatching.begin(draft, link)
        case "leave" | "go_on":
            return without_question(link)
        case _:
            assert_never(intent.choice)


def put_back(draft: Draft, link: LinkRow, intent: PutBack) -> LinkRow | Refusal:
    """Let a value that gave way stand again, on both sides."""
    if link.status is not LinkStatus.SYNCED:
        return Refusal("question_open" if link.problem is not None else "not_synced")
    if intent.field is Field.DISPLAY_NAME and not folded(intent.value):
        return Refusal("name_unusable")
    return _want(draft, link, intent.field, intent.value)


def _want(draft: Draft, link: LinkRow, field: Field, value: Value) -> LinkRow:
    """Let a value stand on both sides: Canopy gets it first, and to the merge only the client has changed then."""
    customer = _customer_of(draft, link)
    theirs = customer.customer.values.get(field) if customer and customer.customer else None
    agreed = {**link.agreed, field: Pair(theirs, theirs)} if link.customer_id is not None else link.agreed
    held = replace(
        link.held,
        to_quickbooks=tuple(f for f in link.held.to_quickbooks if f is not field),
        to_canopy=tuple(f for f in link.held.to_canopy if f is not field),
    )
    pushed = replace(link.pushed, to_quickbooks=together(link.pushed.to_quickbooks, (field,)))
    return replace(link, wanted={**link.wanted, field: value}, agreed=agreed, held=held, pushed=pushed)


def _keep_side(
    draft: Draft, link: LinkRow, problem: Problem, side: Side, field: Field | None
) -> LinkRow | Refusal:
    """Let one side's value stay: to the merge, it then looks as if only that side had changed.

    Whatever was agreed before does not count any more: one side may be back at it by now.
    """
    fields = problem.fields if field is None else (field,)
    if link.client is None or any(each not in problem.fields for each in fields):
        return Refusal("no_such_choice")
    customer = _customer_of(draft, link)
    theirs = customer.customer.values if customer and customer.customer else {}
    agreed = dict(link.agreed)
    for each in fields:
        ours, other = link.client.values.get(each), theirs.get(each)
        stays, gives_way = (ours, other) if side == "canopy" else (other, ours)
        agreed[each] = Pair(gives_way, gives_way)
        loser: Side = "quickbooks" if side == "canopy" else "canopy"
        draft.note(Change(key=link.key, what="lost", side=loser, field=each, before=gives_way, after=stays))
    pushed = link.pushed
    if side == "canopy":
        pushed = replace(pushed, to_quickbooks=together(pushed.to_quickbooks, fields))
    else:
        pushed = replace(pushed, to_canopy=together(pushed.to_canopy, fields))
    # Of the fields that are left, `plan` asks anew: it is another question then.
    return without_question(replace(link, agreed=agreed, pushed=pushed))


def _keep_value(draft: Draft, link: LinkRow, problem: Problem, intent: Answer) -> LinkRow | Refusal:
    if intent.field is None or intent.field not in problem.fields:
        return Refusal("no_such_choice")
    if intent.field is Field.DISPLAY_NAME and not folded(intent.value):
        return Refusal("name_unusable")
    return without_question(_want(draft, link, intent.field, intent.value))


def _take_name(draft: Draft, link: LinkRow, name: Value) -> LinkRow | Refusal:
    """Let the client go by another name: Canopy gets it first, and QuickBooks what Canopy answers."""
    if not isinstance(name, str) or not folded(name) or len(name.strip()) > LONGEST_NAME:
        return Refusal("name_unusable")
    holders = [
        row for row in draft.customers_named(link.firm_id, name) if row.customer_id != link.customer_id
    ]
    if holders:
        return Refusal("name_taken", {"customer_id": holders[0].customer_id})
    link = _want(draft, link, Field.DISPLAY_NAME, " ".join(name.split()))
    return _asked_by_person(draft, without_question(link))


def _asked_by_person(draft: Draft, link: LinkRow) -> LinkRow:
    creating = link.status is LinkStatus.CREATING
    return replace(
        link,
        create_asked_by="person" if creating else link.create_asked_by,
        since=draft.now,
        actor=draft.cause.actor,
    )


def _match(draft: Draft, link: LinkRow, problem: Problem, intent: Answer) -> LinkRow | Refusal:
    """Match with whom the question is about, as the person saw it or not at all.

    Who has that customer, after a merge, is unmatched, and gets it back if the match is not carried out.
    """
    customer = customer_to_match(draft, link, problem)
    if isinstance(customer, Refusal):
        return customer
    if intent.customer_id not in (None, customer):
        return Refusal("stale")
    moved = moved_since(draft, link, customer, intent.customer_sync_token)
    if moved is not None:
        return moved
    other, own = draft.link_of(link.firm_id, customer), link.customer_id
    matched = begin_match(link, customer, draft.cause)
    if other is None or own is None:
        return matched
    draft.put(unmatching.begin(draft, other))
    taken = Taken(customer_id=customer, client_id=other.client_id, instead_of=own)
    return replace(matched, taken=taken)


def _create_client(draft: Draft, firm: FirmRow, link: LinkRow, problem: Problem) -> LinkRow | Refusal:
    if problem.customer_id is None:
        return Refusal("customer_unknown")
    wrong = client_for(draft, firm, problem.customer_id, anyway=True)
    return wrong if isinstance(wrong, Refusal) else without_question(link)


def client_for(draft: Draft, firm: FirmRow, customer: CustomerId, *, anyway: bool) -> CustomerRow | Refusal:
    """Ask for a Canopy client for a customer, as a person asks. `anyway`: beside one of the same name too."""
    row = draft.customer(firm.firm_id, customer)
    refusal = not_to_become_a_client(draft, firm.firm_id, row)
    if refusal is not None:
        return refusal
    if row is None or row.customer is None:
        return Refusal("customer_unknown")
    twin = None if anyway else client_of_the_same_name(draft, firm.firm_id, row.customer)
    if twin is not None:
        return Refusal("client_exists", {"client_id": twin.client_id})
    return add_client(draft, row, row.customer, "person")


def _customer_of(draft: Draft, link: LinkRow) -> CustomerRow | None:
    return draft.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
