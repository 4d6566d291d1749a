"""Changes of many customers in one request: when they share one, who never waits for it, and what each is told."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from domain.ids import CustomerId, EffectId, FirmId, RealmId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, CustomerSaved, NameTaken, Rejected, Result
from domain.ports import StaleCopy, TryLater, UpdateCustomerAnswer
from domain.rate import QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER, QUICKBOOKS_TOGETHER_AS_ONE
from domain.urgency import Urgency
from streams.worker.attempts import Attempts
from streams.worker.limiters import Doors
from streams.worker.permit import Permit, before_each_request
from streams.worker.shared_updates import Change, Passenger, send_together, take_along
from tests.unit.streams.firm_on_virtual_time import (
    EVENTS,
    INTENTS,
    NOTIFICATIONS,
    OUTCOMES,
    PARTITION,
    Partition,
    Side,
    customer,
    firm,
    link,
    names,
    noticed,
    partition,
    until,
    update,
)
from tests.unit.streams.virtual_time import START, VirtualClock, play

MOST, AT_LEAST = QUICKBOOKS_TOGETHER.most, QUICKBOOKS_TOGETHER.at_least
LOST = TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
THROTTLED = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)
AWAY = TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)


def waiting(made: Partition, number: int, **more: Any) -> None:
    """Let so many changes wait behind one that leaves at once, since nothing waited as it came."""
    made.put(firm())
    for name in ("first", *names(range(number))):
        made.put(link(name, update(name)), **more)


def done(made: Partition) -> dict[EffectId, Result]:
    """Say what came of those that waited."""
    return {effect: result for effect, result in made.results().items() if effect != "update-first"}


def asked(made: Partition) -> list[tuple[float, str]]:
    """Say when and how the company was asked, but for the first."""
    return [(at, how) for at, _, how, about in made.side.asked if about != "update-first"]


def test_three_hundred_changes_are_fifteen_requests() -> None:
    """Each has its own outcome, and they take no longer than they would alone: Intuit may count each as a request."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, 300)
            await until(clock, lambda: len(done(made)) == 300)
            assert [len(each) for each in made.side.of("together")] == [MOST] * 15
            assert len(asked(made)) == 15
            assert made.side.changes()[1:] == [f"update-{name}" for name in names(range(300))]
            assert made.side.throttle("91").refused == 0
            assert clock.monotonic() < 42
            assert (
                min(b - a for (a, _), (b, _) in pairwise(asked(made)))
                >= MOST * QUICKBOOKS_TOGETHER.unit_seconds - 1e-6
            )

    play(story)


def test_fewer_leave_one_by_one_and_wait_for_no_others() -> None:
    """There are not enough of them: the first leaves at once."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, AT_LEAST - 1)
            await until(clock, lambda: len(done(made)) == AT_LEAST - 1)
            assert not made.side.of("together")
            assert asked(made)[0][0] < 0.3

    play(story)


def test_who_comes_too_late_for_a_request_leaves_alone() -> None:
    """Of twenty-five, five are left: they are too few, and each leaves by itself right after it."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, MOST + 5)
            await until(clock, lambda: len(done(made)) == MOST + 5)
            assert [how for _, how in asked(made)] == ["together"] + ["update"] * 5
            assert asked(made)[-1][0] - asked(made)[0][0] < 1

    play(story)


@pytest.mark.parametrize(
    "answer",
    [
        Rejected(code="2210"),
        NameTaken(),
        CustomerGone(customer_id=CustomerId("1007")),
    ],
    ids=lambda each: each.kind,
)
def test_one_that_is_refused_has_its_own_outcome_and_the_others_land(answer: Any) -> None:
    """It is told to its row, and asked for no more."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, items={"1007": answer})) as made:
            waiting(made, MOST)
            await until(clock, lambda: len(done(made)) == MOST)
            found = done(made)
            assert found.pop(EffectId("update-1007")) == answer
            assert {type(each) for each in found.values()} == {CustomerSaved}
            assert len(asked(made)) == 1

    play(story)


@pytest.mark.parametrize("answer", [StaleCopy(), LOST, AWAY], ids=["stale", "unreadable", "failed"])
def test_what_it_does_not_settle_is_asked_for_alone(answer: UpdateCustomerAnswer) -> None:
    """By the code for one, under the effect's own id: there a stale copy is read, and a lost answer found."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, items={"1007": answer})) as made:
            waiting(made, MOST)
            await until(clock, lambda: len(done(made)) == MOST)
            assert [how for _, how in asked(made)] == ["together", "update"]
            assert made.side.of("update")[1:] == ["update-1007"]

    play(story)


@pytest.mark.parametrize(
    "lost", [LOST, AWAY, replace(LOST, why=Obstacle.UNREADABLE)], ids=lambda each: each.why
)
def test_a_lost_answer_is_each_ones_own(lost: TryLater) -> None:
    """Each is asked for alone, once, and not together again."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock)) as made:
            waiting(made, MOST)
            await until(clock, lambda: len(made.results()) == 1)
            made.side.says.append(lost)
            await until(clock, lambda: len(done(made)) == MOST)
            assert len(made.side.of("together")) == 1
            assert sorted(made.side.of("update")[1:]) == [f"update-{name}" for name in names(range(MOST))]

    play(story)


def test_a_bug_of_ours_on_many_is_found_alone() -> None:
    """What is wrong with one of them is not held against the others."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, raises=True)) as made:
            waiting(made, MOST)
            await until(clock, lambda: len(done(made)) == MOST)
            assert {type(each) for each in done(made).values()} == {CustomerSaved}
            assert len(made.side.of("update")) == 1 + MOST

    play(story)


def test_a_429_to_one_of_them_closes_the_door() -> None:
    """As to a request: nothing is asked for a minute, and all of it is sent then."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, items={"1007": THROTTLED})) as made:
            waiting(made, 3 * MOST)
            await until(clock, lambda: len(done(made)) == 3 * MOST)
            moments = [at for at, *_ in made.side.asked]
            assert len(made.side.of("together")) <= 3
            assert max(b - a for a, b in pairwise(moments)) >= 60

    play(story)


def test_many_that_get_no_answer_count_as_one_and_one_finds_out_alone() -> None:
    """Five requests close the door, however many changes they carried; none of many is risked on finding out."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, says=[AWAY] * 5)) as made:
            waiting(made, 10 * MOST)
            await until(clock, lambda: len(made.side.asked) == 6)
            assert "together" in {how for _, how in asked(made)[:4]}
            assert made.side.asked[5][0] - made.side.asked[4][0] > 3
            assert made.side.asked[5][2] == "update"
            await until(clock, lambda: len(done(made)) == 10 * MOST)

    play(story)


def test_a_person_waits_for_no_batch() -> None:
    """A click in the middle of three hundred is at the door at once, alone."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, hangs={"91": 5.0})) as made:
            waiting(made, 300)
            for number in range(20):
                await asyncio.sleep(1.7 + clock.jitter())
                name = f"p-{number}"
                made.put(link(name, update(name, asked_by="person")), topic=INTENTS)
                since = clock.monotonic()
                await until(clock, lambda name=name: made.at_door(f"update-{name}") is not None)
                assert (made.at_door(f"update-{name}") or 0) - since <= 0.3
                assert f"update-{name}" in made.side.of("update")

    play(story)


def test_one_change_does_not_wait_behind_bulk_that_leaves_together() -> None:
    """A client is edited while three hundred are pushed: it goes first, and at once."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, 300, topic=OUTCOMES, cause_id="e-step_due")
            for number in range(10):
                await asyncio.sleep(2 + clock.jitter())
                made.put(link(f"c-{number}", update(f"c-{number}")))
                since = clock.monotonic()
                await until(clock, lambda number=number: made.at_door(f"update-c-{number}") is not None)
                assert clock.monotonic() - since <= 0.4

    play(story)


def test_what_is_less_urgent_has_its_share_as_if_they_left_alone() -> None:
    """A notice that comes while hundreds of edits leave by twenties is read within a second; bulk goes on too."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, 600)
            made.put(
                *[link(name, update(name)) for name in names(range(900, 905))],
                topic=OUTCOMES,
                cause_id="e-step_due",
            )
            for number in range(10):
                await asyncio.sleep(2 + clock.jitter())
                made.put(noticed(f"9{number}"), topic=NOTIFICATIONS)
                since = clock.monotonic()
                await until(clock, lambda number=number: made.at_door(f"9{number}") is not None)
                assert clock.monotonic() - since <= 1
            assert {f"update-{name}" for name in names(range(900, 905))} <= set(made.side.changes())
            assert made.side.throttle("91").refused == 0

    play(story)


def test_where_a_batch_counts_as_one_request_they_are_faster() -> None:
    """Who knows so says so: a thousand changes a minute, below the forty batches that Intuit allows."""

    async def story(clock: VirtualClock) -> None:
        rate = replace(QUICKBOOKS_RATE, together=QUICKBOOKS_TOGETHER_AS_ONE)
        async with partition(clock, Side(clock, each_counts=False), rate=rate) as made:
            waiting(made, 3000)
            await until(clock, lambda: len(done(made)) == 3000)
            assert len(asked(made)) == 100
            assert 160 < clock.monotonic() < 185
            assert made.side.throttle("91").refused == 0

    play(story)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_mixed_and_whoever_takes_over_the_limits_hold(seed: int) -> None:
    """Batches, single changes, people and notices, by one owner after another: never 500 a minute, nor forty batches."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock)
        number = 0
        for _ in range(6):
            async with partition(clock, side) as made:
                made.put(firm())
                end = clock.monotonic() + 20 + 60 * clock.jitter()
                while clock.monotonic() < end:
                    topic, whole, most = clock.dice.choice(
                        (
                            (INTENTS, False, 20),
                            (OUTCOMES, False, 200),
                            (EVENTS, False, 200),
                            (EVENTS, True, 60),
                        )
                    )
                    for _ in range(clock.dice.randint(1, most)):
                        number += 1
                        name = str(10_000 + number)
                        made.put(link(name, update(name, whole=whole)), topic=topic, cause_id="e-step_due")
                    await asyncio.sleep(8 * clock.jitter())
        throttle = side.throttle("91")
        assert throttle.refused == 0
        assert len(throttle.batches) > 10
        assert len(throttle.counted) > 1000

    play(story, seed)


def test_what_may_not_share_does_not() -> None:
    """What is written whole is read first, and what a person asked for leaves alone: however many there are."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for name in names(range(40)):
                made.put(link(name, update(name, whole=True)))
            for name in names(range(50, 90)):
                made.put(link(name, update(name, asked_by="person")), topic=INTENTS)
            await until(clock, lambda: len(made.results()) == 80)
            assert not made.side.of("together")

    play(story)


def test_an_edit_that_takes_a_waiting_ones_place_goes_along_in_its_stead() -> None:
    """What was withdrawn meanwhile is not sent, and what takes its place is what the request carries."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, 2 * MOST)
            await until(clock, lambda: len(made.results()) == 1)
            newer = replace(update("1010"), id=EffectId("update-newer"))
            made.put(link("1010", newer))
            made.put(link("1011"))
            await until(clock, lambda: len(done(made)) == 2 * MOST - 1)
            assert len(asked(made)) == 2
            assert "update-newer" in made.side.changes()
            assert not {"update-1010", "update-1011"} & set(made.side.changes())

    play(story)


def test_each_is_told_of_its_own_customer() -> None:
    """No answer goes to another's row."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, 100)
            await until(clock, lambda: len(done(made)) == 100)
            for name in names(range(100)):
                assert made.results()[EffectId(f"update-{name}")] == CustomerSaved(customer=customer(name))

    play(story)


def test_each_counts_as_begun_as_it_leaves_and_nobody_before() -> None:
    """What is withdrawn from then on was perhaps done; of what still waits nobody has to ask."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock, Side(clock, hangs={"91": 5.0})) as made:
            waiting(made, 2 * MOST)
            await until(clock, lambda: len(made.side.of("together")) == 1)
            started = made.lanes.started(PARTITION)
            assert [each in started for each in made.side.of("together")[0]] == [True] * MOST
            assert not any(f"update-{name}" in started for name in names(range(MOST, 2 * MOST)))

    play(story)


def test_a_minute_of_others_besides_a_batch_stays_below_the_limit() -> None:
    """A batch, and then five hundred that leave alone: the company counts all of them, and throttles none."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            waiting(made, MOST)
            await until(clock, lambda: len(made.side.of("together")) == 1)
            for name in names(range(100, 700)):
                made.put(link(name, update(name, whole=True)))
            await asyncio.sleep(62)
            assert made.side.throttle("91").refused == 0
            assert len(made.side.asked) > 440

    play(story)


def test_while_one_request_finds_out_nobody_goes_along() -> None:
    """A company that was closed is asked for one thing, also where the first who was let through asks for nothing."""

    async def story(clock: VirtualClock) -> None:
        limiter = Doors(clock).quickbooks.of(RealmId("91"))
        limiter.close_for(10, Obstacle.THROTTLED)
        await asyncio.sleep(11)
        tickets = [limiter.ask(Urgency.CHANGE, Passenger(clock, lambda: None)) for _ in range(40)]
        async with limiter.turn(tickets[0]):
            pass
        async with limiter.turn(tickets[1]) as permit:
            assert isinstance(permit, Permit)
            assert permit.most == 1

    play(story)


def test_of_what_our_own_code_raised_on_nobody_knows_whether_it_was_done() -> None:
    """Neither of those that were sent, nor whether the company answers."""

    async def story(clock: VirtualClock) -> None:
        side: Any = Side(clock, raises=True)

        def change(name: str) -> Change:
            return Change(update(name), Attempts(FirmId("f-1"), RealmId("91"), side, side, START))

        passenger = Passenger(clock, lambda: change("2"))
        passenger.begin()
        first = change("1")
        heard = await send_together(side, RealmId("91"), first, [passenger])
        assert (heard.told, heard.trouble and heard.trouble.why) == (None, Obstacle.OUR_ERROR)
        assert await passenger.told is None
        for each in (first, passenger.change):
            assert each is not None
            assert each.attempts.may_have_happened

    play(story)


def test_only_those_whose_gate_is_open_go_along() -> None:
    """Where a company is another firm's by now, whose rows lie in another partition: that one's decisions are not held up."""

    async def story(clock: VirtualClock) -> None:
        limiter = Doors(clock).quickbooks.of(RealmId("91"))
        begun: list[str] = []

        def passenger(name: str, context: object) -> Passenger:
            def choose() -> Change:
                begun.append(name)
                return Change(update(name), None)  # type: ignore[arg-type]

            return Passenger(context, choose)

        here, elsewhere = object(), object()
        await asyncio.sleep(10)
        limiter.ask(Urgency.PERSON)
        for n in range(20):
            limiter.ask(Urgency.CHANGE, passenger(f"here-{n}", here))
            limiter.ask(Urgency.CHANGE, passenger(f"elsewhere-{n}", elsewhere))
        permit = Permit(limiter, Urgency.CHANGE, most=30)
        along = take_along(permit, here)
        assert begun == [f"here-{n}" for n in range(15)]
        assert len(along) == 15

    play(story)


@pytest.mark.parametrize("slow", [0.0, 2.5])
def test_a_request_that_leaves_late_or_twice_is_paid_for_from_then_on(slow: float) -> None:
    """Its token was slow to come, or was not taken and replaced: it leaves again, with all that it carries."""

    async def story(clock: VirtualClock) -> None:
        limiter = Doors(clock).quickbooks.of(RealmId("91"))
        await asyncio.sleep(10)
        async with limiter.turn(limiter.ask(Urgency.CHANGE)) as permit:
            assert isinstance(permit, Permit)
            await permit.door.moment()
            permit.leaves(MOST)
            worth = MOST * QUICKBOOKS_TOGETHER.unit_seconds
            await asyncio.sleep(slow)
            assert await before_each_request() is None
            assert limiter._budget.paid_at == pytest.approx(clock.monotonic() + worth)
            assert await before_each_request() is None
            assert limiter._budget.paid_at == pytest.approx(clock.monotonic() + 2 * worth, abs=0.2)

    play(story)
