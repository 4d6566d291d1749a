"""Ten thousand clients of one firm are pushed at Intuit's throttle: the real lanes, with twenty minutes played in seconds."""

import asyncio

from domain.rate import QUICKBOOKS_RATE
from tests.unit.streams.firm_on_virtual_time import (
    INTENTS,
    OUTCOMES,
    firm,
    link,
    names,
    partition,
    until,
    update,
)
from tests.unit.streams.virtual_time import VirtualClock, play

CLIENTS = 10_000
PERSONS_EVERY_SECONDS = 20
PARTS_OF_A_HUNDRED = 98


def test_ten_thousand_go_as_fast_as_the_throttle_allows_and_people_first() -> None:
    """Not one 429, 98 % of what may leave beside what is left free, and each of a person's acts at the door within two seconds."""

    async def story(clock: VirtualClock) -> None:
        async with partition(clock) as made:
            made.put(firm())
            for name in names(range(CLIENTS)):
                made.put(link(name, update(name)), topic=OUTCOMES, cause_id="e-step_due")
            waits: list[float] = []
            while len(made.results()) < CLIENTS:
                await asyncio.sleep(PERSONS_EVERY_SECONDS * clock.jitter())
                name = f"p-{len(waits)}"
                made.put(link(name, update(name, asked_by="person", for_match=True)), topic=INTENTS)
                asked, effect = clock.monotonic(), f"update-{name}"
                await until(clock, lambda effect=effect: made.at_door(effect) is not None)
                waits.append((made.at_door(effect) or 0) - asked)
            throttle = made.side.throttle("91")
            assert throttle.refused == 0
            assert max(waits) < 2, waits
            allowed = clock.monotonic() * QUICKBOOKS_RATE.per_second
            assert 100 * len(throttle.counted) >= PARTS_OF_A_HUNDRED * allowed, (
                len(throttle.counted),
                allowed,
            )

    play(story)
