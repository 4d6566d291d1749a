"""The timeline calls nothing sent that was not: the other side has to have said so."""

from collections.abc import Callable

import pytest

from adapters.store.views import HistoryLine
from adapters.web.console.line_changes import field_changes
from adapters.web.console.sent_or_not import Sent, what_became_of_writes
from domain.outcomes import Rejected, Unconfirmed
from domain.rows import LinkRow
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import World


def timeline(world: World) -> list[HistoryLine]:
    """Give what was decided about c-1, the newest first."""
    lines = [
        HistoryLine(
            partition=0,
            offset=number,
            version=row.version,
            time=world.now,
            actor=None,
            verdict=decision.verdict,
            code=decision.code,
            changes=tuple(change for change in decision.changes if change.key == row.key),
            facts=decision.facts,
            row=row,
        )
        for number, decision in enumerate(world.decisions)
        for row in decision.rows
        if isinstance(row, LinkRow)
    ]
    return lines[::-1]


def words(world: World) -> list[str]:
    """Say of the line that planned the last edit what became of it."""
    lines = timeline(world)
    ends = what_became_of_writes(lines)
    line = next(line for line in lines if any(change.what == "seen" for change in line.changes))
    assert line.row.write is not None
    return [word for change in field_changes(line, ends[line.row.write.id]) for word in change.what]


def edited() -> World:
    world = synced()
    world.edit_client(email="new@example.com")
    return world


def stopped(world: World) -> None:
    world.intent("unmatch", "c-1")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (lambda _: None, "to be sent to QuickBooks"),
        (World.finish, "sent to QuickBooks"),
        (lambda world: world.finish(result=Rejected(code="2210")), "was to be sent to QuickBooks"),
        (lambda world: world.finish(result=Unconfirmed()), "perhaps sent to QuickBooks"),
        (stopped, "was to be sent to QuickBooks"),
    ],
)
def test_a_change_is_called_sent_once_it_was(then: Callable[[World], object], said: str) -> None:
    """Not when it is planned, nor when it came to nothing."""
    world = edited()
    then(world)

    assert words(world) == ["changed in Canopy", said]


def test_every_write_of_a_timeline_is_told_of() -> None:
    """Also those of long ago."""
    world = edited()
    world.settle()
    lines = timeline(world)
    ends = what_became_of_writes(lines)

    assert {line.row.write.id for line in lines if line.row.write} == set(ends)
    assert set(ends.values()) == {Sent.SAVED}
