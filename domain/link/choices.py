"""What an open question can be answered with as things are: what a person is offered, and what `answer` takes."""

from collections.abc import Mapping

from domain.ids import CustomerId
from domain.inputs import Choice
from domain.known import Known, survivor_of
from domain.link.free_customers import not_to_become_a_client, unfit_for_a_match
from domain.link.matches import not_to_be_matched
from domain.outcomes import Holder
from domain.problem import Problem
from domain.refusals import Refusal
from domain.rows import LinkRow

Choices = Mapping[Choice, Refusal | None]
"""The choices of a question, each with why it can't be taken; None: it can."""


def choices(known: Known, link: LinkRow) -> Choices:
    """Give the choices of the link's question; none if there is none, or it is not answered but mended."""
    problem = link.problem
    if problem is None:
        return {}
    firm = known.firm(link.firm_id)
    not_connected = Refusal("not_connected") if firm is None or not firm.is_connected else None
    return {choice: not_connected or refusal for choice, refusal in _of(known, link, problem).items()}


def open_choices(known: Known, link: LinkRow) -> tuple[Choice, ...]:
    """Name the choices that would not be refused, in the order in which they are offered."""
    return tuple(choice for choice, refusal in choices(known, link).items() if refusal is None)


def not_to_be_taken(known: Known, link: LinkRow, holder: Holder) -> Refusal | None:
    """Say why the client can't be matched with who has its name; None: it can."""
    if holder.kind != "customer":
        return Refusal("holder_is_no_customer")
    return not_to_be_matched(known, link, CustomerId(holder.id))


def holder_to_match(known: Known, link: LinkRow, problem: Problem) -> CustomerId | Refusal:
    """Give the customer that has the name and can be matched; or why none of those that have it can."""
    refusal = Refusal("holder_is_no_customer")
    for holder in problem.holders or ():
        why_not = not_to_be_taken(known, link, holder)
        if why_not is None:
            return CustomerId(holder.id)
        refusal = why_not if holder.kind == "customer" else refusal
    return refusal


def customer_to_match(known: Known, link: LinkRow, problem: Problem) -> CustomerId | Refusal:
    """Give the customer that the client gets if the question is answered with a match; or why it gets none."""
    match problem.code:
        case "display_name_taken":
            return holder_to_match(known, link, problem)
        case "possible_duplicate" if problem.customer_id is not None:
            return not_to_be_matched(known, link, problem.customer_id) or problem.customer_id
        case "customers_merged" if problem.customer_id is not None:
            survivor = survivor_of(known, link.firm_id, problem.customer_id)
            return _not_to_be_kept(known, link, survivor) or survivor
        case "possible_duplicate" | "customers_merged":
            return Refusal("customer_unknown")
        case _:
            return Refusal("no_such_choice")


def _not_to_be_matched(known: Known, link: LinkRow, problem: Problem) -> Refusal | None:
    customer = customer_to_match(known, link, problem)
    return customer if isinstance(customer, Refusal) else None


def _of(known: Known, link: LinkRow, problem: Problem) -> Choices:
    match problem.code:
        case "both_changed" | "not_kept":
            return {"canopy": None, "quickbooks": None, "value": None}
        case "display_name_taken":
            return {"name": None, "match": _not_to_be_matched(known, link, problem)}
        case "possible_duplicate":
            return {
                "match": _not_to_be_matched(known, link, problem),
                "create_client": _not_to_be_added(known, link, problem),
                "leave": None,
            }
        case "customers_merged":
            return {"match": _not_to_be_matched(known, link, problem), "leave": None}
        case "loop" | "no_progress":
            return {"go_on": None}
        case "value_not_taken" | "rejected_by_quickbooks" | "rejected_by_canopy" | "our_error":
            return {}


def _not_to_be_added(known: Known, link: LinkRow, problem: Problem) -> Refusal | None:
    if problem.customer_id is None:
        return Refusal("customer_unknown")
    return not_to_become_a_client(known, link.firm_id, known.customer(link.firm_id, problem.customer_id))


def _not_to_be_kept(known: Known, link: LinkRow, survivor: CustomerId) -> Refusal | None:
    """Say why the client can't keep the customer that its own went into."""
    other = known.link_of(link.firm_id, survivor)
    if link.write is not None or (other is not None and other.write is not None):
        return Refusal("write_under_way")
    if not link.has_present_client:
        return Refusal("client_gone")
    row = known.customer(link.firm_id, survivor)
    if row is not None and row.create is not None:
        return Refusal("write_under_way")  # it may have a client of its own in a moment
    if row is not None and row.reads:
        return Refusal("customer_being_read")  # the merge changed it: nobody has seen what stands there now
    return unfit_for_a_match(row)
