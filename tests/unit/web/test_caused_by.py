"""What followed from an act is told below it; what others did, and what went wrong, is told by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store.views import HistoryLine
from adapters.web.console.clock import Clock
from adapters.web.console.saved_in_words import saved_in_words
from adapters.web.console.timeline import Show, Told, told_by_day
from domain.fields import Field
from domain.ids import OURSELVES
from domain.outcomes import Rejected, Unconfirmed
from tests.unit.domain.test_problems import asked, problem
from tests.unit.domain.world import World
from tests.unit.web.test_sent_or_not import edited, timeline


def acts(world: World, show: Show = Show.ALL) -> list[Told]:
    """Tell a world's timeline, the newest act first."""
    days = told_by_day(tuple(timeline(world)), world.link(), Clock(world.now), show=show)
    return [line for day in days for run in day.runs for line in run.lines]


def test_what_was_saved_because_of_an_act_stands_below_it() -> None:
    """And the act says where, and how soon."""
    world = edited()
    world.settle()

    edit = acts(world)[0]

    assert [step.code for step in edit.steps] == ["customer_saved"]
    assert edit.saved == "saved in QuickBooks at once"
    assert edit.code == "client_edited"


def test_what_is_not_saved_yet_is_not_called_so() -> None:
    """It is still to be sent."""
    edit = acts(edited())[0]

    assert (edit.code, edit.steps, edit.saved) == ("client_edited", [], None)


def test_a_value_of_ones_own_is_saved_on_both_sides_because_of_one_answer() -> None:
    """First in Canopy, then in QuickBooks: the second write follows from the first, and both from the answer."""
    world = asked()
    world.intent(
        "answer",
        "c-1",
        question=problem(world).id,
        choice="value",
        field=Field.EMAIL,
        value="own@example.com",
    )
    world.settle()

    answer = next(act for act in acts(world) if act.code == "answer")

    assert {"client_saved", "customer_saved"} <= {step.code for step in answer.steps}
    assert answer.saved == "saved in QuickBooks and Canopy at once"
    assert "typed another email. The question was: Email differs" in answer.text.striptags()


def test_what_goes_wrong_is_told_by_itself_with_its_question() -> None:
    """Nobody has to open an act to find it."""
    world = edited()
    world.finish(result=Rejected(code="2210"))

    rejected, edit = acts(world)[:2]

    assert (rejected.code, rejected.kind, edit.steps) == ("rejected", "problem", [])
    assert rejected.asks is not None
    assert [each.code for each in acts(world, Show.PROBLEMS)] == ["rejected"]


def test_what_went_wrong_without_a_question_is_told_by_itself_too() -> None:
    """Nobody knows whether the write was done."""
    world = edited()
    world.finish(result=Unconfirmed())

    unconfirmed = next(act for act in acts(world) if act.code == "unconfirmed")

    assert (unconfirmed.kind, unconfirmed.asks) == ("problem", None)


def test_an_edit_on_the_other_side_is_no_step_of_an_act() -> None:
    """Though it came to light by a write of that act."""
    world = asked()

    question = next(act for act in acts(world) if act.asks)

    assert question.asks == "Email differs between Canopy and QuickBooks. Which should we keep?"
    assert question in acts(world, Show.PROBLEMS)


def test_every_line_is_told_once() -> None:
    """As an act or as a step of one; each filter shows its own, and together they leave nothing out."""
    world = asked()
    world.intent("answer", "c-1", question=problem(world).id, choice="quickbooks")
    world.settle()

    told = [line.id for act in acts(world) for line in (act, *act.steps)]
    by_filter = {act.id for show in Show if show is not Show.ALL for act in acts(world, show)}

    assert sorted(told) == sorted(f"line-0-{line.offset}" for line in timeline(world))
    assert by_filter == {act.id for act in acts(world)}


def test_canopys_word_of_our_own_write_stands_below_what_led_to_it() -> None:
    """As Canopy's events come after each write."""
    world = asked()
    world.intent("answer", "c-1", question=problem(world).id, choice="quickbooks")
    world.settle()
    lines = timeline(world)
    echo = replace(lines[0], code="client_edited", actor=OURSELVES, changes=(), offset=lines[0].offset + 1)

    (day,) = told_by_day((echo, *lines), world.link(), Clock(world.now))
    newest = day.runs[0].lines[0]

    assert newest.code == "answer"
    assert newest.steps[0].code == "client_edited"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(milliseconds=20), "at once"),
        (timedelta(milliseconds=320), "0.3 s later"),
        (timedelta(seconds=42), "42 s later"),
        (timedelta(minutes=7), "7 min later"),
        (timedelta(hours=5), "5 h later"),
        (timedelta(days=3), "3 days later"),
    ],
)
def test_how_soon_it_was_saved_is_said_as_people_say_it(passed: timedelta, said: str) -> None:
    """By the times at which it was decided."""
    world = edited()
    world.settle()
    saved, act = _ends(timeline(world))

    assert saved_in_words(act, [replace(saved, time=act.time + passed)]) == f"saved in QuickBooks {said}"


def _ends(lines: list[HistoryLine]) -> tuple[HistoryLine, HistoryLine]:
    saved = next(line for line in lines if line.code == "customer_saved")
    return saved, next(line for line in lines if line.code == "client_edited")
