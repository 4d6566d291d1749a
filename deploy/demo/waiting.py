"""Waits for what must come true, and no longer than a person would."""

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_SECONDS = 10.0
LOOK_SECONDS = 0.05


async def until(true: Callable[[], Awaitable[bool]], seconds: float = WITHIN_SECONDS) -> bool:
    """Look again and again; False: it did not come true in time."""
    end = asyncio.get_running_loop().time() + seconds
    while not await true():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True
