"""What a restore would come to, in a sentence: each code of a foreseen restore has one."""

from collections.abc import Iterable, Mapping, Sequence

from adapters.web.texts.fields import field_names
from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.who_and_when import day_of, who_of
from domain.fields import Field, Values
from domain.ids import Side
from domain.problem import ProblemCode
from domain.restoring import ForeseenCode, RestoredCode

Facts = Mapping[str, str]


def restore_text(
    code: ForeseenCode, facts: Facts, writes: Mapping[Side, Values], asked: Iterable[Field]
) -> str:
    """Say what becomes of one client. `asked`: the fields that a question would be about."""
    match code:
        case "already_so":
            return "It is as it was before already: somebody has taken this back since."
        case "unmatched":
            return "It is unmatched again. What was written on either side stays."
        case "unmatched_since":
            by, since = _who_since(facts)
            return (
                f"It was matched again since, and taken apart once more{since}{by}. Look at its timeline, and restore the "
                "version that is right."
            )
        case "restored" | "restored_to_survivor" | "restored_inactive" | "restored_under_way":
            return _restored(code, facts) + written_text(writes)
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
            return _asked(code, tuple(asked)) + written_text(writes)
        case _:
            return refusal_text(code, facts)


def _restored(code: RestoredCode, facts: Facts) -> str:
    match code:
        case "restored":
            return "It is matched again with the same customer."
        case "restored_to_survivor":
            return (
                f"Its customer was merged in QuickBooks; it is matched with customer {facts.get('merged_into', '')}, "
                "into which that went."
            )
        case "restored_inactive":
            return "It is matched again; its customer is inactive in QuickBooks, so nothing is sent until it is active."
        case "restored_under_way":
            return "It is matched again, and a change that was under way goes on."


def _asked(code: ProblemCode, about: Sequence[Field]) -> str:
    fields = field_names(about)
    match code:
        case "both_changed":
            verb = "differs" if len(about) == 1 else "differ"
            return f"It is matched again, and a person is asked: {fields or 'fields'} {verb}, and nobody can say which is right."
        case "display_name_taken":
            return "It is matched again, and a person is asked: somebody else in QuickBooks has its new name."
        case "customers_merged":
            return "A person is asked: its customer was merged into one that another client is matched with."
        case "possible_duplicate":
            return "A person is asked: a customer in QuickBooks has this client's name."
        case "value_not_taken":
            return f"It is matched again, and a person is asked: QuickBooks would not take {fields or 'its values'}."
        case "rejected_by_quickbooks" | "rejected_by_canopy":
            return f"It is matched again, and a person is asked: the other side would not take {fields or 'its values'}."
        case "loop" | "no_progress" | "not_kept" | "our_error":
            return "It is matched again with the question that it had, which a person still has to answer."


def written_text(writes: Mapping[Side, Values]) -> str:
    """Name what is sent where; nothing where nothing differs."""
    parts = [
        f"{field_names(writes[side])} {'is' if len(writes[side]) == 1 else 'are'} written to {name}"
        for side, name in _SIDES
        if writes.get(side)
    ]
    return f" {'; '.join(parts)[:1].upper()}{'; '.join(parts)[1:]}." if parts else ""


def _who_since(facts: Facts) -> tuple[str, str]:
    somebody, day = who_of(facts), day_of(facts)
    return f" by {somebody}" if somebody else "", f" on {day}" if day else ""


_SIDES: tuple[tuple[Side, str], ...] = (("quickbooks", "QuickBooks"), ("canopy", "Canopy"))
