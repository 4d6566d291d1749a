"""What needs a person, as a sentence and the ways to settle it."""

from collections.abc import Collection, Iterable

from domain.fields import Field
from domain.inputs import Choice
from domain.progress import MOST_TRIES
from domain.rows import Problem


def field_names(fields: Iterable[Field]) -> str:
    """Name fields as people read them."""
    return ", ".join(field.value.replace("_", " ") for field in fields)


def problem_text(problem: Problem, offered: Collection[Choice] = ()) -> str:
    """Say what is wrong, and what to do. `offered`: the choices that would not be refused."""
    fields = field_names(problem.fields)
    match problem.code:
        case "display_name_taken":
            return _name_taken(problem, offered)
        case "both_changed":
            return f"Both sides changed {fields or 'this client'}. Choose whose value stays."
        case "possible_duplicate":
            return (
                f"A new QuickBooks customer ({problem.customer_id}) has this client's name. Match the two, add "
                "it to Canopy as a client of its own, or leave both as they are."
            )
        case "customers_merged":
            return (
                f"This client's customer was merged in QuickBooks into customer {problem.customer_id}, which another "
                "client is synced with. Choose which client keeps it."
            )
        case "loop":
            return (
                "Both sides kept changing each other's values, over and over, so nothing more is sent. Find what changes "
                "them, then let it go on."
            )
        case "no_progress":
            return (
                f"The same change{f' of {fields}' if fields else ''} was asked for {MOST_TRIES} times, and nothing came of it, "
                "so it is not sent any more. Find out what stands in its way, then let it go on, or edit the client."
            )
        case "not_kept":
            return _not_kept(problem, fields)
        case "value_not_taken":
            return f"QuickBooks does not take what stands in {fields or 'this client'}. Correct it in Canopy."
        case "rejected_by_quickbooks":
            return _rejected("QuickBooks", problem, fields)
        case "rejected_by_canopy":
            return _rejected("Canopy", problem, fields)
        case "our_error":
            return (
                "We hit an error of our own on this client, so nothing more is sent for it. Our operators have been told; "
                "once it is mended, try again."
            )


def choice_label(problem: Problem, choice: Choice) -> str:
    """Say what a choice does."""
    merged, named = problem.code == "customers_merged", problem.code == "display_name_taken"
    ignored_by = problem.detail if problem.code == "not_kept" else None
    match choice:
        case "canopy" if ignored_by == "quickbooks":
            return "Send Canopy's again"
        case "quickbooks" if ignored_by == "canopy":
            return "Send QuickBooks' again"
        case "canopy":
            return "Keep Canopy's"
        case "quickbooks":
            return "Keep QuickBooks'"
        case "value":
            return "Type another value"
        case "name":
            return "Choose another name"
        case "match" if merged:
            return "This client keeps the customer"
        case "match":
            return "Match with that customer instead" if named else "Match with this customer"
        case "create_client":
            return "Add it to Canopy as another client"
        case "leave":
            return "Unmatch this client" if merged else "Leave both as they are"
        case "go_on":
            return "Go on"


def _name_taken(problem: Problem, offered: Collection[Choice]) -> str:
    holders = problem.holders or ()
    kind = holders[0].kind if holders else "customer, vendor or employee"
    article = "An" if kind == "employee" else "A"
    return (
        f"{article} {kind} in QuickBooks has this display name; names there are shared by customers, vendors and "
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


def _rejected(side: str, problem: Problem, fields: str) -> str:
    about = f" because of {fields}" if fields else ""
    code = f" ({problem.detail})" if problem.detail else ""
    return f"{side} would not take the change{about}{code}. Correct the client, or try again."
