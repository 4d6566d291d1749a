"""A Canopy that keeps no keys is asked for a new client once: whoever asks again might make it twice."""

import time
from collections.abc import AsyncIterator

import pytest

from domain.ids import CustomerId, EffectId
from domain.outcomes import ClientSaved, Unconfirmed
from domain.ports import TryLater
from domain.rows import CustomerRow
from streams.worker.rate_limiter import RateLimiter
from tests.unit.streams.test_lanes import CREATE, FIRM, PARTITION, Desk, connected_desk

HEARD: list[EffectId] = []


class Door(RateLimiter):
    """Keeps of which effects it was told how their side is."""

    def heard(self, effect: EffectId, trouble: TryLater | None, jitter: float) -> None:
        """Keep it."""
        HEARD.append(effect)
        RateLimiter.heard(self, effect, trouble, jitter)


ASKS = CustomerRow(firm_id=FIRM, customer_id=CustomerId("58"), pending=(CREATE,))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A connected firm, nothing asked yet, and a Canopy that keeps no keys."""
    HEARD.clear()
    async with connected_desk(Door, canopy_keeps_keys=False) as opened:
        yield opened


async def test_an_answer_ends_it_as_ever(desk: Desk) -> None:
    """The keys are needed for lost answers alone."""
    desk.put(ASKS)

    await desk.done(1)

    assert [type(result) for _, result, _ in desk.told.outcomes] == [ClientSaved]


async def test_a_lost_answer_ends_it_unasked(desk: Desk) -> None:
    """Nobody can say whether it was done."""
    desk.sides.away = 1
    desk.put(ASKS)

    await desk.done(1)

    assert [result for _, result, _ in desk.told.outcomes] == [Unconfirmed()]
    assert desk.sides.asked == [CREATE]


async def test_what_certainly_did_not_happen_is_asked_again(desk: Desk) -> None:
    """As where Canopy says that we ask too much."""
    desk.sides.away, desk.sides.happens = 1, False
    desk.put(ASKS)

    await desk.done(1)

    assert [type(result) for _, result, _ in desk.told.outcomes] == [ClientSaved]
    assert desk.sides.asked == [CREATE, CREATE]


async def test_what_another_worker_may_have_asked_for_is_not_asked_for(desk: Desk) -> None:
    """It ended, or lost the partition, and nobody knows how far it had come; nor has Canopy answered anything."""
    await desk.lanes.leave([PARTITION])
    partition = desk.table.partition(PARTITION)
    partition.lease_renewed_at = time.monotonic()
    partition.table.put(ASKS)
    desk.lanes.adopt(PARTITION, desk.table, ())

    await desk.done(1)

    assert [result for _, result, _ in desk.told.outcomes] == [Unconfirmed()]
    assert (desk.sides.asked, HEARD) == ([], [])
