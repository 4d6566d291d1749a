"""What was decided once is decided again: a version that decides otherwise says which rule has changed."""

from typing import Any

import orjson
import pytest

from domain.decide import decide
from domain.decision import Decision
from domain.rows import Row, Tombstone
from domain.table import Table
from streams.wire.records import LogRecord
from tests.histories.history import Step, names, read
from tests.histories.recorded import STORIES

AGAIN = "If that is meant, record the histories again: make histories"


def test_every_history_that_is_told_is_kept() -> None:
    """None is missing, and none is left over that nobody could record again."""
    assert names() == sorted(STORIES)


@pytest.mark.parametrize("name", sorted(STORIES))
def test_what_was_decided_once_is_decided_again(name: str) -> None:
    """Each input, on the rows that lay in the log then, leads to the same rows now."""
    table, changed = Table(), []
    for number, step in enumerate(read(name), start=1):
        cause = step.records[0].input
        assert cause is not None
        decision = decide(table, step.given, cause, step.started)
        changed += [f"{name}, line {number}: {said}" for said in _differences(step, decision)]
        # What lay in the log counts, so that one changed rule is not told of every later line.
        for record in step.records:
            assert not isinstance(record.row, Tombstone)
            table.put(record.row)

    assert not changed, "\n".join([*changed[:20], AGAIN])


def _differences(step: Step, decision: Decision | None) -> list[str]:
    first, kind = step.records[0], type(step.given).__name__
    before = f"{first.verdict} {first.code}"
    if decision is None:
        return [f"{kind} was decided ({before}), and leaves no record any more"]
    now = f"{decision.verdict} {decision.code}"
    if now != before:
        return [f"the rule of {kind} has changed: it was {before}, and is {now}"]
    rule = f"the rule of {kind} ({now}) has changed"
    rows = {row.key: row for row in decision.rows}
    said = [_difference(rule, record, rows.pop(record.row.key, None)) for record in step.records]
    said += [f"{rule}: it writes {key} too" for key in rows]
    changes = [change for record in step.records for change in record.changes]
    if sorted(map(repr, changes)) != sorted(map(repr, decision.changes)):
        said.append(f"{rule}: the timeline says something else")
    return [each for each in said if each]


def _difference(rule: str, record: LogRecord, row: Row | None) -> str:
    if row is None:
        return f"{rule}: it does not write {record.row.key} any more"
    before, now = _plain(record.row), _plain(row)
    parts = [
        f"{part} was {before.get(part)}, and is {now.get(part)}"
        for part in {**before, **now}
        if before.get(part) != now.get(part)
    ]
    return f"{rule}, {record.row.key}: {'; '.join(parts)}" if parts else ""


def _plain(row: Row | Tombstone) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS))
    return plain
