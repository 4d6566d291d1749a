"""What needs a person, as a sentence and the ways to settle it."""

from collections.abc import Iterable, Mapping

from domain.fields import Field
from domain.rows import Problem


def field_names(fields: Iterable[Field]) -> str:
    """Name fields as people read them."""
    return ", ".join(field.value.replace("_", " ") for field in fields)


def problem_text(problem: Problem) -> str:
    """Say what is wrong, and what to do."""
    fields = field_names(problem.fields)
    match problem.code:
        case "display_name_taken":
            return (
                "A customer, vendor or employee in QuickBooks has this display name. Give the client another one in "
                "Canopy, or match it with the customer that has the name."
            )
        case "both_changed":
            return f"Both sides changed {fields or 'this client'}. Choose whose value stays."
        case "rejected_by_quickbooks":
            return _rejected("QuickBooks", problem, fields)
        case "rejected_by_canopy":
            return _rejected("Canopy", problem, fields)


def choices(problem: Problem) -> Mapping[str, str]:
    """Give the answers that settle a question, with their labels; none if it is not answered but mended."""
    if problem.code == "both_changed":
        return {"canopy": "Keep Canopy's", "quickbooks": "Keep QuickBooks'"}
    return {}


def _rejected(side: str, problem: Problem, fields: str) -> str:
    about = f" because of {fields}" if fields else ""
    code = f" ({problem.detail})" if problem.detail else ""
    return f"{side} would not take the change{about}{code}. Correct the client, or try again."
