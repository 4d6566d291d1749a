"""docs/states.md is what the code does, every state and input of it."""

from pathlib import Path
from typing import get_args

import pytest

from domain.problem import ProblemCode
from domain.rows import LinkStatus, Reason
from tests.states.cells import Cell, run_all
from tests.states.given import INPUTS
from tests.states.page import page
from tests.states.reasons import WHY
from tests.states.states import GROUPS

DOCS = Path(__file__).parents[2] / "docs"
Cells = dict[tuple[str, str], Cell]


@pytest.fixture(scope="module")
def cells() -> Cells:
    """Every input in every state."""
    return dict(run_all())


def test_what_is_committed_is_what_decide_does(cells: Cells) -> None:
    """After a change of a rule: `make docs`, and read what changed."""
    assert (DOCS / "states.md").read_text() == page(cells), "run `make docs`"


def test_no_cell_is_empty(cells: Cells) -> None:
    """Each input of each state ends with a verdict and a code."""
    rows = [given for inputs in INPUTS.values() for given in inputs]
    columns = [state for states in GROUPS.values() for state in states]

    assert set(cells) == {(state, given) for state in columns for given in rows}
    assert all(cell.verdict and cell.code for cell in cells.values())


def test_every_status_reason_and_problem_is_in_the_table(cells: Cells) -> None:
    """A new one has to be shown before this passes."""
    stands = {(cell.before, cell.before_why) for cell in cells.values()}

    assert {status for status, _ in stands} >= set(LinkStatus)
    assert {why for status, why in stands if status == "not_synced"} == set(Reason)
    assert {why for status, why in stands if status == "needs_attention"} == set(get_args(ProblemCode))


def test_every_skip_and_refusal_has_its_sentence_and_no_sentence_is_left_over(cells: Cells) -> None:
    """The list that a person reads."""
    assert set(WHY) == {cell.code for cell in cells.values() if cell.verdict != "applied"}
