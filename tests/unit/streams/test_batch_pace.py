"""How fast the rows of a batch go, each with the read that its own webhook costs, and who goes before them; on virtual time."""

import asyncio
from dataclasses import replace
from itertools import count

from domain.ids import EffectId
from domain.rate import AFTER_TAKE_OVER, QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER_AS_ONE
from streams.worker.attempts import MOST_TOGETHER
from tests.unit.streams.firm_on_virtual_time import (
    INTENTS,
    NOTIFICATIONS,
    Partition,
    Side,
    firm,
    link,
    names,
    noticed,
    partition,
    until,
    update,
)
from tests.unit.streams.virtual_time import VirtualClock, play

ROWS = names(range(400))
GAP = 1 / QUICKBOOKS_RATE.per_second
SLOW_START_SECONDS = AFTER_TAKE_OVER.step_seconds * (1 - AFTER_TAKE_OVER.per_second * GAP)
"""So much later all is done, since the limiter is new."""
LAST_ANSWER_SECONDS = 0.5
ONE_BATCH = replace(QUICKBOOKS_RATE, together=QUICKBOOKS_TOGETHER_AS_ONE)


def ask_for(made: Partition, rows: list[str]) -> None:
    """Let the rows of a batch be decided, each of which overwrites one customer."""
    made.put(firm())
    for name in rows:
        made.put(link(name, update(name, asked_by="person", for_match=True)), topic=INTENTS, batch="b-1")


async def tell_of_them(made: Partition) -> None:
    """Let QuickBooks tell of each write by a webhook, as it does a moment later."""
    told = set[EffectId]()
    while True:
        await asyncio.sleep(0.3)
        for effect in sorted(each for each in set(made.results()) - told if each.startswith("update-")):
            told.add(effect)
            made.put(noticed(effect.removeprefix("update-")), topic=NOTIFICATIONS)


def written(made: Partition) -> int:
    """Count the rows that QuickBooks has."""
    return sum(each.startswith("update-") for each in made.results())


def test_rows_of_a_batch_take_nearly_all_that_the_door_lets_through() -> None:
    """Of 80 requests one is a read, for all of whom a webhook told; so the optimum is 79 eightieths of eight a second."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            ask_for(made, ROWS)
            webhooks = asyncio.create_task(tell_of_them(made))
            await until(clock, lambda: written(made) == len(ROWS))
            took, reads = clock.monotonic(), len(made.side.of("query") + made.side.of("read"))
            optimum = QUICKBOOKS_RATE.per_second - 1 / QUICKBOOKS_RATE.reads_apart
            assert reads <= took / QUICKBOOKS_RATE.reads_apart + 3, (
                "one more as it begins, and two as it ends: no row waits then"
            )
            assert took - SLOW_START_SECONDS - LAST_ANSWER_SECONDS <= len(ROWS) / optimum / 0.98
            assert len(made.side.asked) == len(ROWS) + reads, "nothing else is asked for"
            await until(clock, lambda: len(made.results()) == 2 * len(ROWS), 5)
            assert made.side.throttle("91").refused == 0
            webhooks.cancel()

    play(story)


def test_a_person_passes_all_rows_of_a_batch() -> None:
    """Who presses a button meanwhile waits for two others at most, not for all rows that were asked for before."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            ask_for(made, ROWS)
            for number in range(10):
                await asyncio.sleep(3 + clock.jitter())
                pressed, name = clock.monotonic(), f"pressed-{number}"
                made.put(link(name, update(name, asked_by="person")), topic=INTENTS)
                await until(clock, lambda name=name: made.at_door(f"update-{name}") is not None)
                assert (made.at_door(f"update-{name}") or 0) - pressed <= 4 * GAP + 1e-6
            assert written(made) < len(ROWS)

    play(story)


def test_rows_share_requests_where_a_request_of_many_counts_as_one() -> None:
    """Thirty leave together, and more than twice as many a second."""

    async def story(clock: VirtualClock) -> None:
        side = Side(clock, each_counts=False)
        async with partition(clock, side, rate=ONE_BATCH) as made:
            ask_for(made, ROWS)
            webhooks = asyncio.create_task(tell_of_them(made))
            await until(clock, lambda: written(made) == len(ROWS))
            assert sum(map(len, side.of("together"))) > 0.9 * len(ROWS)
            assert clock.monotonic() < len(ROWS) / (2 * QUICKBOOKS_RATE.per_second)
            assert side.throttle("91").refused == 0
            webhooks.cancel()

    play(story)


def test_a_read_waits_for_more_only_while_a_batch_is_carried_out() -> None:
    """Where none is, a customer that is noticed is read at once, and so is the next one."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for number in range(20):
                await asyncio.sleep(0.5)
                asked, name = clock.monotonic(), f"noticed-{number}"
                made.put(noticed(name), topic=NOTIFICATIONS)
                await until(clock, lambda name=name: name in made.side.of("read"))
                assert clock.monotonic() - asked < 3 * GAP

    play(story)


def test_a_read_that_is_full_waits_for_no_more() -> None:
    """A hundred fit into one request: those behind them go with the next, while the batch goes on."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            ask_for(made, ROWS)
            numbers = count()
            await asyncio.sleep(5)
            for _ in range(3 * MOST_TOGETHER):
                made.put(noticed(f"noticed-{next(numbers)}"), topic=NOTIFICATIONS)
            await asyncio.sleep(12 * GAP)
            assert [len(each) for each in made.side.of("query")][:2] == [MOST_TOGETHER, MOST_TOGETHER]

    play(story)
