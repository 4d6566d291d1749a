"""Compares `history` with the decisions that the log still has, a stretch of offsets at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import orjson

from adapters.store.whole_tables import WholeTables, wrong_in_history
from deploy.verify.findings import Code, Fact, Finding, Tell
from deploy.verify.fold import Line, facts_of_key
from streams.kafka.stretches import decided_in
from streams.wire.records import decode
from streams.wire.unreadable import UnreadableRecordError


async def compare_history(
    tables: WholeTables,
    partition: int,
    stretch: range,
    lines: Sequence[Line],
    others: Collection[int],
    tell: Tell,
) -> None:
    """Compare a stretch of the log; all of it has been shown. `lines`: the decisions in it; `others`: records that are none."""
    due = {line.offset: line for line in lines}
    for stored in await tables.history(partition, stretch.start, stretch.stop):
        line = due.pop(stored.offset, None)
        if line is None:
            # Where nothing lies any more, compaction has been, and history remembers what was there.
            if stored.offset in others:
                _say(tell, Code.HISTORY_LINE_UNKNOWN, partition, stored.offset, stored.row_key)
        elif not _is_as_written(line, stored) and (wrong := _wrong(partition, line, stored)):
            _say(tell, Code.HISTORY_LINE_WRONG, partition, stored.offset, line.key, columns=wrong)
    for line in due.values():
        _say(tell, Code.HISTORY_LINE_MISSING, partition, line.offset, line.key)


def _is_as_written(line: Line, stored: Any) -> bool:
    """Say whether it is what the log says to the letter, which needs no reading."""
    data, cause = line.data, line.data["input"]
    # Unpacked at once: asking a line for each column by its name takes longer than all of the comparison.
    (
        key,
        version,
        verdict,
        code,
        actor,
        time,
        topic,
        of_input,
        reason,
        batch,
        engine,
        changes,
        facts,
        row,
        *_,
    ) = stored
    return bool(
        row.encode() == line.row
        and key == line.key
        and version == data["version"]
        and verdict == data["verdict"]
        and code == data["code"]
        and actor == cause["actor"]
        and topic == cause["topic"]
        and of_input == cause["id"]
        and reason == cause.get("reason")
        and batch == cause.get("batch")
        and engine in (None, data.get("engine"))
        and _says(changes, data["changes"])
        and _says(facts, data["facts"])
        and time == datetime.fromisoformat(cause["at"])
    )


def _says(json: str, expected: object) -> bool:
    # Nearly always there is nothing, and reading that a million times takes seconds.
    return (
        json == ("[]" if expected == [] else "{}") if not expected else bool(orjson.loads(json) == expected)
    )


def _wrong(partition: int, line: Line, stored: Any) -> list[str]:
    """Name what differs once both are read: an older version may have written with fewer fields."""
    try:
        record = decode(orjson.loads(line.whole))
    except UnreadableRecordError:
        return []  # the read model stops there too, and says so
    if record.input is None:
        return []
    return wrong_in_history(decided_in(partition, line.offset, record), record.input, stored._mapping)  # noqa: SLF001


def _say(tell: Tell, code: Code, partition: int, offset: int, key: str, **more: Fact) -> None:
    facts: dict[str, Fact] = {"partition": partition, "offset": offset, "key": key, **facts_of_key(key)}
    tell(Finding(code, facts | more))
