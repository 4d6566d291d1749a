"""What needs a person, as a sentence and the ways to settle it."""

from collections.abc import Collection
from typing import Literal

from adapters.web.texts.fields import field_names, sentence_case
from domain.inputs import Choice
from domain.names import folded
from domain.outcomes import HolderKind
from domain.problem import UNCONFIRMED, Problem
from domain.progress import MOST_TRIES
from domain.rows import CustomerRow

_NEVER_SAID = {
    "QuickBooks": "QuickBooks never said whether it added this customer, so nothing more is sent. Look there first: if the "
    "customer is there, match it; if not, try again.",
    "Canopy": "Canopy never said whether it added this client, and asking again could add it twice. Look there first: if the "
    "client is there, match it; if not, add it.",
}


def problem_text(problem: Problem, offered: Collection[Choice] = ()) -> str:
    """Say what is wrong, and what to do. `offered`: the choices that would not be refused."""
    fields = field_names(problem.fields)
    match problem.code:
        case "display_name_taken":
            return _name_taken(problem, offered)
        case "both_changed":
            return sentence_case(
                f"{fields or 'the same fields'} {'differs' if len(problem.fields) == 1 else 'differ'} between Canopy and "
                "QuickBooks. Which should we keep?"
            )
        case "possible_duplicate":
            return f"A new QuickBooks customer ({problem.customer_id}) has this client's name. Is it the same client?"
        case "customers_merged":
            return (
                f"In QuickBooks, this client's customer was merged into customer {problem.customer_id}, which another "
                "client has, or had. Which client should be matched with it?"
            )
        case "loop":
            return (
                "Canopy and QuickBooks keep overwriting each other's values, often because another app is involved. Syncing of "
                "this client is stopped. Find what changes the values, then resume."
            )
        case "no_progress":
            return (
                f"The same change{f' of {fields}' if fields else ''} was sent {MOST_TRIES} times, and nothing came of it. "
                "Syncing of this client is stopped. Find out what stands in its way, then resume, or edit the client."
            )
        case "not_kept":
            return _not_kept(problem, fields)
        case "value_not_taken":
            them = "it" if len(problem.fields) == 1 else "them"
            return f"QuickBooks won't accept {fields or 'values'} as Canopy has {them}. Correct {them} in Canopy."
        case "rejected_by_quickbooks":
            return _rejected("QuickBooks", problem, fields)
        case "rejected_by_canopy":
            return _rejected("Canopy", problem, fields)
        case "our_error":
            return (
                "We hit an error of our own on this client, so nothing more is sent for it. Our operators have been told; "
                "once it is fixed, try again."
            )


def customer_problem_text(row: CustomerRow) -> str | None:
    """Say what is wrong with a customer that is to become a client, and what to do; None: nothing."""
    problem = row.problem
    if problem is not None and problem.code == "our_error" and row.lost_create is not None:
        return (
            "We hit an error of our own, and nobody can say whether Canopy added this client. Our operators have been told. "
            "Once it is fixed, look in Canopy first: if the client is there, match it; if not, add it."
        )
    return problem_text(problem) if problem is not None else None


def may_be_the_holders_client(problem: Problem) -> bool:
    """Say whether a name's holder has another one by now, and is asked about since this may be the client made for it."""
    holders = problem.holders or ()
    return bool(holders) and problem.taken is not None and folded(holders[0].name) != folded(problem.taken)


def problem_title(problem: Problem) -> str:
    """Name what is wrong in a few words, for a list."""
    fields = field_names(problem.fields)
    match problem.code:
        case "display_name_taken":
            return "Display name is taken"
        case "both_changed":
            return (
                f"{sentence_case(fields or 'values')} {'differs' if len(problem.fields) == 1 else 'differ'}"
            )
        case "possible_duplicate":
            return "Possible duplicate in QuickBooks"
        case "customers_merged":
            return "Customer was merged in QuickBooks"
        case "loop":
            return "Both sides keep overwriting each other"
        case "no_progress":
            return "A change does not go through"
        case "not_kept":
            side = "Canopy" if problem.detail == "canopy" else "QuickBooks"
            return f"{side} did not keep {fields or 'a value'}"
        case "value_not_taken":
            return f"QuickBooks won't accept {fields or 'a value'}"
        case "rejected_by_quickbooks":
            return _rejected_title("QuickBooks", problem)
        case "rejected_by_canopy":
            return _rejected_title("Canopy", problem)
        case "our_error":
            return "An error of ours"


def choice_label(problem: Problem, choice: Choice) -> str:
    """Say what a choice does."""
    merged, named = problem.code == "customers_merged", problem.code == "display_name_taken"
    values = "value" if len(problem.fields) == 1 else "values"
    ignored_by = problem.detail if problem.code == "not_kept" else None
    match choice:
        case "canopy" if ignored_by == "quickbooks":
            return "Send Canopy's again"
        case "quickbooks" if ignored_by == "canopy":
            return "Send QuickBooks' again"
        case "canopy":
            return f"Keep Canopy's {values}"
        case "quickbooks":
            return f"Keep QuickBooks' {values}"
        case "value":
            return "Type another value"
        case "name":
            return "Choose another name"
        case "match" if merged:
            return "Match this client with it"
        case "match":
            return "Match with that customer instead" if named else "Match with this customer"
        case "create_client":
            return "Add it to Canopy as another client"
        case "leave":
            return "Unmatch this client" if merged else "Leave both as they are"
        case "go_on":
            return "Resume syncing"


def a_holder(kind: HolderKind) -> str:
    """Name one who may have a name, with its article."""
    match kind:
        case "customer":
            return "a customer"
        case "vendor":
            return "a vendor"
        case "employee":
            return "an employee"


def _name_taken(problem: Problem, offered: Collection[Choice]) -> str:
    holders = problem.holders or ()
    if may_be_the_holders_client(problem):
        return (
            "Canopy was asked to add a client of this name for a customer that has another name in QuickBooks by now. This may be "
            "that client. If it is not, choose another name"
            + ("; if it is, match with that customer." if "match" in offered else ".")
        )
    holder = a_holder(holders[0].kind) if holders else "a customer, vendor or employee"
    return (
        f"{sentence_case(holder)} in QuickBooks has this display name; names there are shared by customers, vendors and "
        "employees. Choose another name" + (", or match with that customer." if "match" in offered else ".")
    )


def _not_kept(problem: Problem, fields: str) -> str:
    if problem.detail == "canopy":
        return (
            f"Canopy said that it saved {fields}, and still has another value. Choose: send QuickBooks' "
            "value again, once you know what stood in its way there, or keep Canopy's."
        )
    return (
        f"QuickBooks said that it saved {fields}, and still has another value. Choose: send Canopy's value "
        "again, once you know what stood in its way there, or keep QuickBooks'."
    )


def _rejected_title(side: Literal["Canopy", "QuickBooks"], problem: Problem) -> str:
    return f"No answer from {side}" if problem.detail == UNCONFIRMED else f"Rejected by {side}"


def _rejected(side: Literal["Canopy", "QuickBooks"], problem: Problem, fields: str) -> str:
    if problem.detail == UNCONFIRMED:
        return _NEVER_SAID[side]
    about = f" because of {fields}" if fields else ""
    code = f" ({problem.detail})" if problem.detail else ""
    return f"{side} rejected the change{about}{code}. Correct the client, or try again."
