"""Reads one event as the worker does, and names all that stands in its way.

The reader stops at the first thing that is wrong. So that is put right in a copy, and the copy read again, until
the reader takes it: it alone says what is a problem, and nothing has to be checked twice.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from adapters.canopy.mapping import client_of
from deploy.lint.finding import Finding, problem
from domain.bounds import too_deep
from domain.inputs import Input
from streams.wire.inputs import Message, UnreadableInputError, partition_of, read_input
from streams.wire.topics import CLIENT_EVENTS

MOST_PROBLEMS = 50
GOOD: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": "evt-1",
    "type": "canopy.client.created.v1",
    "time": "2026-01-31T10:00:00Z",
    "firmid": "f-1",
    "data": {"client_id": "c-1", "version": 1, "type": "individual"},
}
"""What is put in the place of what is wrong; a field that has none here is left out."""

_OF_THE_DATA = frozenset({"bad_client", "bad_data", "bad_id"})
_OF_THE_TYPE = frozenset({"unknown_type", "newer_schema", "wrong_topic"})
_ATTRIBUTES = {
    "data": "$.data",
    "id": "$.id",
    "firm_id": "$.firmid",
    "actor": "$.actor",
    "cause": "$.cause",
}
"""Names that the reader says of the event itself, whatever was wrong."""
_NAMED = re.compile(r"([a-z_0-9.]+): (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading one event. `given`: what the engine would decide on, problems put right."""

    event: Mapping[str, Any] = field(default_factory=dict)
    given: Input | None = None
    problems: tuple[Finding, ...] = ()


def read_event(value: bytes, partitions: int, now: datetime) -> Read:
    """Read one event as if it came in now, and on past all that is wrong with it."""
    event = _object(value)
    found: dict[str, Finding] = {}
    mended = deepcopy(event)
    while len(found) < MOST_PROBLEMS:
        try:
            given, _ = read_input(_message(value, mended, partitions, now), partitions, client_of)
        except UnreadableInputError as wrong:
            named = [each for each in _problems(wrong) if each.path not in found]
            found |= {each.path: each for each in named}
            if not named or not all(_mend(mended, each.path) for each in named):
                return Read(event, None, tuple(found.values()))
            value = orjson.dumps(mended)
        else:
            return Read(event, given, tuple(found.values()))
    return Read(event, None, tuple(found.values()))


def _object(value: bytes) -> dict[str, Any]:
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return {}
    # What is too deep would be walked through by recursion here; the reader refuses it as a whole.
    return event if isinstance(event, dict) and not too_deep(event) else {}


def _message(value: bytes, event: Mapping[str, Any], partitions: int, now: datetime) -> Message:
    firm = event.get("firmid")
    return Message(
        topic=CLIENT_EVENTS,
        partition=partition_of(firm, partitions) if isinstance(firm, str) else 0,
        offset=0,
        key=None,
        value=value,
        at=now,
    )


def _problems(wrong: UnreadableInputError) -> list[Finding]:
    if wrong.reason in _OF_THE_TYPE:
        return [problem("$.type", wrong.detail)]
    return [_named(wrong.reason, sentence) for sentence in wrong.detail.split("; ")]


def _named(reason: str, sentence: str) -> Finding:
    """Find the path that a sentence of the reader begins with."""
    named = _NAMED.fullmatch(sentence)
    if named is None:
        return problem("$", sentence)
    if attribute := _ATTRIBUTES.get(named[1]):
        return problem(attribute, named[2])
    return problem(("$.data." if reason in _OF_THE_DATA else "$.") + named[1], named[2])


def _mend(event: dict[str, Any], path: str) -> bool:
    """Put right what stands at a path; False where only its writer can."""
    names = path.split(".")[1:]
    place, good = event, GOOD
    for name in names[:-1]:
        if not isinstance(place.get(name), dict):
            return False
        place, good = place[name], good.get(name, {})
    if not names:
        return False
    if names[-1] in good:
        place[names[-1]] = deepcopy(good[names[-1]])
        return True
    return place.pop(names[-1], None) is not None
