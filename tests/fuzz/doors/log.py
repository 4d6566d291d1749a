"""`sync.log` itself: what somebody else wrote behind our records, in the right place or a wrong one."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson
from hypothesis import strategies as st

from domain.rows import Tombstone
from streams.kafka.wall_clock import WallClock
from streams.wire.believed import Found, found_before_a_stop
from streams.wire.records import LogRecord, UnwritableDecisionError, lines_of
from streams.worker.log_table import LogTable
from streams.worker.stop import PartitionStoppedError
from tests.engine_version import ENGINE
from tests.fuzz.door import Took, must
from tests.fuzz.lives import HOME, lives
from tests.fuzz.memory import MemoryLog, NoCheckpoints, record
from tests.fuzz.odd import BYTES, CANARY, Change, Template, changes, maybe_bytes, written

KEYS = (
    None,
    b"",
    b"\xff\xfe",
    b"x" * 5000,
    b"link/f-1/",
    b"link",
    b"all/0",
    b"all/99",
    b"firm/f-2",
    b"link/f-1/%zz",
)
PLACES = (0, 0, 0, 0, 0, 1, -1, -5, 10**6)
"""How far from where it lies a record claims to lie."""
LONGEST_DETAIL = 500


@dataclass(frozen=True)
class Strange:
    """One record: which it is made of, and what is odd about it. `key` None: that of its row."""

    template: int
    changes: list[Change]
    place: int
    key: int | None
    bytes: int | None
    schema: bool


_keys = st.integers(0, len(KEYS) * 4).map(lambda number: number if number < len(KEYS) else None)
_places = st.integers(0, len(PLACES) - 1).map(PLACES.__getitem__)
_newer = st.integers(0, 30).map(lambda number: number == 1)


class Log:
    """The door. An example: which life's log it is, and what lies at its end."""

    examples = st.tuples(
        st.integers(0, 11),
        st.lists(
            st.builds(Strange, st.integers(0, 500), changes, _places, _keys, maybe_bytes, _newer),
            min_size=1,
            max_size=8,
        ),
    )

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._templates = [
            [Template(orjson.loads(value), key) for key, value in life.lines] for life in lives()
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.close()

    def take(self, example: tuple[int, list[Strange]]) -> Took:
        """Fold what lies there, as the engine does; and read it, as those who follow the log do."""
        number, strange = example
        return self._loop.run_until_complete(self._read(number % len(self._templates), strange))

    async def _read(self, number: int, strange: list[Strange]) -> Took:
        life, took = lives()[number], Took()
        end = len(life.lines)
        lines = []
        for offset, each in enumerate(strange, end):
            line, values = self._line(self._templates[number], each, offset)
            lines.append(line)
            took.add(values, self._followed(offset, line))
        log = MemoryLog({HOME: (*life.lines, *lines)})
        table = LogTable(log, log, NoCheckpoints(), lambda *_: None, WallClock(), ENGINE)
        table._partitions[HOME] = partition = life.partition()
        try:
            await table.catch_up(HOME)
        except PartitionStoppedError:
            stop = partition.stopped
            must(stop is not None and end <= stop.offset < end + len(lines), f"stopped elsewhere: {stop}")
            must(stop is not None and 0 < len(stop.detail) <= LONGEST_DETAIL, "stopped without a word")
            must(stop is not None and CANARY not in stop.detail, "a client's value in why it stopped")
            took.became["the partition is stopped"] += 1
        else:
            must(partition.end == len(log.lines[HOME]), "folded, and not to the end")
            must(not partition.disbelieved, "hidden rows are left hidden")
            took.became["the partition is folded"] += 1
        return took

    def _line(self, templates: list[Template], each: Strange, offset: int) -> tuple[tuple[Any, Any], int]:
        template = templates[each.template % len(templates)]
        event = orjson.loads(template.value)
        event["data"]["at"] = offset + each.place
        if each.schema:
            event["data"]["schema"] = 99
        placed = Template(event)
        spoilt, values = placed.spoilt(each.changes)
        value = written(spoilt)
        if each.bytes is not None:
            value = BYTES[each.bytes](value)
        values += (each.bytes is not None) + (each.key is not None) + (each.place != 0) + each.schema
        return (KEYS[each.key] if each.key is not None else template.about, value), values

    def _followed(self, offset: int, line: tuple[Any, Any]) -> str:
        found, stop = found_before_a_stop([record(HOME, offset, *line)])
        if stop is not None:
            must(0 < len(stop.detail) <= LONGEST_DETAIL, "stopped without a word")
            must(CANARY not in stop.detail, "a client's value in why it stopped")
            return f"stops who follows it: {stop.reason.value}"
        (one,) = found
        return "believed" if _can_be_worked_with(one) else "disbelieved"


def _can_be_worked_with(found: Found) -> bool:
    if found.record is None:
        return False
    record_: LogRecord = found.record
    try:
        must(isinstance(record_.row, Tombstone) or lines_of([record_], HOME), "it can't be written again")
    except UnwritableDecisionError as wrong:
        must(holds=False, said=f"believed, and can't be written again: {wrong.__cause__!r}")
    return True
