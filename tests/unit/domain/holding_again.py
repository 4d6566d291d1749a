"""Leaving both sides as they are in a `World`, and holding it again, with what its history tells of that."""

from typing import Any

from domain.decision import Decision
from domain.left_apart import left_apart
from domain.remembered import LeftApart
from tests.unit.domain.world import World


def left(world: World) -> LeftApart:
    """Leave both sides of c-1 as they are, and give what its history tells of that."""
    before = world.link()
    decision = world.intent("leave_both", "c-1")
    assert decision.verdict == "applied", decision.code
    told = left_apart(before, world.link())
    assert isinstance(told, LeftApart), told
    return told


def hold_again(world: World, told: LeftApart | None, **more: Any) -> Decision:
    """Ask for it to be held again."""
    version = told.version if told is not None else 1
    return world.intent("undo_leave_both", "c-1", version=version, left=told, **more)
