"""Who may ask a company next, and when: played on virtual time, in front of a model of Intuit's throttle."""

import asyncio
from collections import Counter
from typing import cast

import pytest

from domain.breaker import FAILURES, Closed
from domain.ids import EffectId, RealmId
from domain.obstacles import Obstacle
from domain.ports import TryLater
from domain.rate import AFTER_TAKE_OVER, LATE_SECONDS, QUICKBOOKS_RATE
from domain.urgency import GOES_AFTER, Urgency
from streams.wire.meters import QUICKBOOKS_CLOSED
from streams.worker.limiters import Doors
from streams.worker.permit import Permit, before_each_request
from streams.worker.rate_limiter import AHEAD_SECONDS, FORGOTTEN_AFTER_SECONDS, RateLimiter
from tests.unit.streams.intuit import A_MINUTE, A_SECOND, Throttle
from tests.unit.streams.virtual_time import VirtualClock, play

REALM, OTHER = RealmId("91"), RealmId("92")
GAP = 1 / QUICKBOOKS_RATE.per_second
CLOSEST = GAP - LATE_SECONDS - 1e-6
"""Behind one that was late."""
THROTTLED = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)
AWAY = TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)


async def ask(
    limiter: RateLimiter,
    throttle: Throttle,
    urgency: Urgency = Urgency.CHANGE,
    *,
    takes: float = 0.2,
    requests: int = 1,
    token: float = 0.0,
    proof: float = 0.0,
    name: str = "e-1",
    trouble: TryLater | None = None,
) -> Permit | Closed | None:
    """Carry out one effect as a lane does, with so many requests. `proof`, `token`: seconds until it may begin, and until each leaves."""
    async with limiter.turn(limiter.ask(urgency)) as granted:
        if isinstance(granted, Permit):
            await asyncio.sleep(proof)
            await granted.door.moment()
            granted.leaves()
            answer: TryLater | None = None
            for _ in range(requests):
                await asyncio.sleep(token)
                if await before_each_request() is None:
                    answer = throttle.take() or trouble
                    throttle.under_way += 1
                    await asyncio.sleep(takes)
                    throttle.under_way -= 1
            limiter.heard(EffectId(name), answer, 0.0)
        return granted


def test_nothing_leaves_closer_than_the_gap_whatever_stalls() -> None:
    """The process stands still for half a second: what is overdue does not leave together."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(400):
            asyncio.create_task(ask(limiter, throttle, takes=clock.jitter()))  # noqa: RUF006
        while len(throttle.came) < 400 and not throttle.refused:
            await asyncio.sleep(2 * clock.jitter())
            clock.stall(clock.jitter())
        assert throttle.refused == 0
        assert throttle.closest() >= CLOSEST
        assert throttle.most_in_a_second() <= QUICKBOOKS_RATE.per_second

    play(story)


def test_the_full_rate_for_minutes_is_never_too_much() -> None:
    """One by one, answered at once, with more always waiting: not one 429, and something is left for the company's other apps."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(2000):
            asyncio.create_task(ask(limiter, throttle, takes=0.05))  # noqa: RUF006
        await asyncio.sleep(180)
        assert throttle.refused == 0
        assert throttle.most_in_a_second() <= 0.8 * A_SECOND
        minutes = [sum(0 <= at - begin < 60 for at in throttle.came) for begin in range(0, 121, 10)]
        assert max(minutes) <= 0.97 * A_MINUTE
        assert minutes[-1] >= 0.9 * A_MINUTE

    play(story)


def test_what_a_lane_has_to_prove_does_not_slow_the_rate() -> None:
    """That the partition is still its own takes a look at the log, which is over within the gap."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(600):
            asyncio.create_task(ask(limiter, throttle, proof=0.09))  # noqa: RUF006
        await asyncio.sleep(60)
        assert len(throttle.came) >= 460
        assert throttle.closest() >= CLOSEST
        assert throttle.most_in_a_second() <= QUICKBOOKS_RATE.per_second

    play(story)


def test_who_is_late_by_a_little_slows_nobody() -> None:
    """As every one is on a busy machine: what follows keeps the pace, and no more of them come in a minute."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(600):
            asyncio.create_task(ask(limiter, throttle, proof=AHEAD_SECONDS + 0.02))  # noqa: RUF006
        await asyncio.sleep(60)
        assert 455 <= len(throttle.came) <= 60 * QUICKBOOKS_RATE.per_second
        assert throttle.closest() >= CLOSEST
        assert throttle.most_in_a_second() <= QUICKBOOKS_RATE.per_second
        assert throttle.refused == 0

    play(story)


@pytest.mark.parametrize("seed", range(5))
def test_every_request_of_an_effect_is_spaced_and_not_just_its_first(seed: int) -> None:
    """An effect may need several, and its first may be held up by a token that is slow to come: all count."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        work = [
            ask(
                limiter,
                throttle,
                takes=clock.jitter() / 4,
                requests=clock.dice.randint(1, 4),
                token=clock.jitter() / 3,
            )
            for _ in range(150)
        ]
        await asyncio.gather(*work)
        assert len(throttle.came) > 150
        assert throttle.closest() >= CLOSEST
        assert throttle.most_in_a_second() <= QUICKBOOKS_RATE.per_second
        assert throttle.refused == 0

    play(story, seed)


def test_no_more_run_at_once_than_are_allowed() -> None:
    """Nobody answers: ten hang, and the eleventh stays with us."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(30):
            asyncio.create_task(ask(limiter, throttle, Urgency.PERSON, takes=1000))  # noqa: RUF006
        await asyncio.sleep(100)
        assert throttle.under_way == QUICKBOOKS_RATE.at_once

    play(story)


def test_work_for_nobody_leaves_places_for_people() -> None:
    """Bulk, whose answers hang, does not take every place: a person's request leaves at once."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for urgency in (Urgency.BULK, Urgency.CHECK, Urgency.CHANGE, Urgency.READ) * 10:
            asyncio.create_task(ask(limiter, throttle, urgency, takes=1000))  # noqa: RUF006
        await asyncio.sleep(100)
        before = len(throttle.came)
        asyncio.create_task(ask(limiter, throttle, Urgency.PERSON, takes=1000))  # noqa: RUF006
        await asyncio.sleep(GAP)
        assert len(throttle.came) == before + 1

    play(story)


def test_who_goes_next_is_chosen_as_it_leaves() -> None:
    """A thousand of every other class wait; who presses a button then goes before all but two of them."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(1000):
            for urgency in set(Urgency) - {Urgency.PERSON}:
                asyncio.create_task(ask(limiter, throttle, urgency))  # noqa: RUF006
        await asyncio.sleep(10)
        for _ in range(50):
            await asyncio.sleep(clock.jitter())
            asked = clock.monotonic()
            await ask(limiter, throttle, Urgency.PERSON, takes=0)
            assert clock.monotonic() - asked <= 4 * GAP + 1e-6

    play(story)


def test_nothing_starves() -> None:
    """Each class always has work waiting, people too: each gets a share, and none waits much longer than its number says."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        order: list[Urgency] = []

        async def work(urgency: Urgency) -> None:
            await ask(limiter, throttle, urgency, takes=0.01)
            order.append(urgency)

        for urgency in Urgency:
            for _ in range(2000):
                asyncio.create_task(work(urgency))  # noqa: RUF006
        await asyncio.sleep(1010 * GAP)
        went = Counter(order)
        for urgency in Urgency:
            assert went[urgency] >= sum(went.values()) / (GOES_AFTER[urgency] + 1) * 0.65, went

    play(story)


def test_after_a_429_it_begins_slowly() -> None:
    """Nothing for the minute that Intuit asks for; then one request finds out, and the rate doubles up from one a second."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        await ask(limiter, throttle, takes=0, trouble=THROTTLED)
        closed = await ask(limiter, throttle)
        assert closed == Closed(why=Obstacle.THROTTLED, until=cast("float", pytest.approx(60)))
        assert limiter.closed == closed
        await asyncio.sleep(60)
        for _ in range(400):
            asyncio.create_task(ask(limiter, throttle))  # noqa: RUF006
        await asyncio.sleep(40)
        since = [at - throttle.came[1] for at in throttle.came[1:]]
        counts = [sum(start < at <= start + 5 for at in since) for start in (0, 5, 10, 15, 20)]
        assert counts[0] <= 6
        assert counts[1] <= 12
        assert counts[2] <= 22
        assert 38 <= counts[3] <= counts[4] <= 41

    play(story)


def test_a_new_owner_does_not_add_a_burst_to_the_old_ones() -> None:
    """Whoever had the company asked at full rate until just now; together both stay below Intuit's limits."""

    async def story(clock: VirtualClock) -> None:
        throttle = Throttle(clock)
        for _ in range(6):
            limiter = Doors(clock).quickbooks.of(REALM)
            tasks = [asyncio.create_task(ask(limiter, throttle, takes=0.05)) for _ in range(1000)]
            await asyncio.sleep(15 + clock.jitter())
            for task in tasks:
                task.cancel()
        assert throttle.refused == 0
        assert len(throttle.came) > 600

    play(story)


def test_a_new_owner_begins_slowly_whatever_waits() -> None:
    """It can't know what the one before it asked in the last minute, nor what of it is still on the wire."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(1000):
            asyncio.create_task(ask(limiter, throttle, takes=0.05))  # noqa: RUF006
        slow, full = AFTER_TAKE_OVER.step_seconds, QUICKBOOKS_RATE.per_second
        await asyncio.sleep(slow)
        assert len(throttle.came) <= slow * AFTER_TAKE_OVER.per_second + 1 <= slow * full * 0.75
        before = len(throttle.came)
        await asyncio.sleep(10)
        assert len(throttle.came) - before >= 0.95 * 10 * full

    play(story)


def test_who_waits_is_told_as_the_door_closes() -> None:
    """All who are in the queue learn why, and until when; nobody waits for a permit that can't come."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        first = asyncio.create_task(ask(limiter, throttle, trouble=THROTTLED, takes=0))
        others = [asyncio.create_task(ask(limiter, throttle)) for _ in range(100)]
        await first
        told = await asyncio.gather(*others)
        assert {each.why for each in told if isinstance(each, Closed)} == {"throttled"}
        assert len(throttle.came) == 1

    play(story)


def test_a_company_that_does_not_answer_is_left_alone_and_tried_by_one() -> None:
    """Pauses grow; after each one request finds out; once it answers, all goes on at the full rate."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        back = 600.0

        async def lane(name: str) -> None:
            while clock.monotonic() < back + 100:
                trouble = AWAY if clock.monotonic() < back else None
                granted = await ask(limiter, throttle, name=name, trouble=trouble, takes=0.1)
                wait = granted.until - clock.monotonic() if isinstance(granted, Closed) else 1.0
                await asyncio.sleep(wait)

        await asyncio.gather(*(lane(f"e-{n}") for n in range(50)))
        before = [at for at in throttle.came if at < back]
        after = [at for at in throttle.came if at >= back]
        assert len(before) <= FAILURES + 4 + 20
        assert after[0] <= back + 60
        assert sum(at <= after[0] + 20 for at in after) > 100

    play(story)


def test_one_request_finds_out_however_long_it_takes() -> None:
    """The pause is over, and the first answer is slow to come: nobody else goes before it is there."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        await ask(limiter, throttle, takes=0, trouble=THROTTLED)
        await asyncio.sleep(60)
        for _ in range(50):
            asyncio.create_task(ask(limiter, throttle, takes=10))  # noqa: RUF006
        await asyncio.sleep(9)
        assert len(throttle.came) == 2
        await asyncio.sleep(20)
        assert len(throttle.came) > 5

    play(story)


def test_one_effect_that_fails_again_and_again_closes_nothing() -> None:
    """It may be at fault itself; others of its company go on."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        for _ in range(20):
            await ask(limiter, throttle, name="e-bad", trouble=AWAY)
        assert limiter.closed is None

    play(story)


def test_what_is_closed_is_counted_and_no_longer_once_it_answers() -> None:
    """By why, and never by which company."""

    async def story(clock: VirtualClock) -> None:
        count = QUICKBOOKS_CLOSED.labels("throttled")._value.get
        before = count()
        doors, throttle = Doors(clock).quickbooks, Throttle(clock)
        for realm in (REALM, OTHER):
            await ask(doors.of(realm), throttle, takes=0, trouble=THROTTLED)
        assert count() == before + 2
        await asyncio.sleep(61)
        await ask(doors.of(REALM), throttle, takes=0)
        assert count() == before + 1
        await asyncio.sleep(3600)
        doors.of(REALM)
        assert count() == before

    play(story)


def test_limiters_that_nobody_uses_are_forgotten() -> None:
    """Ten thousand companies come and go; those that are closed are kept until that is over."""

    async def story(clock: VirtualClock) -> None:
        doors, throttle = Doors(clock).quickbooks, Throttle(clock)
        closed = RealmId("closed")
        await ask(doors.of(closed), throttle, takes=0, trouble=THROTTLED)
        for number in range(10_000):
            await ask(doors.of(RealmId(str(number))), Throttle(clock), takes=0.05)
        assert len(doors) < 10_000
        assert doors.of(closed).closed is None
        await asyncio.sleep(2 * FORGOTTEN_AFTER_SECONDS)
        doors.of(REALM)
        assert len(doors) == 2
        await ask(doors.of(closed), throttle, takes=0)
        await asyncio.sleep(2 * FORGOTTEN_AFTER_SECONDS)
        doors.of(REALM)
        assert len(doors) == 1

    play(story)


def test_who_gives_up_or_is_canceled_takes_nothing_along() -> None:
    """Neither a place nor a permit is lost, whenever it happens."""

    async def story(clock: VirtualClock) -> None:
        limiter, throttle = Doors(clock).quickbooks.of(REALM), Throttle(clock)
        tasks = [
            asyncio.create_task(ask(limiter, throttle, takes=clock.jitter(), proof=clock.jitter() / 9))
            for _ in range(300)
        ]
        for task in clock.dice.sample(tasks, 200):
            await asyncio.sleep(0.05)
            task.cancel()
        throttle.under_way = 0
        await asyncio.gather(*tasks, return_exceptions=True)
        task = asyncio.create_task(ask(limiter, throttle, proof=1))
        await asyncio.sleep(0.5)  # it has its permit, and has not left
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not limiter._under_way
        assert limiter._out is None
        async with asyncio.timeout(1):
            assert await ask(limiter, throttle, takes=0)

    play(story)
