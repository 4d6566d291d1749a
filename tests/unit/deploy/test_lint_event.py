"""What a producer is told about an event before anybody has to park it."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from adapters.canopy.mapping import client_of
from deploy.cli import app
from deploy.lint.linting import Linted, lint
from streams.wire.inputs import Message, UnreadableInputError, partition_of, read_input
from streams.wire.topics import CLIENT_EVENTS

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "evt-1",
    "source": "/canopy",
    "type": "canopy.client.created.v1",
    "subject": "c-1001",
    "time": "2026-11-23T10:00:00Z",
    "datacontenttype": "application/json",
    "firmid": "f-1",
    "actor": "user:dana",
    "data": {
        "client_id": "c-1001",
        "version": 1,
        "sync_client": True,
        "type": "individual",
        "display_name": "Fiona Gallagher",
        "email": "fiona@example.com",
        "phone": "(312) 555-0100",
        "address": {"line1": "2119 S Wallace St", "city": "Chicago", "country": "US"},
        "active": True,
    },
}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATHS = (
    [(name,) for name in EVENT] + [("data", name) for name in EVENT["data"]] + [("data", "address", "city")]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2**40) | st.text(max_size=5) | st.just("2.0"),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.text(max_size=3), each, max_size=2),
    max_leaves=3,
)
wrong_events = st.lists(st.tuples(st.sampled_from(PATHS), anything), max_size=4)


def with_(*changes: tuple[tuple[str, ...], Any]) -> dict[str, Any]:
    """The good event, with other values at some paths; a path that is no more is let be."""
    event = deepcopy(EVENT)
    for path, value in changes:
        place: Any = event
        for name in path[:-1]:
            place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[path[-1]] = value
    return event


def of_one(event: dict[str, Any]) -> Linted:
    """Lint one event."""
    (linted,) = lint(orjson.dumps(event), 8, NOW)
    return linted


def said(event: dict[str, Any]) -> set[tuple[str, str]]:
    """Name what was found by level and path."""
    return {(finding.level, finding.path) for finding in of_one(event).findings}


def the_worker_reads(event: dict[str, Any]) -> bool:
    """Ask the worker's own reader."""
    firm = event.get("firmid")
    message = Message(
        topic=CLIENT_EVENTS,
        partition=partition_of(firm, 8) if isinstance(firm, str) else 0,
        offset=0,
        key=None,
        value=orjson.dumps(event),
        at=NOW,
    )
    try:
        read_input(message, 8, client_of)
    except UnreadableInputError:
        return False
    return True


@given(wrong_events)
def test_the_linter_and_the_worker_never_disagree(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    """Whatever stands in an event: it has errors if, and only if, the worker would park it."""
    event = with_(*changes)

    assert of_one(event).read == the_worker_reads(event)


@given(wrong_events)
def test_what_is_named_is_all_that_is_wrong(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    """Put right what is named, leave the rest, and the worker reads it."""
    event = with_(*changes)
    for finding in of_one(event).findings:
        if finding.level == "error":
            path = finding.path.split(".")[1:]
            place: Any = event
            good: Any = EVENT
            for name in path[:-1]:
                place, good = place[name], good.get(name, {})
            place[path[-1]] = good.get(path[-1])

    assert the_worker_reads(event)


def test_a_right_event_has_nothing_to_mend() -> None:
    """And its partition is named, for who wonders where it went."""
    linted = of_one(EVENT)

    assert (linted.right, linted.findings) == (True, ())
    assert (linted.firm, linted.partition) == ("f-1", partition_of("f-1", 8))


def test_each_problem_is_named_with_its_place_and_how_to_mend_it() -> None:
    """All at once: who writes events does not want to be told one thing a day."""
    event = with_(
        (("specversion",), "0.3"),
        (("time",), "yesterday"),
        (("data", "version"), "1"),
        (("data", "address", "city"), 5),
        (("data", "sync_client"), "yes"),
    )
    errors = [finding for finding in of_one(event).findings if finding.level == "error"]

    assert [finding.path for finding in errors] == [
        "$.specversion",
        "$.time",
        "$.data.sync_client",
        "$.data.version",
        "$.data.address.city",
    ]
    assert errors[3].said == "expected a whole number, 1 or more, got a text"
    assert all(finding.mend for finding in errors)


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ((("tenant",), "x"), ("note", "$.tenant")),
        ((("data", "ssn"), "000-00-0000"), ("note", "$.data.ssn")),
        ((("actor",), None), ("note", "$.actor")),
        ((("actor",), "dana"), ("warning", "$.actor")),
        ((("subject",), "c-1"), ("warning", "$.subject")),
        ((("time",), "2026-11-23T10:00:00"), ("error", "$.time")),
        ((("time",), "2026-11-25T10:00:00Z"), ("error", "$.time")),
        ((("time",), "1999-12-31T23:59:59Z"), ("error", "$.time")),
        ((("time",), 1764000000), ("error", "$.time")),
        ((("actor",), "user:" + "x" * 200), ("error", "$.actor")),
        ((("cause",), "a\nb"), ("error", "$.cause")),
        ((("firmid",), "f/1"), ("error", "$.firmid")),
        ((("data", "version"), 2**63), ("error", "$.data.version")),
        ((("type",), "canopy.client.edited.v1"), ("warning", "$.data.sync_client")),
        ((("type",), "canopy.client.edited.v2"), ("error", "$.type")),
        ((("data", "phone"), "1" * 31), ("warning", "$.data.phone")),
        ((("data", "email"), "a@b.example, c@d.example"), ("warning", "$.data.email")),
        ((("data", "display_name"), None), ("warning", "$.data.display_name")),
        ((("data", "display_name"), "\u200b"), ("warning", "$.data.display_name")),
        ((("data", "display_name"), "Lee: Ann"), ("note", "$.data.display_name")),
        ((("data", "display_name"), "x" * 1001), ("error", "$.data.display_name")),
        ((("data", "address", "city"), "x" * 256), ("warning", "$.data.address.city")),
        ((("id",), "x" * 201), ("error", "$.id")),
        ((("firmid",), "x" * 201), ("error", "$.firmid")),
        ((("data",), []), ("error", "$.data")),
    ],
)
def test_what_is_no_problem_of_the_reader_is_said_as_a_warning_or_a_note(
    change: tuple[tuple[str, ...], Any], level: tuple[str, str]
) -> None:
    """A warning: somebody will have to look. A note: good to know, and no fault."""
    event = with_(change)

    assert said(event) == {level}
    assert of_one(event).right == (level[0] == "note")


def test_a_version_that_does_not_grow_is_seen_beside_the_events_before() -> None:
    """The same event again is a repeat and no fault; another one with that version would change nothing."""
    again = with_((("data", "version"), 1))
    renamed = with_((("id",), "evt-2"), (("data", "phone"), "1"))
    other_client = with_((("id",), "evt-3"), (("data", "client_id"), "c-2"), (("subject",), "c-2"))
    content = b"\n".join(orjson.dumps(event) for event in (EVENT, again, renamed, other_client))

    found = [[finding.path for finding in linted.findings] for linted in lint(content, 8, NOW)]

    assert found == [[], [], ["$.data.version"], []]


def test_two_events_of_one_id_are_seen() -> None:
    """Each event has an id of its own."""
    content = orjson.dumps([EVENT, with_((("data", "version"), 2))])

    assert [[finding.path for finding in linted.findings] for linted in lint(content, 8, NOW)] == [
        [],
        ["$.id"],
    ]


def contents() -> Iterator[tuple[str, bytes, int]]:
    """The forms of a file."""
    pretty = orjson.dumps(EVENT, option=orjson.OPT_INDENT_2)
    yield "one event over many lines", pretty, 1
    yield (
        "one a line, with blank ones between",
        orjson.dumps(EVENT) + b"\n\n" + orjson.dumps(EVENT) + b"\n",
        2,
    )
    yield "an array", orjson.dumps([EVENT, EVENT, EVENT]), 3


@pytest.mark.parametrize(
    ("content", "count"), [each[1:] for each in contents()], ids=[c[0] for c in contents()]
)
def test_a_file_has_one_event_or_an_array_or_one_a_line(content: bytes, count: int) -> None:
    """Each is linted by itself."""
    linted = lint(content, 8, NOW)

    assert [each.right for each in linted] == [True] * count


def test_what_is_no_json_is_said_once() -> None:
    """A broken file is one broken event, not one a line."""
    broken = orjson.dumps(EVENT, option=orjson.OPT_INDENT_2)[:-3]
    (linted,) = lint(broken, 8, NOW)

    assert [finding.path for finding in linted.findings] == ["$"]
    assert "expected a CloudEvent in JSON" in linted.findings[0].said


def test_the_command_ends_with_0_1_or_2_and_writes_json_when_asked(tmp_path: Any) -> None:
    """0: right; 1: something was found; 2: it was not asked rightly."""
    run = CliRunner().invoke
    right, wrong = tmp_path / "right.json", orjson.dumps(with_((("firmid",), "")))
    right.write_bytes(orjson.dumps(EVENT))

    assert run(app, ["lint-event", str(right), "--partitions", "32"]).exit_code == 0
    assert (
        f"partition {partition_of('f-1', 32)} of 32"
        in run(app, ["lint-event", str(right), "--partitions", "32"]).output
    )
    assert run(app, ["lint-event", "-"], input=wrong).exit_code == 1
    assert run(app, ["lint-event", str(tmp_path / "none.json")]).exit_code == 2
    facts = orjson.loads(run(app, ["lint-event", "--json", "-"], input=wrong).output)
    assert facts["read"] is False
    assert [(each["level"], each["path"]) for each in facts["findings"]] == [("error", "$.firmid")]
