"""A row of a link is one of its states, or is refused: no field may contradict the status."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.ids import CustomerId
from domain.inputs import Cause
from domain.link.states import (
    BrokenLinkError,
    Creating,
    Matching,
    NeedsAttention,
    NotSynced,
    Synced,
    Unmatching,
    state_of,
)
from domain.link.transitions import IllegalMoveError, begin_match, finish_match, give_up_create
from domain.rows import LinkRow, LinkStatus, Reason
from tests.states.states import GROUPS

STATES = {state: build for states in GROUPS.values() for state, build in states.items()}
SEVEN = CustomerId("7")
CAUSE = Cause(
    topic="any", partition=0, offset=0, id="e", at=datetime(2026, 11, 23, tzinfo=UTC), actor="user:dana"
)


def link(state: str) -> LinkRow:
    """The link of c-1 in a state that was reached as in life."""
    return STATES[state]().link()


def test_each_status_has_a_state_with_its_own_facts() -> None:
    """And a question says what the link goes on as."""
    assert state_of(link("left_out")) == NotSynced(Reason.LEFT_OUT)
    assert state_of(link("creating")) == Creating("rule")
    matching, synced, unmatching = link("matching"), link("synced"), link("unmatching")
    assert matching.customer_id is not None
    assert synced.customer_id is not None
    assert unmatching.write is not None
    assert state_of(matching) == Matching(matching.customer_id)
    assert state_of(synced) == Synced(synced.customer_id)
    assert state_of(unmatching) == Unmatching(unmatching.write, unmatching.customer_id)
    asked = link("both_changed")
    assert asked.problem is not None
    assert asked.customer_id is not None
    assert state_of(asked) == NeedsAttention(asked.problem, Synced(asked.customer_id))


BROKEN: Mapping[str, Callable[[], LinkRow]] = {
    "a question without one": lambda: replace(link("both_changed"), problem=None),
    "a question beside another status": lambda: replace(link("both_changed"), status=LinkStatus.SYNCED),
    "synced without a customer": lambda: replace(link("synced"), customer_id=None),
    "matching without a customer": lambda: replace(link("matching"), customer_id=None),
    "synced, and why it is not": lambda: replace(link("synced"), reason=Reason.UNMATCHED),
    "creating beside a customer": lambda: replace(link("creating"), customer_id=SEVEN),
    "not synced, and nobody knows why": lambda: replace(link("left_out"), reason=None),
    "not synced with a customer": lambda: replace(link("left_out"), customer_id=SEVEN),
    "not synced, and writing": lambda: replace(link("left_out"), pending=link("creating").pending),
    "unmatching without a write": lambda: replace(link("unmatching"), pending=()),
    "unmatching with a write that is sent again": lambda: replace(
        link("unmatching"), pending=link("creating").pending
    ),
    "unmatching with a reason already": lambda: replace(link("unmatching"), reason=Reason.UNMATCHED),
    "a question about what has no customer": lambda: replace(link("both_changed"), customer_id=None),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_row_whose_fields_contradict_its_status_is_no_link(what: str) -> None:
    """It raises, and names no value."""
    with pytest.raises(BrokenLinkError):
        state_of(BROKEN[what]())


def test_a_move_that_can_not_be_raises() -> None:
    """So no rule can leave a row that means nothing."""
    moves: tuple[Callable[[], LinkRow], ...] = (
        lambda: begin_match(link("synced"), SEVEN, CAUSE),
        lambda: finish_match(link("synced")),
        lambda: give_up_create(link("matching"), Reason.NEVER_MATCHED),
    )
    for move in moves:
        with pytest.raises(IllegalMoveError):
            move()
