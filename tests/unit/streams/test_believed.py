"""What lies in the log is believed where it claims to lie, up to the first record that nobody can read."""

from datetime import UTC, datetime
from typing import Any

import orjson

from domain.decision import Decision, Verdict
from domain.ids import ALL_FIRMS, ClientId, FirmId, RowKey
from domain.inputs import Cause
from domain.rows import LinkRow
from domain.stops import StopReason
from streams.wire.believed import Unread, found_before_a_stop
from streams.wire.records import encode, records_of
from streams.wire.row_names import firm_in, row_key

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
CAUSE = Cause(topic="sync.intents", partition=3, offset=9, id="i-1", at=NOW, actor="user:lee", said_at=NOW)


def lies_at(offset: int, *, claims: int | None = None, **changed: Any) -> Unread:
    """Give a record as it lies in partition 3; `changed`: what its data says otherwise."""
    row = LinkRow(firm_id=FirmId("f-1"), client_id=ClientId(f"c-{offset}"), version=1)
    decision = Decision(verdict=Verdict.APPLIED, code="match", rows=(row,))
    (record,) = records_of(decision, CAUSE, offset if claims is None else claims, {})
    event = orjson.loads(encode(record, 3))
    event["data"] |= changed
    return Unread(3, offset, row.key.encode(), orjson.dumps(event), None)


def test_who_appended_behind_another_is_not_believed_and_in_nobodys_way() -> None:
    """Also where what it holds can't be read: its place is looked at first."""
    found, stop = found_before_a_stop([lies_at(5), lies_at(6, claims=5, schema=99), lies_at(7)])

    assert stop is None
    assert [(each.offset, each.record is not None) for each in found] == [(5, True), (6, False), (7, True)]


def test_what_a_newer_version_wrote_stops_its_partition_there() -> None:
    """What lies before it is read; whoever looks is told to start that version."""
    found, stop = found_before_a_stop([lies_at(5), lies_at(6, schema=99), lies_at(7)])

    assert [each.offset for each in found] == [5]
    assert stop is not None
    assert (stop.partition, stop.offset, stop.reason) == (3, 6, StopReason.NEWER_SCHEMA)
    assert "newer version" in stop.what_to_do


def test_a_row_that_cannot_be_read_stops_its_partition_there() -> None:
    """The words of the stop say nothing of what stands in the record."""
    found, stop = found_before_a_stop([lies_at(5), lies_at(6, row={"kind": "Fiona Gallagher"})])

    assert [each.offset for each in found] == [5]
    assert stop is not None
    assert (stop.offset, stop.reason) == (6, StopReason.UNREADABLE)
    assert "Fiona" not in stop.detail + stop.what_to_do


def test_a_key_names_a_row_or_nothing() -> None:
    """Anybody may write under any key; what goes for all firms is a row of its own partition alone."""
    assert row_key(b"link/f-1/c-1") == "link/f-1/c-1"
    assert row_key(b"\xff") is None
    assert row_key(None) is None
    named = {key: firm_in(RowKey(key), 3) for key in ("link/f-1/c/1", "customer/f-1/58", "firm/f-1", "all/3")}
    assert named == {
        "link/f-1/c/1": "f-1",
        "customer/f-1/58": "f-1",
        "firm/f-1": "f-1",
        "all/3": ALL_FIRMS,
    }
    assert {firm_in(RowKey(key), 3) for key in ("all/4", "firm/", "link//c-1", "link/f-1", "c-1", "")} == {
        None
    }
