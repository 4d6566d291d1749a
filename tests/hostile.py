"""What nobody means and somebody sends: for all doors the same."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from domain.bounds import EARLIEST, LATEST, MOST_IN_A_READ_TEXT, MOST_NUMBER

EDGES = (-1, 0, 2**31, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30, -(2**63), -(2**70))
TIMES = (
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00",
    "1999-12-31T23:59:59Z",
    "2999-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
    "2026-11-23T10:00:00",
    "2026-13-45T99:99:99Z",
    "2026-11-23T10:00:00+99:99",
    "2026-11-23",
    "1795846416186",
)
texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", " ", ".", "..", "f-1/7", "../../x", "a\0b", "\x1b[31m", "\r\nA: b", "\u202e", "9" * 40, "nan"]
    ),
    st.sampled_from(TIMES),
    st.sampled_from([201, 1001, 4001, 20_000]).map(lambda n: "x" * n),
)
numbers = st.sampled_from(EDGES) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
nested = st.sampled_from([1, 40, 200]).map(lambda depth: _nested(depth))  # noqa: PLW0108  (it is defined below)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | nested,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(texts, each, max_size=3),
    max_leaves=4,
)


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for n in range(depth):
        value = [value] if n % 2 else {"a": value}
    return value


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Name each place in a JSON value."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, each in entries:
        yield (*path, name)
        yield from places(each, (*path, name))


def with_(event: Mapping[str, Any], path: tuple[str | int, ...], value: Any) -> Any:
    """Put a value at a place; one that is no more is let be."""
    changed: Any = deepcopy(event)
    place = changed
    for name in path[:-1]:
        try:
            place = place[name]
        except (KeyError, IndexError, TypeError):
            return changed
    if isinstance(place, dict) or (
        isinstance(place, list) and isinstance(path[-1], int) and path[-1] < len(place)
    ):
        place[path[-1]] = value  # type: ignore[index]
    return changed


ODD: tuple[Any, ...] = (
    *EDGES[:8],
    1.5,
    True,
    None,
    "",
    "x" * 4001,
    "x" * 1001,
    "a\0b",
    "..",
    "9" * 40,
    *TIMES,
    [],
    {},
    [[1]],
    {"a": {}},
)
"""What is tried in every place, one by one."""


def each_spoilt(example: Mapping[str, Any]) -> Iterator[Any]:
    """Give an example with each of its places spoilt, one at a time."""
    for path in places(example):
        for odd in ODD:
            yield with_(example, path, odd)


def spoilt(example: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Give an example with up to three of its places spoilt."""
    spoiling = st.lists(st.tuples(st.sampled_from(list(places(example))), values), min_size=1, max_size=3)

    def spoil(changes: list[tuple[tuple[str | int, ...], Any]]) -> Any:
        event = example
        for path, value in changes:
            event = with_(event, path, value)
        return event

    return spoiling.map(spoil)


def within_bounds(value: object) -> bool:
    """Say whether all that is in one of our shapes is within the bounds."""
    match value:
        case bool() | None:
            return True
        case int():
            return 0 <= value <= MOST_NUMBER
        case float():
            return False
        case str():
            return len(value) <= MOST_IN_A_READ_TEXT
        case datetime():
            return value.tzinfo is not None and EARLIEST <= value < LATEST
        case Mapping():
            return all(within_bounds(each) for pair in value.items() for each in pair)
        case tuple() | list() | frozenset():
            return all(within_bounds(each) for each in value)
    return is_dataclass(value) and all(within_bounds(getattr(value, field.name)) for field in fields(value))
