"""When a company is left alone, and for how long."""

from itertools import pairwise

import pytest

from domain.breaker import FAILURES, LONGEST_CLOSED_SECONDS, Closed, Health, after_answer
from domain.ids import EffectId
from domain.lane_policy import LONGEST_ASKED_SECONDS
from domain.obstacles import Obstacle
from domain.ports import TryLater


def later(why: Obstacle, after: float | None = None) -> TryLater:
    """An answer that settles nothing."""
    return TryLater(why=why, may_have_happened=False, after_seconds=after)


def failing(health: Health, times: int, now: float, why: Obstacle = Obstacle.UNAVAILABLE) -> Health:
    """So many effects get no answer, one after the other."""
    for number in range(times):
        health = after_answer(health, EffectId(f"e-{number}"), later(why), now, 0.0)
    return health


@pytest.mark.parametrize("why", [Obstacle.UNREACHABLE, Obstacle.UNAVAILABLE, Obstacle.NO_ANSWER])
def test_it_closes_when_nobody_answers(why: Obstacle) -> None:
    """Several different effects in a row; one fewer does not."""
    assert failing(Health(), FAILURES - 1, 0, why).closed is None
    closed = failing(Health(), FAILURES, 0, why).closed
    assert closed is not None
    assert closed.why == why
    assert closed.until > 0


@pytest.mark.parametrize("trouble", [None, later(Obstacle.UNREADABLE), later(Obstacle.NOT_AUTHORISED)])
def test_any_answer_begins_the_count_anew(trouble: TryLater | None) -> None:
    """Also one that is of no use: somebody is there."""
    health = after_answer(failing(Health(), FAILURES - 1, 0), EffectId("e"), trouble, 0, 0.0)

    assert health == Health()


def test_pauses_grow_to_their_longest() -> None:
    """Each time that the one request finds nobody, the next one waits longer."""
    health, now, pauses = failing(Health(), FAILURES, 0), 0.0, list[float]()
    for _ in range(10):
        assert health.closed is not None
        pauses.append(health.closed.until - now)
        now = health.closed.until
        health = failing(health, 1, now)

    assert all(sooner <= longer for sooner, longer in pairwise(pauses))
    assert pauses[0] < pauses[1] < pauses[2]
    assert pauses[-1] <= LONGEST_CLOSED_SECONDS


def test_what_was_under_way_when_it_closed_says_nothing_new() -> None:
    """Ten time-outs that come together are one sign, not ten."""
    closed = failing(Health(), FAILURES, 0)

    assert failing(closed, 5, 1) == closed


def test_an_answer_opens_it_but_not_against_a_429() -> None:
    """An answer to an older request does not take back what Intuit asked for."""
    away = failing(Health(), FAILURES, 0)
    throttled = after_answer(Health(), EffectId("e"), later(Obstacle.THROTTLED), 0, 0.0)

    assert after_answer(away, EffectId("e"), None, 1, 0.0) == Health()
    assert after_answer(throttled, EffectId("e"), None, 1, 0.0) == throttled
    assert after_answer(throttled, EffectId("e"), None, 60, 0.0) == Health()


@pytest.mark.parametrize(("asked", "closed"), [(None, 60), (5.0, 5), (1e308, LONGEST_ASKED_SECONDS)])
def test_a_429_closes_for_as_long_as_was_asked_within_reason(asked: float | None, closed: float) -> None:
    """A minute where nothing is asked for; an hour at most, whatever stands in the answer."""
    health = after_answer(Health(), EffectId("e"), later(Obstacle.THROTTLED, asked), 0, 0.0)

    assert health.closed == Closed(why=Obstacle.THROTTLED, until=closed)


def test_a_bug_of_ours_is_no_sign_of_anything() -> None:
    """Neither of health nor of the lack of it."""
    failed = failing(Health(), 3, 0)

    assert after_answer(failed, EffectId("e"), later(Obstacle.OUR_ERROR), 0, 0.0) == failed
