"""Goes on with a delivery whose sender has stopped waiting, so that its next try finds the work done.

Intuit waits 3 s and sends all of it again. Were each try begun anew, one that takes longer would never be taken in,
and everything behind it would wait for good.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

MOST_KEPT = 64
"""Deliveries that are under way, or done and not asked about again; beyond these the oldest is forgotten."""


class Deliveries:
    """By their signatures: the same signature is the same body."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def take_in(
        self, signature: str, work: Callable[[], Coroutine[Any, Any, None]], within_seconds: float
    ) -> None:
        """Do the work, or wait for the work on the same delivery; whatever that raises is raised here.

        Raises:
            TimeoutError: it takes longer, and goes on.
        """
        task = self._tasks.get(signature) or self._begin(signature, work)
        async with asyncio.timeout(within_seconds):
            # Who waits may be cut off; the work not.
            await asyncio.shield(task)
        self._forget(signature, task)

    async def end_all(self, _: web.Application) -> None:
        """Stop what is under way: nobody was told that it is done."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, signature: str, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        while len(self._tasks) >= MOST_KEPT:
            # Its work goes on; a try that comes after this does it once more.
            del self._tasks[next(iter(self._tasks))]
        task = self._tasks[signature] = asyncio.create_task(work())
        task.add_done_callback(lambda ended: self._failed(signature, ended))
        return task

    def _failed(self, signature: str, ended: asyncio.Task[None]) -> None:
        """Let the next try begin anew. Asked for here, the error counts as seen, also where nobody waits any more."""
        if ended.cancelled() or ended.exception() is not None:
            self._forget(signature, ended)

    def _forget(self, signature: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(signature) is task:
            del self._tasks[signature]


DELIVERIES = web.AppKey("deliveries", Deliveries)
