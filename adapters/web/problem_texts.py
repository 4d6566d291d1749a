"""What needs a person, as a sentence and the ways to settle it."""

from collections.abc import Iterable, Mapping

from domain.fields import Field
from domain.progress import MOST_TRIES
from domain.rows import Problem


def field_names(fields: Iterable[Field]) -> str:
    """Name fields as people read them."""
    return ", ".join(field.value.replace("_", " ") for field in fields)


def problem_text(problem: Problem) -> str:
    """Say what is wrong, and what to do."""
    fields = field_names(problem.fields)
    match problem.code:
        case "display_name_taken":
            return _name_taken(problem)
        case "both_changed":
            return f"Both sides changed {fields or 'this client'}. Choose whose value stays."
        case "possible_duplicate":
            return (
                f"A new QuickBooks customer ({problem.customer_id}) has this client's name or e-mail. Match the two, add "
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


def choices(problem: Problem) -> Mapping[str, str]:
    """Give the answers that settle a question, with their labels; none if it is not answered but mended."""
    match problem.code:
        case "both_changed":
            return {"canopy": "Keep Canopy's", "quickbooks": "Keep QuickBooks'"}
        case "display_name_taken" if any(each.kind == "customer" for each in problem.holders or ()):
            return {"name": "Choose another name", "match": "Match with that customer instead"}
        case "display_name_taken":
            return {"name": "Choose another name"}
        case "possible_duplicate":
            return {
                "match": "Match with this customer",
                "create_client": "Add it to Canopy as another client",
                "leave": "Leave both as they are",
            }
        case "customers_merged":
            return {"match": "This client keeps the customer", "leave": "Unmatch this client"}
        case "loop" | "no_progress":
            return {"go_on": "Go on"}
        case _:
            return {}


def _name_taken(problem: Problem) -> str:
    holders = problem.holders or ()
    kind = holders[0].kind if holders else "customer, vendor or employee"
    article = "An" if kind == "employee" else "A"
    return (
        f"{article} {kind} in QuickBooks has this display name; names there are shared by customers, vendors and "
        "employees. Choose another name" + (", or match with that customer." if kind == "customer" else ".")
    )


def _rejected(side: str, problem: Problem, fields: str) -> str:
    about = f" because of {fields}" if fields else ""
    code = f" ({problem.detail})" if problem.detail else ""
    return f"{side} would not take the change{about}{code}. Correct the client, or try again."
