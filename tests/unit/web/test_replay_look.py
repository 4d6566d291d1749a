"""A replay is told by what it was found by, and with the commands that do the same."""

import shlex
from dataclasses import replace
from typing import Any, get_args

import pytest

from adapters.store.replays import Replay
from adapters.web.api.replay_shapes import State
from adapters.web.api.replays import PlanBody
from adapters.web.console.clock import Clock
from adapters.web.console.replay_look import (
    apply_command,
    end_look,
    found_by,
    outcome_look,
    pace,
    plan_body,
    plan_command,
    state_look,
    take_back_body,
)
from domain.ids import FirmId
from domain.replays import EndState
from domain.restoring import RestoreOutcome
from tests.unit.web.test_status import NOW

WANTED: dict[str, Any] = {
    "kind": "unmatch",
    "actor": "user:dana o'neil",
    "since": "2026-11-24T08:00:00+00:00",
    "clients": ["c-1", "c-2"],
}
REPLAY = Replay(
    id="r-1",
    firm_id=FirmId("f-1"),
    kind="unmatch",
    wanted=WANTED,
    made_at=NOW,
    made_by="user:lee",
    ground="",
    links=10,
    rows=2,
    counts={"restored": 2},
    requests=0,
    reads=0,
    applied_at=None,
    applied_by=None,
    reason=None,
    cancelled_at=None,
    cancelled_by=None,
    ended_at=None,
)


def test_it_is_called_by_what_it_was_found_by() -> None:
    """In words, as far as something was named."""
    assert found_by(REPLAY, Clock(NOW)) == (
        "Unmatches by dana o'neil since today at 8:00 AM among 2 named clients"
    )
    assert (
        found_by(replace(REPLAY, kind="restore", wanted={"batch": "r-0"}), Clock(NOW))
        == "Restores of batch r-0"
    )
    assert (
        found_by(replace(REPLAY, wanted={"engine": "1.4.0"}), Clock(NOW))
        == "Unmatches decided by version 1.4.0"
    )


def test_what_is_typed_at_a_terminal_asks_for_the_same() -> None:
    """Also where a name has a quote; what the page asks the API for is read there."""
    command = plan_command(REPLAY.firm_id, plan_body(REPLAY))

    assert shlex.split(command)[3:] == [
        *("--firm", "f-1", "--kind", "unmatch", "--since", WANTED["since"]),
        *("--actor", "user:dana o'neil", "--ids", "FILE"),
    ]
    by_version = plan_body(replace(REPLAY, wanted={"engine": "1.4.0"}))
    assert plan_command(REPLAY.firm_id, by_version).endswith(" --version 1.4.0")
    assert PlanBody.model_validate(by_version).engine == "1.4.0"
    assert PlanBody.model_validate(plan_body(REPLAY)).ids == ["c-1", "c-2"]
    assert PlanBody.model_validate(take_back_body(REPLAY)).model_dump(exclude_none=True) == {
        "firm": "f-1",
        "kind": "restore",
        "batch": "r-1",
    }
    assert apply_command(REPLAY, None) == 'client-sync replay apply r-1 --reason "…"'
    assert apply_command(REPLAY, 2).endswith(" --confirm 2")


@pytest.mark.parametrize(
    ("minutes", "said"), [(0.2, "less than a minute"), (12.4, "about 12 min"), (90, "about 1.5 h")]
)
def test_how_long_it_takes_is_told_as_people_do(minutes: float, said: str) -> None:
    """No more exactly than it is known."""
    assert pace(minutes) == said


def test_no_two_states_look_the_same() -> None:
    """Each has a word of its own."""
    for looks in (
        [outcome_look(each, "unmatch") for each in get_args(RestoreOutcome)],
        [end_look(each) for each in get_args(EndState)],
        [state_look(each) for each in get_args(State)],
    ):
        assert len({look.word for look in looks}) == len(looks)
    assert outcome_look("restored", "restore").word == "Unmatched"
