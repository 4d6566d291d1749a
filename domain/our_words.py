"""The names that our messages are made of: what is none of them was written by somebody else, and may be anything."""

from dataclasses import fields, is_dataclass
from itertools import chain

import domain.fields
from domain import inputs, outcomes, settings, snapshots

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
