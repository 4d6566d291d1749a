"""Says what is wrong with an input's data, in our own words: what is said stands in headers and lists, and holds no value."""

from dataclasses import fields, is_dataclass
from itertools import chain

from pydantic import ValidationError
from pydantic_core import ErrorDetails

import domain.fields
from domain import inputs, outcomes, settings, snapshots

MOST = 5

_SHAPES = tuple(
    shape
    for module in (inputs, outcomes, settings, snapshots, domain.fields)
    for shape in vars(module).values()
    if isinstance(shape, type) and is_dataclass(shape)
)
OUR_WORDS = frozenset(
    chain(
        domain.fields.Field,
        (shape.__name__ for shape in _SHAPES),
        (each.name for shape in _SHAPES for each in fields(shape)),
        (str(getattr(shape, "kind", "")) for shape in _SHAPES),
    )
)


def complaints(wrong: ValidationError) -> str:
    """Name each place and what was expected there."""
    errors = wrong.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{_place(error)}: {_expected(error)}" for error in errors[:MOST])


def _place(error: ErrorDetails) -> str:
    return ".".join(map(_name, error["loc"])) or "data"


def _name(part: str | int) -> str:
    # A key that is none of our words was written by somebody else, and may be a client's name.
    return str(part) if isinstance(part, int) or part in OUR_WORDS else "…"


def _expected(error: ErrorDetails) -> str:
    # Of all that pydantic may say of our shapes, only this quotes what stood there.
    return "expected one of our kinds" if error["type"] == "union_tag_invalid" else error["msg"]
