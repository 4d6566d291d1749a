"""What a request of many changes takes of a door's time."""

import pytest

from domain.rate import QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER, QUICKBOOKS_TOGETHER_AS_ONE
from domain.together import MINUTE_SECONDS, Budget, Waits, may_go_from
from domain.urgency import Urgency

AT_ONCE = Budget(paid_at=0.0)
UNIT = 1 / 7.95


def test_twenty_take_the_time_of_twenty() -> None:
    """Where each counts; at least what forty batches a minute leave for one."""
    assert AT_ONCE.after(20, QUICKBOOKS_TOGETHER, 100.0) == Budget(paid_at=100 + 20 * UNIT, shared_at=100.0)
    assert AT_ONCE.after(2, QUICKBOOKS_TOGETHER, 100.0).paid_at == pytest.approx(100 + 60 / 36)
    assert AT_ONCE.after(30, QUICKBOOKS_TOGETHER_AS_ONE, 100.0).paid_at == pytest.approx(100 + 60 / 36)


def test_what_leaves_meanwhile_puts_the_next_ones_off() -> None:
    """By one request's time each; where a batch is one request, they are none of its business."""
    budget = AT_ONCE.after(20, QUICKBOOKS_TOGETHER, 100.0)

    assert budget.after(1, QUICKBOOKS_TOGETHER, 101.0).paid_at == pytest.approx(100 + 21 * UNIT)
    assert budget.after(1, QUICKBOOKS_TOGETHER_AS_ONE, 101.0) == budget


def test_others_are_slower_for_a_minute_after_one() -> None:
    """So that twenty more fit below the limit; before the first one, and where a batch is one request, they are not."""
    budget = AT_ONCE.after(20, QUICKBOOKS_TOGETHER, 100.0)

    assert not AT_ONCE.slows_others(QUICKBOOKS_TOGETHER, 100.0)
    assert budget.slows_others(QUICKBOOKS_TOGETHER, 159.9)
    assert not budget.slows_others(QUICKBOOKS_TOGETHER, 160.0)
    assert not budget.slows_others(QUICKBOOKS_TOGETHER_AS_ONE, 101.0)


def test_who_leaves_later_than_noted_puts_all_of_it_off() -> None:
    """A token was slow to come."""
    assert Budget(paid_at=104.0, shared_at=100.0).later(2.5) == Budget(paid_at=106.5, shared_at=102.5)


def test_the_figures_stay_below_intuits_limits() -> None:
    """Twenty and a minute of requests besides them are fewer than 500; as a rule something is left for the company's other apps."""
    together = QUICKBOOKS_TOGETHER

    assert together.most + together.per_second_beside * MINUTE_SECONDS < 500
    assert QUICKBOOKS_RATE.per_second * MINUTE_SECONDS <= 480
    assert together.a_minute < 40


def waits(urgency: Urgency, shares: int = 1, since: float = 100.0, passed_over: int = 0) -> Waits:
    """A class of which somebody waits."""
    return Waits(urgency=urgency, since=since, shares=shares, passed_over=passed_over)


def test_who_is_to_leave_many_as_one_waits_and_nobody_who_is_more_urgent() -> None:
    """What is less urgent goes as often as it would if those changes left one by one."""
    found = may_go_from(
        [
            waits(Urgency.PERSON),
            waits(Urgency.CHANGE, shares=15),
            waits(Urgency.READ, since=99.5),
            waits(Urgency.BULK, shares=30),
            waits(Urgency.CHECK, since=90.0),
        ],
        QUICKBOOKS_TOGETHER,
        paid_at=103.0,
        now=100.0,
    )

    assert found[Urgency.PERSON] == 100.0
    assert found[Urgency.CHANGE] == 103.0
    assert found[Urgency.READ] == pytest.approx(99.5 + 5 * UNIT)
    assert found[Urgency.BULK] == pytest.approx(100.0 + 9 * UNIT)
    assert found[Urgency.CHECK] == 100.0


def test_who_was_passed_over_often_enough_goes_alone() -> None:
    """People keep the door busy: changes that wait to leave together have the share that they would have alone."""
    found = may_go_from(
        [waits(Urgency.PERSON), waits(Urgency.CHANGE, shares=30, passed_over=3)],
        QUICKBOOKS_TOGETHER,
        103.0,
        100.0,
    )

    assert found == {Urgency.PERSON: 100.0, Urgency.CHANGE: 100.0}


def test_fewer_than_a_batch_wait_for_nothing() -> None:
    """Nobody waits for others to come."""
    found = may_go_from([waits(Urgency.CHANGE, shares=14)], QUICKBOOKS_TOGETHER, 103.0, 100.0)

    assert found == {Urgency.CHANGE: 100.0}
