"""What is read again and again, and never can be, costs little: each read of QuickBooks is paid for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest

from domain.effects import (
    CheckCustomers,
    CreateClient,
    Effect,
    FindHolder,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    ReadCustomer,
    Write,
)
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId
from domain.lane_policy import LONGEST_PAUSE_SECONDS
from domain.obstacles import Obstacle
from domain.ports import TryLater
from streams.worker.attempts import Attempts

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ID = EffectId("e-1")
READS: tuple[Effect, ...] = (
    FindHolder(id=ID, names=("Fiona Gallagher",)),
    ReadClient(id=ID, client_id=ClientId("c-1")),
    ReadCustomer(id=ID, customer_id=CustomerId("58")),
    ListCustomers(id=ID),
    ListClients(id=ID),
    CheckCustomers(id=ID, customer_ids=(CustomerId("58"),)),
)
NO_READS = {*get_args(Write), CreateClient, PlanLinks}


def tries_in(span: timedelta, effect: Effect, why: Obstacle) -> list[datetime]:
    """Say when an effect is tried that is met by the same each time."""
    nobody: object = None
    attempts = Attempts(FirmId("f-1"), RealmId("91"), nobody, nobody, NOW)  # type: ignore[arg-type]
    now, tried = NOW, []
    while now < NOW + span:
        tried.append(now)
        attempts.tries += 1
        answer = TryLater(why=why, may_have_happened=False)
        now = attempts.put_off(effect, answer, 0.5, now).until
    return tried


def test_they_are_all_that_is_read() -> None:
    """One that is added later is asked for here too."""
    kinds = {kind for union in get_args(Effect) for kind in (get_args(union) or (union,))}

    assert {type(each) for each in READS} == kinds - NO_READS


@pytest.mark.parametrize("effect", READS, ids=lambda each: each.kind)
def test_what_can_not_be_read_is_asked_for_ever_more_rarely(effect: Effect) -> None:
    """For a minute soon, since it may be over; then at most some hundred times a day."""
    tried = tries_in(DAY, effect, Obstacle.UNREADABLE)

    assert sum(each < NOW + timedelta(minutes=1) for each in tried) >= 5
    assert len(tried) <= 160


@pytest.mark.parametrize("effect", READS, ids=lambda each: each.kind)
def test_a_side_that_is_away_is_asked_within_a_minute_of_its_return(effect: Effect) -> None:
    """Nothing is known of it, and the next answer may be the one."""
    tried = tries_in(DAY / 12, effect, Obstacle.UNREACHABLE)
    pauses = [later - earlier for earlier, later in pairwise(tried)]

    assert max(pauses) <= timedelta(seconds=LONGEST_PAUSE_SECONDS)
    assert sum(pause < timedelta(seconds=20) for pause in pauses) <= 20
