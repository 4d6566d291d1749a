"""An undo of an answer is offered exactly if `decide` takes it: of every question, every choice, at once, once it is written, and after every input."""

from collections.abc import Iterator

import pytest

from domain.fields import Field
from domain.ids import ClientId, IntentId
from domain.inputs import Choice, UndoAnswer
from domain.link.allowed import refusal_of
from domain.link.choices import open_choices
from domain.remembered import Settled
from tests.states.test_choices import GIVEN, STATES, asked
from tests.unit.domain.undoing import told_of
from tests.unit.domain.world import FIRM, World

QUESTIONS = [
    state
    for state, build in STATES.items()
    if (link := build().table.link(FIRM, ClientId("c-1"))) and link.problem
]
TYPED: dict[Choice, str] = {"name": "Nobody Has This Name", "value": "typed@example.com"}


def answered(state: str) -> Iterator[tuple[World, UndoAnswer]]:
    """Answer the question of a state with each choice that can be taken back, and say how that is asked for."""
    for choice in open_choices(STATES[state]().table, STATES[state]().link()):
        world = STATES[state]()
        problem = world.link().problem
        assert problem is not None
        field = problem.fields[0] if choice == "value" else None
        settled = told_of(world, world.link(), choice, field, value=TYPED.get(choice))
        if isinstance(settled, Settled):
            yield (
                world,
                UndoAnswer(
                    firm_id=FIRM,
                    intent_id=IntentId("i"),
                    client_id=ClientId("c-1"),
                    version=settled.version,
                    settled=settled,
                ),
            )


def check(world: World, undo: UndoAnswer) -> bool:
    """Compare what is said before with what is decided; gives whether it can be taken back."""
    said = refusal_of(world.table, world.link(), undo)
    assert asked(world, undo) is (said is None), said
    return said is None


@pytest.mark.parametrize("state", QUESTIONS)
def test_an_undo_is_offered_exactly_if_it_is_taken(state: str) -> None:
    """At once, once the answer is written, and after each input then."""
    for world, undo in answered(state):
        check(world, undo)
        world.settle()
        check(world, undo)
        for tell in GIVEN.values():
            after = world.copied()
            tell(after)
            check(after, undo)


@pytest.mark.parametrize("state", QUESTIONS)
def test_what_is_undone_comes_to_rest_with_nothing_left_to_go_on_with(state: str) -> None:
    """Begun on each input as well, and whatever comes in between."""
    for world, undo in answered(state):
        for settled_first in (False, True):
            begun = world.copied()
            if settled_first:
                begun.settle()
            if not check(begun, undo):
                continue
            begun.tell(undo, actor="user:dana")
            for tell in GIVEN.values():
                after = begun.copied()
                tell(after)
                after.settle()
                link = after.table.link(FIRM, ClientId("c-1"))
                stands_still = link is None or not after.firm.is_connected or after.firm.paused is not None
                assert stands_still or link is None or link.undoing is None


def test_some_of_each_kind_can_be_taken_back() -> None:
    """Else the above would say nothing of it."""
    kinds = {
        (undo.settled.question, Field.EMAIL in undo.settled.stands)
        for state in QUESTIONS
        for world, undo in answered(state)
        if undo.settled is not None and check(world, undo)
    }
    assert {code for code, _ in kinds} == {
        "both_changed",
        "not_kept",
        "display_name_taken",
        "possible_duplicate",
    }
