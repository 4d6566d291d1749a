"""What a reader of the log found, as those take it who build on it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.ids import ALL_FIRMS
from domain.projection import Decided, Stretch
from domain.rows import Row, Tombstone
from streams.wire.believed import Found
from streams.wire.inputs import partition_of
from streams.wire.records import LogRecord


def stretch_of(found: Sequence[Found], first: int, partitions: int) -> Stretch:
    """Lay out what was found in one partition from `first` on; `found` is not empty."""
    partition = found[0].partition
    decided = tuple(
        decided_in(partition, each.offset, each.record)
        for each in found
        if each.record is not None and not _is_elsewhere(each.record.row, partition, partitions)
    )
    return Stretch(partition=partition, first=first, next_offset=found[-1].offset + 1, decided=decided)


def records_one_by_one(stretch: Stretch) -> Iterator[Stretch]:
    """Take a stretch apart, each part with one record and what nobody believes before it; the last ends where it ends."""
    first = stretch.first
    for n, each in enumerate(stretch.decided, start=1):
        end = stretch.next_offset if n == len(stretch.decided) else each.offset + 1
        yield replace(stretch, first=first, next_offset=end, decided=(each,))
        first = end


def _is_elsewhere(row: Row | Tombstone, partition: int, partitions: int) -> bool:
    """Tell a key that a stranger wrote into another partition than its row's: that there is none here says nothing."""
    if not isinstance(row, Tombstone) or row.firm_id == ALL_FIRMS:
        return False
    return partition_of(row.firm_id, partitions) != partition


def decided_in(partition: int, offset: int, record: LogRecord) -> Decided:
    """Lay out one record."""
    return Decided(
        partition=partition,
        offset=offset,
        version=record.version,
        verdict=record.verdict,
        code=record.code,
        row=record.row,
        cause=record.input,
        changes=record.changes,
        facts=record.facts,
        engine=record.engine,
    )
