"""What taking an answer back would come to, in a sentence: each code of a foreseen undo has one."""

from collections.abc import Iterable, Mapping

from adapters.web.texts.fields import field_names
from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.restoring import written_text
from domain.fields import Field, Values
from domain.ids import Side
from domain.undone import UndoCode


def undo_text(
    code: UndoCode, facts: Mapping[str, str], writes: Mapping[Side, Values], asked: Iterable[Field]
) -> str:
    """Say what becomes of one client. `asked`: the fields that the question is about then."""
    fields = field_names(tuple(asked))
    about = f", about {fields}" if fields else ""
    match code:
        case "undone":
            return f"The answer is taken back.{written_text(writes)}"
        case (
            "both_changed"
            | "display_name_taken"
            | "customers_merged"
            | "possible_duplicate"
            | "value_not_taken"
            | "rejected_by_quickbooks"
            | "rejected_by_canopy"
            | "loop"
            | "no_progress"
            | "not_kept"
            | "our_error"
        ):
            return f"The answer is taken back, and the question is open again{about}.{written_text(writes)}"
        case _:
            return refusal_text(code, facts)
