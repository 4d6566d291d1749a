"""Reads JSON into our shapes, with bounds on whatever is in them: by the kind of a value, and by the name of an id.

A new field has its bounds by itself, and so has the JSON Schema that is made of a shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema

from domain.bounds import BY_NAME, CURSOR_OF_CUSTOMERS, LATEST, MOST_IN_A_TEXT, MOST_NUMBER, Bound, moment
from domain.outcomes import CustomersListed

MOST_IN_64_BITS = 2**64 - 1
"""The largest number that our JSON can be written with; older logs may hold it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far values may go. `texts` None: no limit. `is_new`: it comes in, and is not read back of our own log."""

    most_number: int = MOST_NUMBER
    texts: int | None = MOST_IN_A_TEXT
    is_new: bool = True


COMING_IN = Bounds()
KEPT = Bounds(most_number=MOST_IN_64_BITS, texts=None, is_new=False)
"""Of what is in the log already: only what could not be worked with, or not be written again, is refused."""


BY_SHAPE: Mapping[tuple[str, str], Bound] = {(CustomersListed.__name__, "cursor"): CURSOR_OF_CUSTOMERS}
"""Where a name means something else in one shape."""


def bounded(shape: Any, bounds: Bounds = COMING_IN) -> CoreSchema:
    """Give pydantic's own description of a shape, with bounds on all that is in it."""
    return cast(CoreSchema, _walked(TypeAdapter(shape).core_schema, bounds))


def reader(shape: Any, bounds: Bounds = COMING_IN) -> Callable[..., Any]:
    """Give what reads parsed JSON into a shape, and raises pydantic's ValidationError of all else.

    `context={"latest": …}` says until when a time may be; without it: `LATEST`.
    """
    return SchemaValidator(bounded(shape, bounds)).validate_python


def _walked(node: Any, bounds: Bounds) -> Any:
    if isinstance(node, list | tuple):
        return type(node)(_walked(each, bounds) for each in node)
    if not isinstance(node, Mapping):
        return node
    match node.get("type"):
        case "int":
            return {**node, "strict": True, "ge": 0, "le": bounds.most_number}
        case "bool":
            return {**node, "strict": True}
        case "str":
            return node if bounds.texts is None else {**node, "max_length": bounds.texts}
        case "datetime":
            aware = {**node, "tz_constraint": "aware"}
            return _read_as_rfc_3339(aware) if bounds.is_new else aware
        case "dataclass-args" if bounds.is_new:
            shape = node["dataclass_name"]
            return {**node, "fields": [_field(shape, each, bounds) for each in node["fields"]]}
    return {name: _walked(each, bounds) for name, each in node.items()}


def _field(shape: str, node: Mapping[str, Any], bounds: Bounds) -> Any:
    name = node["name"]
    bound = BY_SHAPE.get((shape, name)) or BY_NAME.get(name)
    return _with_pattern(node, bound) if bound is not None else _walked(node, bounds)


def _with_pattern(node: Any, bound: Bound) -> Any:
    """Bound the text that stands in a field, which may be null as well."""
    if not isinstance(node, Mapping):
        return node
    if node.get("type") == "str":
        return {**node, "pattern": bound.pattern, "max_length": bound.most}
    return {name: _with_pattern(each, bound) for name, each in node.items()}


def _read_as_rfc_3339(node: Mapping[str, Any]) -> CoreSchema:
    """Read a time from a text alone: pydantic would take numbers and days too."""
    return core_schema.with_info_before_validator_function(_moment, node)


def _moment(given: object, info: core_schema.ValidationInfo) -> datetime:
    if not isinstance(given, str):
        raise PydanticCustomError("time", "expected a date and time as a text")
    latest: datetime = (info.context or {}).get("latest", LATEST)
    try:
        return moment(given, latest)
    except ValueError as wrong:
        raise PydanticCustomError("time", str(wrong)) from None
