"""What a reader of the log found, as those take it who build on it."""

from collections.abc import Sequence

from domain.projection import Decided, Stretch
from streams.log_reader import Found
from streams.records import LogRecord


def stretch_of(found: Sequence[Found], first: int) -> Stretch:
    """Lay out what was found in one partition from `first` on; `found` is not empty."""
    partition = found[0].partition
    decided = tuple(
        _decided(partition, each.offset, each.record) for each in found if each.record is not None
    )
    return Stretch(partition=partition, first=first, next_offset=found[-1].offset + 1, decided=decided)


def _decided(partition: int, offset: int, record: LogRecord) -> Decided:
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
    )
