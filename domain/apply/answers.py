"""A person settles a question, or lets a value that gave way stand again."""

from typing import assert_never

from domain.agreed import Pair
from domain.apply import unmatching
from domain.apply.arrivals import add_client, client_of_the_same_name
from domain.apply.kept_side import keep_side
from domain.draft import Draft
from domain.fields import Field, Value, together
from domain.firm_rows import FirmRow
from domain.ids import CustomerId
from domain.inputs import Answer
from domain.link.allowed import granted
from domain.link.choices import customer_to_match
from domain.link.free_customers import not_to_become_a_client
from domain.link.transitions import begin_match, without_question
from domain.problem import Problem
from domain.refusals import Refusal
from domain.remembered import Taken
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, LinkStatus


def answer(draft: Draft, firm: FirmRow, link: LinkRow, intent: Answer) -> LinkRow:
    """Do what the chosen answer says."""
    problem = granted(link.problem)
    match intent.choice:
        case "canopy" | "quickbooks" as side:
            fields = problem.fields if intent.field is None else (intent.field,)
            # Of the fields that are left, `plan` asks anew: it is another question then.
            return without_question(keep_side(draft, link, side, fields))
        case "value":
            return without_question(let_stand(draft, link, granted(intent.field), intent.value))
        case "name":
            return _take_name(draft, link, intent.value)
        case "match":
            return _match(draft, link, problem)
        case "create_client":
            granted(client_for(draft, firm, granted(problem.customer_id), anyway=True))
            return without_question(link)
        case "leave" if problem.code == "customers_merged":
            return unmatching.begin(draft, link)
        case "leave" | "go_on":
            return without_question(link)
        case _:
            assert_never(intent.choice)


def let_stand(draft: Draft, link: LinkRow, field: Field, value: Value) -> LinkRow:
    """Let a value stand on both sides: Canopy gets it first, and to the merge only the client has changed then."""
    customer = draft.customer_of(link)
    theirs = customer.customer.values.get(field) if customer and customer.customer else None
    agreed = {**link.agreed, field: Pair(theirs, theirs)} if link.customer_id is not None else link.agreed
    held = replace(
        link.held,
        to_quickbooks=tuple(f for f in link.held.to_quickbooks if f is not field),
        to_canopy=tuple(f for f in link.held.to_canopy if f is not field),
    )
    pushed = replace(link.pushed, to_quickbooks=together(link.pushed.to_quickbooks, (field,)))
    return replace(link, wanted={**link.wanted, field: value}, agreed=agreed, held=held, pushed=pushed)


def _take_name(draft: Draft, link: LinkRow, name: Value) -> LinkRow:
    """Let the client go by another name: Canopy gets it first, and QuickBooks what Canopy answers."""
    link = let_stand(draft, link, Field.DISPLAY_NAME, " ".join(str(name).split()))
    return _asked_by_person(draft, without_question(link))


def _asked_by_person(draft: Draft, link: LinkRow) -> LinkRow:
    creating = link.status is LinkStatus.CREATING
    return replace(
        link,
        create_asked_by="person" if creating else link.create_asked_by,
        since=draft.now,
        actor=draft.cause.actor,
    )


def _match(draft: Draft, link: LinkRow, problem: Problem) -> LinkRow:
    """Match with whom the question is about, as the person saw it or not at all.

    Who has that customer, after a merge, is unmatched, and gets it back if the match is not carried out.
    """
    customer = granted(customer_to_match(draft, link, problem))
    other, own = draft.link_of(link.firm_id, customer), link.customer_id
    matched = begin_match(link, customer, draft.cause)
    if other is None or own is None:
        return matched
    draft.put(unmatching.begin(draft, other))
    taken = Taken(customer_id=customer, client_id=other.client_id, instead_of=own)
    return replace(matched, taken=taken)


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
