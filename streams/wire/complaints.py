"""Says what is wrong with an input's data, in our own words: what is said stands in headers and lists, and holds no value."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.bounds import BY_NAME, IDS, Bound
from domain.our_words import OUR_WORDS

MOST = 5
_OF_TEXTS = frozenset({"string_too_long", "string_pattern_mismatch"})


def complaints(wrong: ValidationError) -> str:
    """Name each place and what was expected there."""
    errors = wrong.errors(include_url=False, include_input=False)
    return "; ".join(f"{_place(error)}: {_expected(error)}" for error in errors[:MOST])


def _place(error: ErrorDetails) -> str:
    return ".".join(map(_name, error["loc"])) or "data"


def _name(part: str | int) -> str:
    # A key that is none of our words was written by somebody else, and may be a client's name.
    return str(part) if isinstance(part, int) or part in OUR_WORDS else "…"


def names_an_id(wrong: ValidationError) -> bool:
    """Say whether an id is out of its bounds."""
    return any(
        error["type"] in _OF_TEXTS and _bound_of(error) in IDS
        for error in wrong.errors(include_url=False, include_input=False)
    )


def _expected(error: ErrorDetails) -> str:
    bound = _bound_of(error)
    match error["type"]:
        # Of all that pydantic may say of our shapes, only this quotes what stood there.
        case "union_tag_invalid":
            return "expected one of our kinds"
        case "string_too_long":
            return f"expected at most {error['ctx']['max_length']} characters"
        case "string_pattern_mismatch" if bound is not None:
            return f"expected {bound.expected}"
        case "int_type" | "int_parsing" | "int_from_float" | "int_parsing_size":
            return "expected a whole number, 0 or more"
        case "greater_than_equal" | "less_than_equal":
            return "expected a whole number between 0 and 2^63 - 1"
        case _:
            return error["msg"]


def _bound_of(error: ErrorDetails) -> Bound | None:
    return BY_NAME.get(str(error["loc"][-1])) if error["loc"] else None
