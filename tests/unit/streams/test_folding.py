"""A fold reads each row once, and ends as if every record had been read in its turn."""

from dataclasses import replace

import orjson
import pytest

from domain.ids import RowKey
from domain.inputs import Cause
from domain.rows import Tombstone
from streams.wire.believed import Unread
from streams.wire.records import LogRecord, encode
from streams.wire.unreadable import UnreadableRecordError
from streams.worker.folding import Folding
from streams.worker.partition import Partition
from tests.histories.history import names, read

HISTORIES = names()


def records(name: str) -> list[LogRecord]:
    """All records of a history, laid one behind the other as in one partition."""
    told = [record for step in read(name) for record in step.records]
    return [replace(record, at=at) for at, record in enumerate(told)]


def unread(record: LogRecord, *, believed: bool = True) -> Unread:
    """The record, as it lies in the log."""
    value = encode(record, 0)
    return Unread(0, record.at, record.row.key.encode(), value, orjson.loads(value) if believed else None)


async def fold(partition: Partition, lying: list[Unread]) -> set[RowKey]:
    """Fold them, as one read gives them; names the rows that were put."""
    folding = Folding(partition, partition.end)
    for each in lying:
        folding.take(each)
    return {row.key async for rows in folding.settle() for row in rows}


def one_by_one(told: list[LogRecord]) -> Partition:
    """What reading every row in its turn comes to."""
    partition = Partition(0, end=len(told))
    planned: dict[str, Cause] = {}
    for record in told:
        assert not isinstance(record.row, Tombstone)
        partition.table.put(record.row)
        partition.positions |= {
            topic: max(offset, partition.positions.get(topic, -1))
            for topic, offset in record.positions.items()
        }
        if record.input is not None:
            for effect in record.row.pending:
                planned.setdefault(effect.id, record.input)
    partition.causes = {effect.id: planned[effect.id] for row in partition.table for effect in row.pending}
    return partition


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
@pytest.mark.parametrize("name", HISTORIES)
async def test_it_ends_where_reading_every_row_would(name: str, at_once: int) -> None:
    """However much is read at once: the same rows, positions and causes."""
    told = records(name)
    expected = one_by_one(told)
    partition = Partition(0)

    put: set[RowKey] = set()
    for first in range(0, len(told), at_once):
        put |= await fold(partition, [unread(each) for each in told[first : first + at_once]])

    assert list(partition.table) == list(expected.table)
    assert put == {row.key for row in expected.table}
    assert (partition.positions, partition.causes) == (expected.positions, expected.causes)
    assert (partition.end, partition.disbelieved) == (len(told), set())


async def test_what_is_not_believed_is_remembered_until_it_is_written_again() -> None:
    """It changes no row; the newest record of its key says whether it must be written again."""
    first, *_, last = records("story-fiona")
    partition = Partition(0)

    await fold(partition, [unread(first), unread(replace(first, at=1), believed=False)])
    assert partition.disbelieved == {first.row.key}
    assert [row.key for row in partition.table] == [first.row.key]

    nobody = Tombstone(key=last.row.key, firm_id=last.row.firm_id)
    repairs = [replace(first, at=2, input=None), replace(last, at=3, row=nobody, input=None)]
    await fold(partition, [unread(each) for each in repairs])
    assert partition.disbelieved == set()
    assert [row.key for row in partition.table] == [first.row.key]


async def test_a_row_that_cannot_be_read_leaves_the_partition_where_it_was() -> None:
    """So it is met again, and not passed by."""
    told = records("story-fiona")
    broken = unread(told[1])
    assert broken.event is not None
    broken.event["data"]["row"]["status" if "status" in broken.event["data"]["row"] else "settings"] = 7
    partition = Partition(0)

    for _ in range(2):
        with pytest.raises(UnreadableRecordError):
            await fold(partition, [unread(told[0]), broken])
        assert (partition.end, partition.positions) == (0, {})


@pytest.mark.parametrize("left_out", ["row", "positions", "input"])
async def test_a_record_without_its_parts_is_none_of_ours(left_out: str) -> None:
    """Superseded or not: nobody can say what it did."""
    first, *_ = records("story-fiona")
    lying = unread(first)
    assert lying.event is not None
    del lying.event["data"][left_out]

    with pytest.raises(UnreadableRecordError):
        await fold(Partition(0), [lying])
