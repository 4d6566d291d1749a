"""Asks Kafka about a consumer group, also where there has never been one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import (
    CoordinatorLoadInProgressError,
    GroupCoordinatorNotAvailableError,
    NotCoordinatorForGroupError,
)

Answer = TypeVar("Answer")

WITHIN_SECONDS = 20.0
LOOK_SECONDS = 0.1
_NOT_YET = (GroupCoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorForGroupError)


async def ask_about_group(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask until somebody answers: a broker makes its topic of groups when it is first asked for one.

    Raises:
        TimeoutError: nobody does.
    """
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            try:
                return await ask()
            except _NOT_YET:
                await asyncio.sleep(LOOK_SECONDS)
