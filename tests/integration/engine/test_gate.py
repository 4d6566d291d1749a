"""Nothing starts while a decision is being made, and who waited does not miss the moment after it."""

import asyncio
from functools import partial

from streams.worker.gate import Gate


async def test_who_waits_starts_in_the_same_breath_in_which_the_gate_opens() -> None:
    """Closed again at once by the next decision, it has still let through who waited, in order."""
    gate = Gate()
    started: list[str] = []
    gate.close()
    lanes = [asyncio.create_task(gate.run(partial(started.append, name))) for name in "abc"]
    await asyncio.sleep(0)
    assert started == []

    gate.open()
    gate.close()

    assert started == ["a", "b", "c"]
    await asyncio.gather(*lanes)


async def test_an_open_gate_keeps_nobody() -> None:
    """It starts before `run` is left for the first time."""
    gate = Gate()
    gate.close()
    gate.open()

    assert await gate.run(lambda: "started") == "started"


async def test_a_lane_that_was_cancelled_at_the_gate_never_starts() -> None:
    """Its partition went to somebody else while it waited."""
    gate = Gate()
    started: list[str] = []
    gate.close()
    lane = asyncio.create_task(gate.run(lambda: started.append("started")))
    await asyncio.sleep(0)

    lane.cancel()
    await asyncio.gather(lane, return_exceptions=True)
    gate.open()

    assert started == []
