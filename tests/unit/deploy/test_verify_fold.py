"""`client-sync verify` names what is wrong in the log itself, from the records alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
import pytest

from deploy.verify.findings import SENTENCES, Code, Finding
from deploy.verify.fold import PartitionFold
from domain.decision import Verdict
from domain.effects import FindHolder
from domain.ids import ALL_FIRMS, ClientId, CustomerId, EffectId, FirmId, all_key
from domain.inputs import Cause
from domain.rows import LinkRow, LinkStatus, Tombstone
from streams.wire.records import IMPORT_BEGUN, IMPORT_COMPLETE, LogRecord, encode

FIRM = FirmId("f-1")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass
class Message:
    offset: int
    key: bytes | None
    value: bytes | None
    partition: int = 0


def cause(offset: int) -> Cause:
    return Cause(topic="canopy.client-events", partition=0, offset=offset, id=f"evt-{offset}", at=NOW)


def link(client: str = "c-1", version: int = 1, customer: str | None = None) -> LinkRow:
    return LinkRow(
        firm_id=FIRM,
        client_id=ClientId(client),
        version=version,
        status=LinkStatus.SYNCED if customer else LinkStatus.NOT_SYNCED,
        customer_id=CustomerId(customer) if customer else None,
    )


def record(at: int, row: LinkRow | Tombstone, **changed: object) -> LogRecord:
    made = LogRecord(
        at=at,
        version=row.version,
        verdict=Verdict.APPLIED,
        code="client_edited",
        row=row,
        positions={"canopy.client-events": at},
        input=cause(at),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def lying(records: Iterable[LogRecord]) -> list[Message]:
    """Lay records down where they claim to lie."""
    return [Message(each.at, each.row.key.encode(), encode(each, 0)) for each in records]


def found_in(messages: Iterable[Message], partitions: int = 1) -> list[Finding]:
    found: list[Finding] = []
    fold = PartitionFold(0, partitions, found.append)
    for message in messages:
        fold.take(message)
    fold.conclude()
    return found


def test_what_workers_write_is_clean() -> None:
    """Versions that follow on each other, a repair, a record that nobody believes before the true one, compaction's holes."""
    hidden = Message(2, b"link/f-1/c-1", encode(record(1, link(version=9)), 0))
    records = lying(
        [
            record(1, link(version=5)),  # the first that compaction has left
            record(3, link(version=5), input=None, code="repair"),
            record(4, link(version=6, customer="58")),
            record(7, link("c-2", version=1)),
        ]
    )

    assert found_in([records[0], hidden, *records[1:]]) == []


@pytest.mark.parametrize("version", [5, 7, 4])
def test_a_version_that_does_not_follow_is_named(version: int) -> None:
    """Written twice, left out, gone back."""
    found = found_in(lying([record(0, link(version=5)), record(1, link(version=version))]))

    assert [each.code for each in found] == [Code.VERSION_NOT_NEXT]
    assert found[0].facts["client_id"] == "c-1"
    assert (found[0].facts["before"], found[0].facts["version"]) == (5, version)


def test_a_repair_that_changes_the_version_is_named() -> None:
    """What no input led to decides nothing."""
    found = found_in(lying([record(0, link(version=5)), record(1, link(version=6), input=None)]))

    assert [each.code for each in found] == [Code.VERSION_NOT_NEXT]


def test_one_customer_with_two_clients_is_named_for_each() -> None:
    """So that a list of clients can be made of it; a client that let go of it counts no more."""
    rows = [link("c-1", 1, "58"), link("c-2", 1, "58"), link("c-3", 1, "58"), link("c-3", 2, None)]

    found = found_in(lying(record(at, row) for at, row in enumerate(rows)))

    assert {each.code for each in found} == {Code.CUSTOMER_LINKED_TWICE}
    assert [each.facts["client_id"] for each in found] == ["c-1", "c-2"]
    assert found[0].facts["clients"] == ["c-1", "c-2"]


def test_work_that_is_pending_in_two_rows_is_named() -> None:
    """Two lanes would carry it out."""
    effect = FindHolder(id=EffectId("e-1"), names=("Ana",))
    rows = [replace(link(client), pending=(effect,)) for client in ("c-1", "c-2")]

    found = found_in(lying(record(at, row) for at, row in enumerate(rows)))

    assert [each.code for each in found] == [Code.EFFECT_PENDING_TWICE]
    assert found[0].facts["effect"] == "e-1"


def test_a_row_that_a_disbelieved_record_would_outlive_is_named() -> None:
    """Under a key of ours; what lies under a stranger's key hides nothing."""
    stranger = Message(2, b"who knows", b"{}")
    true, strange = lying([record(0, link())])[0], Message(1, b"link/f-1/c-1", b"not JSON")

    found = found_in([true, strange, stranger])

    assert [each.code for each in found] == [Code.ROW_HIDDEN]
    assert found[0].facts["offset"] == 1


def test_a_row_under_anothers_key_or_in_anothers_partition_is_named() -> None:
    """Whoever wrote it: a firm's rows lie in the partition of its id."""
    (message,) = lying([record(0, link())])

    assert [each.code for each in found_in([replace(message, key=b"link/f-1/c-2")])] == [
        Code.RECORD_MISPLACED
    ]
    assert any(
        [each.code for each in found_in([message], partitions=many)] == [Code.RECORD_MISPLACED]
        for many in range(2, 9)
    )


def test_a_record_that_can_not_be_read_is_named_and_the_rest_is_looked_at() -> None:
    """Of a newer version, or with a part missing."""
    newer, whole = record(0, link(), schema=99), record(2, link("c-2", 1))
    broken = {"data": {"at": 1, "schema": 1}}

    found = found_in([*lying([newer]), Message(1, b"link/f-1/c-1", orjson.dumps(broken)), *lying([whole])])

    assert [(each.code, each.facts["offset"]) for each in found] == [
        (Code.RECORD_UNREADABLE, 0),
        (Code.RECORD_UNREADABLE, 1),
    ]


def test_an_import_that_has_not_ended_is_named() -> None:
    """Until its last mark."""
    mark = Tombstone(key=all_key(0), firm_id=ALL_FIRMS)
    begun = record(0, mark, code=IMPORT_BEGUN, input=None)
    complete = record(2, mark, code=IMPORT_COMPLETE, input=None)
    row = record(1, link(version=7), input=None, code="imported")

    assert [each.code for each in found_in(lying([begun, row]))] == [Code.IMPORT_UNFINISHED]
    assert found_in(lying([begun, row, complete])) == []


def test_every_code_has_its_sentence() -> None:
    """And no sentence is left over."""
    assert set(SENTENCES) == set(Code)
