"""What was left on both sides is offered to be held again exactly if `decide` takes it: at once, and after every input."""

from collections.abc import Iterator

import pytest

from domain.ids import ClientId, IntentId
from domain.inputs import UndoLeaveBoth
from domain.link.allowed import refusal_of
from domain.link.offers import refusal_of_action
from domain.remembered import LeftApart
from tests.states.test_choices import GIVEN, STATES, asked, reached
from tests.unit.domain.holding_again import left
from tests.unit.domain.world import FIRM, World


def something_is_held(world: World) -> bool:
    """Say whether both sides of c-1 can be left as they are."""
    link = world.table.link(FIRM, ClientId("c-1"))
    return link is not None and refusal_of_action(world.table, link, "leave_both") is None


def undo_of(told: LeftApart) -> UndoLeaveBoth:
    """Say how it is asked for."""
    return UndoLeaveBoth(
        firm_id=FIRM,
        intent_id=IntentId("i"),
        client_id=ClientId("c-1"),
        version=told.version,
        left=told,
    )


def check(world: World, undo: UndoLeaveBoth) -> bool:
    """Compare what is said before with what is decided; gives whether it is held again."""
    link = world.table.link(FIRM, ClientId("c-1"))
    said = refusal_of(world.table, link, undo) if link is not None else None
    if link is not None:
        assert asked(world, undo) is (said is None), said
    return link is not None and said is None


def held_again_at_once(state: str) -> Iterator[bool]:
    """Leave both sides in a state, and after each input, and take that back; gives whether it could be each time."""
    for held in filter(something_is_held, reached(state)):
        world = held.copied()
        before = world.link()
        undo = undo_of(left(world))
        planned = world.link().write
        can = check(world, undo)
        yield can
        if can:
            world.tell(undo, actor="user:dana")
            link = world.link()
            assert (link.held, link.drifted, link.agreed) == (before.held, before.drifted, before.agreed)
            assert link.write in (None, planned)


def test_taken_back_at_once_all_is_held_as_before_with_nothing_more_to_write() -> None:
    """In most states in which something is held; in the others a question comes first."""
    can = [each for state in STATES for each in held_again_at_once(state)]
    assert can.count(True) > len(can) / 2 > 10


@pytest.mark.parametrize("state", [state for state, build in STATES.items() if something_is_held(build())])
def test_it_is_offered_exactly_if_it_is_taken(state: str) -> None:
    """After each input; and nothing of what is held again is written then."""
    world = STATES[state]()
    undo = undo_of(left(world))
    for tell in GIVEN.values():
        after = world.copied()
        tell(after)
        if check(after, undo):
            _check_nothing_of_it_is_written(after, undo)


def _check_nothing_of_it_is_written(world: World, undo: UndoLeaveBoth) -> None:
    held_already = world.link().held
    world.tell(undo, actor="user:dana")
    held, write = world.link().held, world.link().write
    again = {*held.to_quickbooks, *held.to_canopy} - {*held_already.to_quickbooks, *held_already.to_canopy}
    assert again
    assert write is None or not again & set(write.values)
