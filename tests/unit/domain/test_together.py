"""What a request of many changes takes of a door's time."""

from dataclasses import replace

import pytest

from domain.rate import QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER
from domain.together import MINUTE_SECONDS, Budget

AT_ONCE = Budget(paid_at=0.0)
ONE_BATCH = replace(QUICKBOOKS_TOGETHER, each_counts=False)


def test_thirty_take_the_time_of_thirty() -> None:
    """Where each counts; at least what forty batches a minute leave for one."""
    assert AT_ONCE.after(30, QUICKBOOKS_TOGETHER, 100.0) == Budget(paid_at=104.0, shared_at=100.0)
    assert AT_ONCE.after(2, QUICKBOOKS_TOGETHER, 100.0).paid_at == pytest.approx(100 + 60 / 36)
    assert AT_ONCE.after(30, ONE_BATCH, 100.0).paid_at == pytest.approx(100 + 60 / 36)


def test_what_leaves_meanwhile_puts_the_next_ones_off() -> None:
    """By one request's time each; where a batch is one request, they are none of its business."""
    budget = AT_ONCE.after(30, QUICKBOOKS_TOGETHER, 100.0)

    assert budget.after(1, QUICKBOOKS_TOGETHER, 101.0).paid_at == pytest.approx(104 + 1 / 7.5)
    assert budget.after(1, ONE_BATCH, 101.0) == budget


def test_others_are_slower_for_a_minute_after_one() -> None:
    """So that thirty more fit below the limit; before the first one, and where a batch is one request, they are not."""
    budget = AT_ONCE.after(30, QUICKBOOKS_TOGETHER, 100.0)

    assert not AT_ONCE.slows_others(QUICKBOOKS_TOGETHER, 100.0)
    assert budget.slows_others(QUICKBOOKS_TOGETHER, 159.9)
    assert not budget.slows_others(QUICKBOOKS_TOGETHER, 160.0)
    assert not budget.slows_others(ONE_BATCH, 101.0)


def test_who_leaves_later_than_noted_puts_all_of_it_off() -> None:
    """A token was slow to come."""
    assert Budget(paid_at=104.0, shared_at=100.0).later(2.5) == Budget(paid_at=106.5, shared_at=102.5)


def test_the_figures_stay_below_intuits_limits() -> None:
    """Thirty and a minute of requests besides them are fewer than 500, with something left for the company's other apps."""
    together = QUICKBOOKS_TOGETHER

    assert together.most + together.per_second_beside * MINUTE_SECONDS <= 480
    assert QUICKBOOKS_RATE.per_second * MINUTE_SECONDS <= 480
    assert together.a_minute < 40
