"""What a process does side by side: it ends with the first of it, and leaves nothing running."""

import asyncio
from collections.abc import Coroutine
from typing import Any

TOLD_AGAIN_SECONDS = 5.0


async def until_one_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Run them side by side; an error of one is this one's, and none outlives it.

    `asyncio.gather` ends as soon as the first of them is cancelled: the database was closed while the projector was
    still letting go of it, and neither came to an end.
    """
    tasks = [asyncio.create_task(each) for each in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    finally:
        await _end(tasks)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel them until they have ended: aiokafka overhears it while it lets go of a connection, and the task goes on for ever."""
    going = set(tasks)
    while going:
        for each in going:
            each.cancel()
        _, going = await asyncio.wait(going, timeout=TOLD_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
