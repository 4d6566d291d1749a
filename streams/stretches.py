"""What a reader of the log found, as those take it who build on it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from domain.inputs import Cause
from domain.projection import Decided, Stretch
from domain.rows import LinkRow
from streams.log_reader import Found
from streams.records import LogRecord


def stretch_of(found: Sequence[Found], first: int) -> Stretch:
    """Lay out what was found in one partition from `first` on; `found` is not empty."""
    believed = [(each.offset, each.record) for each in found if each.record is not None]
    partition = found[0].partition
    decided: list[Decided] = []
    for cause, records in groupby(believed, lambda each: _place(each[1].input)):
        lines = [_decided(partition, offset, record) for offset, record in records]
        decided += lines if cause is None else _told_where_it_belongs(lines)
    return Stretch(partition=partition, first=first, next_offset=found[-1].offset + 1, decided=tuple(decided))


def _place(cause: Cause | None) -> tuple[str, int] | None:
    return (cause.topic, cause.offset) if cause is not None else None


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


def _told_where_it_belongs(lines: list[Decided]) -> Iterable[Decided]:
    """Show the changes of a decision at its link: they stand with its first record, which may be a customer's."""
    links = [n for n, line in enumerate(lines) if isinstance(line.row, LinkRow)]
    if len(links) == 1 and links[0] > 0:
        first, link = lines[0], lines[links[0]]
        lines[links[0]] = replace(link, changes=first.changes, facts=first.facts)
    return lines
