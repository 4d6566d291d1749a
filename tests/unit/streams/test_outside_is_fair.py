"""Fair within a firm and between firms: the real lanes, on virtual time, in front of Intuit's throttle as a model."""

import asyncio
from dataclasses import replace

import pytest

from domain.effects import CreateCustomer, FindHolder, UpdateClient
from domain.firm_rows import FirmRow, Paused
from domain.ids import ClientId, CustomerId, EffectId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, CustomerRead, CustomerSaved
from domain.ports import TryLater
from domain.rate import LATE_SECONDS
from domain.remembered import Waiting
from domain.rows import CustomerRow
from domain.settings import Actions, Settings
from streams.worker.lanes import Lanes
from tests.unit.streams.firm_on_virtual_time import (
    EVENTS,
    INTENTS,
    NOTIFICATIONS,
    OUTCOMES,
    PARTITION,
    Side,
    firm,
    link,
    names,
    noticed,
    partition,
    until,
    update,
)
from tests.unit.streams.virtual_time import START, VirtualClock, play

THROTTLED = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)
AWAY = TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)


def update_client(name: str) -> UpdateClient:
    """Change a client in Canopy, as a rule asks for it."""
    return UpdateClient(
        id=EffectId(f"client-{name}"),
        client_id=ClientId(name),
        client_version=1,
        values={},
        asked_by="rule",
        planned_at=START,
    )


def test_ten_minutes_of_work_in_front_of_intuits_throttle() -> None:
    """5,000 edits wait, and bulk, notices and stalls besides: not one 429, and people are served at once.

    400 requests a minute, each change of a batch counted as one.
    """

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for name in names(range(5000)):
                made.put(link(name, update(name)))
            for name in names(range(5000, 6000)):
                made.put(link(name, update(name)), topic=OUTCOMES, cause_id="e-step_due")
            waits = []
            for minute in range(10):
                for number in range(6):
                    await asyncio.sleep(10 * clock.jitter())
                    clock.stall(0.5 * clock.jitter())
                    name = f"p-{minute}-{number}"
                    made.put(noticed(f"9{minute}{number}"), topic=NOTIFICATIONS)
                    made.put(link(name, update(name, asked_by="person", for_match=True)), topic=INTENTS)
                    asked = clock.monotonic()
                    effect = f"update-{name}"
                    await until(clock, lambda effect=effect: made.at_door(effect) is not None)
                    waits.append((made.at_door(effect) or 0) - asked)
                await asyncio.sleep(60 * (minute + 1) - clock.monotonic())
            throttle = made.side.throttle("91")
            assert throttle.refused == 0
            assert throttle.closest() >= 0.125 - LATE_SECONDS - 1e-6
            assert throttle.most_in_a_second() <= 8
            minutes = [sum(60 * m <= at < 60 * (m + 1) for at in throttle.counted) for m in range(10)]
            assert min(minutes) >= 400, minutes
            assert max(waits) < 2, waits
            assert len(made.side.of("query")) + len(made.side.of("read")) >= 55

    play(story)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("links", "after"), [(14, 1), (100, 7)], ids=("one by one", "together"))
@pytest.mark.parametrize(
    "stopped",
    [
        replace(firm(), settings=Settings(actions_from_canopy=Actions(creating=True, editing=False))),
        replace(firm(), paused=Paused(since=START)),
    ],
    ids=("editing off", "paused"),
)
def test_nothing_leaves_after_the_decision_that_stops_it(
    stopped: FirmRow, links: int, after: float, seed: int
) -> None:
    """Not even what waited for its moment just then: it is as much under way as anything else that waits."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for name in names(range(links)):
                made.put(link(name, update(name)))
                if stopped.paused:
                    made.put(noticed(f"9{name}"), topic=NOTIFICATIONS)
            await asyncio.sleep(after + clock.jitter())
            made.put(stopped)
            at = clock.monotonic()
            await asyncio.sleep(60)
            assert 3 < len(made.side.changes()) < links
            assert max(left for left, *_ in made.side.asked) <= at
            made.put(replace(firm(), version=2))
            await until(clock, lambda: len(made.results()) == links * (2 if stopped.paused else 1))

    play(story, seed)


@pytest.mark.parametrize("side", ["canopy", "quickbooks"])
def test_one_sides_throttling_is_not_the_others(side: str) -> None:
    """Canopy has had enough for a minute: QuickBooks is asked on, and the reverse."""

    async def story(clock: VirtualClock) -> None:
        throttled = [THROTTLED]
        both = Side(clock, canopy_says=throttled) if side == "canopy" else Side(clock, says=throttled)
        async with partition(clock, both) as made:
            made.put(firm())
            for n in range(2):
                made.put(link(f"c-{n}", update_client(f"c-{n}")))
            for n in range(2):
                made.put(link(f"q-{n}", update(f"q-{n}")))
            await asyncio.sleep(30)
            to_quickbooks, to_canopy = (
                {f"{kind}-{n}" for n in range(2)} for kind in ("update-q", "client-c")
            )
            other = {"canopy": to_quickbooks, "quickbooks": to_canopy}[side]
            assert other <= set(made.results())
            assert len(made.results()) < 4
            await until(clock, lambda: len(made.results()) == 4)

    play(story)


def test_ten_companies_that_hang_cost_an_eleventh_nothing() -> None:
    """Each company has a queue and places of its own."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock, hangs={str(n): 30.0 for n in range(10)})
        async with partition(clock, side) as made:
            for n in range(11):
                made.put(firm(f"f-{n}", str(n)))
                for k in range(20 if n < 10 else 0):
                    made.put(link(f"c-{k}", update(f"{n}-{k}"), of=f"f-{n}"))
            await asyncio.sleep(10)
            for k in range(50):
                made.put(link(f"c-{k}", update(f"10-{k}"), of="f-10"))
                asked = clock.monotonic()
                await asyncio.sleep(0.2 + clock.jitter())
                at = made.at_door(f"update-10-{k}")
                assert at is not None
                assert at - asked < 0.05

    play(story)


def test_two_thousand_notices_do_not_hold_up_a_new_client() -> None:
    """They are read by the hundred; those that QuickBooks does not know are read one by one, behind everything else."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock, gone=set(names(range(1000, 2000))))
        async with partition(clock, side) as made:
            made.put(firm())
            for name in names(range(2000)):
                made.put(noticed(name), topic=NOTIFICATIONS)
            await asyncio.sleep(1)
            for name in names(range(3000, 3200)):
                made.put(link(name, update(name)))
            create = CreateCustomer(id=EffectId("create"), values={}, asked_by="rule", planned_at=clock.now())
            await asyncio.sleep(100)
            made.put(link("new", create))
            asked = clock.monotonic()
            await until(clock, lambda: made.at_door("create") is not None)
            assert (made.at_door("create") or 0) - asked < 2
            await until(clock, lambda: len(made.results()) == 2201)
            found = made.results()
            assert isinstance(found[EffectId("read-1999")], CustomerRead)
            assert isinstance(found[EffectId("read-2999")], CustomerGone)
            assert len(made.side.of("query")) <= 25
            assert sorted(made.side.of("read")) == sorted(side.gone)

    play(story)


def test_many_notices_of_few_customers_are_few_requests() -> None:
    """Thirty customers, noticed within some seconds: a handful of requests, not one each."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for name in names(range(30)):
                made.put(noticed(name), topic=NOTIFICATIONS)
                await asyncio.sleep(0.02)
            await until(clock, lambda: len(made.results()) == 30)
            assert len(made.side.asked) <= 6

    play(story)


@pytest.mark.parametrize("raises", [False, True])
def test_one_bad_record_fails_nobody_else(raises: bool) -> None:
    """Its query is refused, or our own code fails at it: it is found by halving, and only it goes on waiting."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock, bad={"1042"}, raises=raises)
        async with partition(clock, side) as made:
            made.put(firm())
            made.put(*[noticed(name) for name in names(range(100))], topic=NOTIFICATIONS)
            await until(clock, lambda: len(made.results()) == 99, within=30)
            assert EffectId("read-1042") not in made.results()
            assert len(made.side.of("query")) <= 16
            side.bad.clear()
            await until(clock, lambda: len(made.results()) == 100)

    play(story)


def test_a_persons_read_does_not_wait_among_others() -> None:
    """It leaves alone, and at once."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            made.put(*[link(name, update(name)) for name in names(range(500))])
            await asyncio.sleep(10)
            asked = clock.monotonic()
            made.put(noticed("58"), topic=INTENTS)
            await until(clock, lambda: made.at_door("58") is not None)
            assert (made.at_door("58") or 0) - asked < 0.5

    play(story)


def test_a_row_keeps_its_place_when_it_is_edited_again() -> None:
    """Another edit of a client that waits replaces what is sent, and does not send it to the end of the queue."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            made.put(*[link(name, update(name)) for name in names(range(200))])
            made.put(link("mine", update("first")))
            made.put(*[link(name, update(name)) for name in names(range(200, 400))])
            await asyncio.sleep(5)
            made.put(link("mine", update("second")))
            await until(clock, lambda: len(made.results()) == 401)
            order = made.side.changes()
            assert "update-first" not in order
            assert 199 <= order.index("update-second") <= 201

    play(story)


def test_what_a_person_asks_of_a_row_that_waits_goes_first() -> None:
    """The row stands at the end of a long queue; the person does not."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            made.put(*[link(name, update(name)) for name in names(range(500))])
            made.put(link("mine", update("by-rule")))
            await asyncio.sleep(5)
            asked = clock.monotonic()
            made.put(link("mine", update("by-person", asked_by="person")), topic=INTENTS)
            await until(clock, lambda: made.at_door("update-by-person") is not None)
            assert (made.at_door("update-by-person") or 0) - asked < 1
            look_up = FindHolder(id=EffectId("find"), names=("Ann",))
            made.put(link("1499", update("1499"), look_up))
            asked = clock.monotonic()
            await until(clock, lambda: bool(made.side.of("holders")))
            assert clock.monotonic() - asked < 2

    play(story)


def test_a_company_that_is_away_is_asked_by_one_and_everyone_says_why_they_wait() -> None:
    """Each link tells people until when; nobody asks; and once it is back all of it is sent."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock, says=[AWAY] * 12)
        async with partition(clock, side) as made:
            made.put(firm())
            made.put(*[link(name, update(name)) for name in names(range(100))])
            await asyncio.sleep(30)
            assert len(side.asked) <= 12
            told = {effect for _, effect, result in made.told if result.kind == "deferred"}
            assert len(told) >= 95
            assert {each.why for each in made.deferred()} == {"unavailable"}
            await until(clock, lambda: len(made.results()) == 100, within=600)
            assert all(isinstance(each, CustomerSaved) for each in made.results().values())

    play(story)


def test_a_company_that_was_closed_by_a_429_stays_closed_after_a_take_over() -> None:
    """The new owner has only the rows: they say that it waits, why, and until when."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            made.put(firm("f-2", "92"))
            await made.lanes.leave([PARTITION])
            waiting = Waiting(until=clock.now().replace(second=50), why=Obstacle.THROTTLED)
            for row in (
                link("a", update("a"), waiting=waiting),
                link("b", update("b")),
                link("c", update("c"), of="f-2"),
            ):
                made.table.partition(PARTITION).table.put(row)
            lanes = Lanes(made.lanes._outside, 1e9, made.fatal.append)
            made.lanes = lanes
            lanes.adopt(PARTITION, made.table, ())
            await until(clock, lambda: len(made.results()) == 3)
            a, b, c = (made.at_door(f"update-{name}") for name in "abc")
            assert a is not None
            assert b is not None
            assert c is not None
            assert c < 1
            assert 50 <= min(a, b) < 52

    play(story)


def test_after_a_take_over_only_the_side_that_throttled_stays_closed() -> None:
    """The row that waits for Canopy closes Canopy for its firm, and QuickBooks for nobody."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            await made.lanes.leave([PARTITION])
            waiting = Waiting(until=clock.now().replace(second=50), why=Obstacle.THROTTLED)
            rows = (
                link("a", update_client("a"), waiting=waiting),
                link("b", update_client("b")),
                link("c", update("c")),
            )
            for row in rows:
                made.table.partition(PARTITION).table.put(row)
            made.lanes = Lanes(made.lanes._outside, 1e9, made.fatal.append)
            made.lanes.adopt(PARTITION, made.table, ())
            await until(clock, lambda: len(made.results()) == 3)
            a, b, c = (made.at_door(name) for name in ("client-a", "client-b", "update-c"))
            assert a is not None
            assert b is not None
            assert c is not None
            assert c < 1
            assert 50 <= min(a, b) < 52

    play(story)


def test_lanes_end_with_their_partition_wherever_they_wait() -> None:
    """In a queue, among reads, at a closed door or at work: nothing is left that runs."""

    async def story(clock: VirtualClock) -> None:
        before = len(asyncio.all_tasks())
        async with partition(clock, Side(clock, hangs={"91": 30.0})) as made:
            made.put(firm())
            made.put(*[link(name, update(name)) for name in names(range(200))], topic=EVENTS)
            made.put(*[noticed(name) for name in names(range(200, 500))], topic=NOTIFICATIONS)
            made.put(CustomerRow(firm_id=firm().firm_id, customer_id=CustomerId("none")))
            await asyncio.sleep(3)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == before

    play(story)
