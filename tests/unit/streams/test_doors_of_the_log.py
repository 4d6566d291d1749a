"""Whatever lies in the log is a record that can be worked with and written again, or one error says that it is none."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.contracts.examples import examples
from domain.rows import Tombstone
from streams.wire.records import (
    TYPE,
    cause_in,
    check_schema,
    claimed,
    decode,
    encode,
    glance,
    lines_of,
    row_in,
)
from streams.wire.unreadable import UnreadableRecordError
from tests import hostile
from tests.histories.history import names, read

EXAMPLE = examples()[TYPE]
WRITTEN = [
    orjson.loads(encode(record, 0)) for name in names() for step in read(name) for record in step.records
]


def is_a_row(found: object) -> bool:
    return not isinstance(found, Tombstone)


def take(value: bytes, at: int) -> None:
    """Read what lies at an offset in each of the ways in which it is read."""
    event = claimed(value, at)
    if event is None:
        return
    check_schema(event)
    record = decode(event)
    ((_, again),) = lines_of([record], 0)
    assert decode(orjson.loads(again)) == record
    seen = glance(event)
    assert all(type(offset) is int for offset in seen.positions.values())
    if seen.row is not None:
        row = row_in(seen.row)
        assert is_a_row(row)
        assert row.key
    if seen.input is not None:
        cause_in(seen.input)


def test_all_that_was_ever_written_is_read() -> None:
    """The histories that are kept, record by record."""
    for event in (EXAMPLE, *WRITTEN):
        assert claimed(orjson.dumps(event), event["data"]["at"])
        take(orjson.dumps(event), event["data"]["at"])


@given(st.one_of(st.sampled_from(WRITTEN), st.just(EXAMPLE)), st.data())
def test_a_spoilt_record_is_read_or_one_error_says_that_it_is_none(
    record: dict[str, Any], data: st.DataObject
) -> None:
    """With anything in any of its places."""
    event = data.draw(hostile.spoilt(record))
    try:
        value = orjson.dumps(event)
    except TypeError:  # beyond 64 bits
        return
    with suppress(UnreadableRecordError):
        take(value, record["data"]["at"])


@given(st.one_of(hostile.values.map(lambda each: repr(each).encode()), st.binary(max_size=40)))
def test_any_bytes_are_a_record_or_one_error_says_that_they_are_none(value: bytes) -> None:
    """JSON or not."""
    with suppress(UnreadableRecordError):
        take(value, 0)


@pytest.mark.parametrize(
    "value", [b"", b"null", b"[]", b"{}", b'{"data":[]}', b"[" * 100_000, b'{"data":{"at":"0"}}']
)
def test_what_is_no_record_is_not_believed(value: bytes) -> None:
    """Also what is nested without end."""
    assert claimed(value, 0) is None


@pytest.mark.parametrize("row", [each["data"]["row"] for each in WRITTEN[:40]], ids=lambda row: row["kind"])
def test_a_row_that_an_older_version_let_in_still_folds(row: dict[str, Any]) -> None:
    """A version of 64 bits, a firm with a slash or a time at the end of the calendar: the bounds are for what comes in."""
    old = row | {"version": 2**64 - 1, "firm_id": "f-1/7"}
    if old["kind"] == "link" and old["client"]:
        old |= {"client_id": "..", "client": old["client"] | {"changed_at": "9999-12-31T23:59:59-12:00"}}

    read_back = row_in(old)

    assert read_back.version == 2**64 - 1
    assert "f-1%2F7" in read_back.key or old["kind"] == "all"


@pytest.mark.parametrize(
    ("path", "odd"),
    [
        (("version",), 1e30),
        (("version",), "9" * 40),
        (("version",), True),
        (("row", "version"), -1),
        (("row", "version"), 1.0),
        (("positions",), {"sync.intents": "7"}),
        (("positions",), []),
        (("facts",), {"a": {"b": 1}}),
        (("input", "at"), "2026-11-23T10:00:00"),
    ],
)
def test_what_would_break_later_is_refused_at_once(path: tuple[str, ...], odd: object) -> None:
    """A number that is none, and a time that can be compared with no other."""
    event = hostile.with_(WRITTEN[0], ("data", *path), odd)

    with pytest.raises(UnreadableRecordError):
        take(orjson.dumps(event), event["data"]["at"])
