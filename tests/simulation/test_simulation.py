"""Both sides, people, workers and all that goes wrong between them: what must hold, holds at every step and at rest."""

from typing import Any

import pytest

from domain.decide import decide
from streams.worker import batch
from tests.simulation.dice import Dice
from tests.simulation.faults import Faults
from tests.simulation.many import play_many, told
from tests.simulation.run import play
from tests.simulation.shrink import shrink

STEPS = 80_000
FIRST_SEED = 7001


@pytest.mark.timeout(280)
def test_whatever_goes_wrong_what_must_hold_holds() -> None:
    """Every kind of fault fires, and no rule is broken; a seed that breaks one tells how."""
    result = play_many(FIRST_SEED, STEPS)

    assert result.failed is None, "\n".join(told(result.failed))
    assert not result.never_fired


def test_the_same_seed_is_the_same_run() -> None:
    """Nothing in a run depends on anything but its seed, so a failure can be looked at again: each byte of the log is the same."""
    once, again = (play(77, 2000, telling=True) for _ in range(2))

    assert once == again
    assert once.story


def test_a_broken_rule_is_found_and_its_story_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions forget what they overwrite: the timeline is found wanting, in a story of a few acts."""

    def forgetful(*given: Any) -> Any:
        decision = decide(*given)
        if decision is not None:
            object.__setattr__(decision, "changes", ())
        return decision

    monkeypatch.setattr(batch, "decide", forgetful)

    # What breaks early is soon made small: each attempt plays all of it again.
    found = next(run for run in (play(seed, 600) for seed in range(10)) if run.wrong is not None)
    small = shrink(found, seconds=120)

    assert found.wrong is not None
    assert found.wrong.startswith("I9")
    assert small.wrong is not None
    assert small.wrong.startswith("I9")
    assert sum(len(acts) for acts in small.rounds) <= 8
    assert len("\n".join(told(small)).splitlines()) < 60


def test_a_worker_that_starts_again_does_not_meet_the_same_lost_append_without_end() -> None:
    """What it tries again has the same name, and so the same chances; two unlucky workers would hand it to each other for ever."""
    faults = Faults(Dice(1))
    name = next(name for name in map(str, range(100_000)) if faults.fires("append_lost", name))

    assert faults.fires_once("append_lost", name)
    assert not faults.fires_once("append_lost", name)
