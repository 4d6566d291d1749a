"""What taking an answer back would come to, or that both sides were left, in a sentence: each code of a foreseen undo has one."""

from collections.abc import Iterable, Mapping

from adapters.web.texts.fields import field_names, sentence_case
from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.restoring import written_text
from domain.codes import is_refusal
from domain.fields import Field, Values
from domain.ids import Side
from domain.undone import ForeseenUndo, UndoCode


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


def held_again_text(told: ForeseenUndo, fields: Iterable[Field]) -> str:
    """Say what becomes of one client whose sides were left as they are. `fields`: what is held again."""
    if is_refusal(told.code):
        return refusal_text(told.code, told.facts)
    named = sentence_case(field_names(fields))
    return (
        f"{named} is held again, until somebody says what is done with it. Nothing is written on either side."
    )
