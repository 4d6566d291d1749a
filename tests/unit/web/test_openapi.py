"""The API describes itself, and all that it describes is there."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from adapters.bounded import MOST_IN_A_PAGE_CURSOR, PageCursor
from adapters.store.cursors import cursor_of
from adapters.web.api.answering import _if_match
from adapters.web.api.openapi import openapi
from adapters.web.api.operations import Nothing
from adapters.web.api.positions import read_position
from adapters.web.app import OPERATIONS
from adapters.web.auth.people import Role
from domain.bounds import IDEMPOTENCY_KEY, MOST_NUMBER


def test_every_operation_is_described() -> None:
    """With its path parameters."""
    described = openapi(OPERATIONS, "1")["paths"]

    for operation in OPERATIONS:
        said = described[operation.path][operation.method.lower()]
        named = {each["name"] for each in said["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", operation.path))
        assert ("requestBody" in said) == (operation.body is not Nothing)


def test_no_reference_leads_nowhere() -> None:
    """Each named schema is among the components."""
    description = openapi(OPERATIONS, "1")

    named = set(re.findall(r"#/components/schemas/([\w.-]+)", json.dumps(description)))

    assert named <= set(description["components"]["schemas"])


def test_who_only_reads_changes_nothing() -> None:
    """Everything but GET takes a manager; the dead letters an operator."""
    for operation in OPERATIONS:
        if operation.method != "GET":
            assert operation.role >= Role.MANAGER
        if "dead-letters" in operation.path:
            assert operation.role is Role.OPERATOR


def test_each_path_says_what_becomes_of_who_asks_too_often() -> None:
    """The event stream's too."""
    described = openapi(OPERATIONS, "1")["paths"]

    for path in described.values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["429"]["content"]


def _match_version(sent: str) -> None:
    _if_match(make_mocked_request("PATCH", "/", headers={"If-Match": sent}))


def _ask_with_key(sent: str) -> None:
    assert IDEMPOTENCY_KEY.holds(sent)


TAKES: Mapping[str, Callable[[str], object]] = {
    "Sync-Position": read_position,
    "Last-Event-ID": read_position,
    "If-Match": _match_version,
    "Idempotency-Key": _ask_with_key,
}
"""What reads each header; it raises of what it does not take."""


@given(st.data())
def test_a_header_as_it_is_described_is_taken(data: st.DataObject) -> None:
    """Who goes by the description is not refused: of each header a pattern says what may stand in it."""
    described = _patterns()

    assert {name for name, *_ in described} == set(TAKES)
    for name, pattern, most in described:
        TAKES[name](data.draw(st.from_regex(pattern, fullmatch=True))[:most])


@cache
def _patterns() -> frozenset[tuple[str, str, int | None]]:
    """Give each header with its pattern and its longest length."""
    return frozenset(
        (each["name"], each["schema"]["pattern"], each["schema"].get("maxLength"))
        for path in openapi(OPERATIONS, "1")["paths"].values()
        for operation in path.values()
        for each in operation["parameters"]
        if each["in"] == "header"
    )


@given(st.lists(st.text() | st.integers(0, MOST_NUMBER), min_size=1, max_size=3))
def test_a_cursor_fits_its_description(key: list[str | int]) -> None:
    """Whatever a list is sorted by. What else fits is refused, and the description says so."""
    cursor = TypeAdapter(PageCursor).validate_python(cursor_of(*key))

    assert len(cursor) <= MOST_IN_A_PAGE_CURSOR


def test_each_text_in_an_address_says_what_it_may_be() -> None:
    """By a pattern, a format or a list; people's words by their length. A tool that tries what fits finds no refusals."""
    texts = [
        (name, shape)
        for path in openapi(OPERATIONS, "1")["paths"].values()
        for operation in path.values()
        for name, shape in map(_text, operation["parameters"])
        if shape.get("type") == "string"
    ]

    assert {"cursor", "client", "firm", "position"} <= {name for name, _ in texts}
    for name, shape in texts:
        if name in PEOPLES_WORDS:
            assert "maxLength" in shape or "format" in shape, name
        else:
            assert "enum" in shape or "format" in shape or not re.search(shape["pattern"], "a\0"), name


PEOPLES_WORDS = {"q", "name", "reason", "as_of", "since"}


def _text(parameter: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Give a parameter's name, and its shape where it is there."""
    shape = parameter["schema"]
    return parameter["name"], next(
        (each for each in shape.get("anyOf", ()) if each.get("type") != "null"), shape
    )


def test_each_cursor_says_where_it_comes_from() -> None:
    """Nobody makes one up by the pattern."""
    described = openapi(OPERATIONS, "1")["paths"]

    said = {
        each["schema"]["anyOf"][0]["description"]
        for path in described.values()
        for operation in path.values()
        for each in operation["parameters"]
        if each["name"] == "cursor"
    }

    assert said == {"The `cursor` of an earlier page. Any other text is refused."}
