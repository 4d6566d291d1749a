"""Keeps lanes from starting anything while a decision about their rows is being made and appended.

A decision may withdraw what has not started. So from its look at what has started until its append is
confirmed nothing starts; who waits is let through, in order, in the same breath in which the gate opens.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Gate:
    """One partition's gate."""

    def __init__(self) -> None:
        self._closed = False
        self._waiting: list[Callable[[], None]] = []

    def close(self) -> None:
        """Let nothing start from here on."""
        self._closed = True

    def open(self) -> None:
        """Let through who waits; each decides, by what the rows say now, whether it still wants to."""
        self._closed = False
        waiting, self._waiting = self._waiting, []
        for start in waiting:
            start()

    async def run(self, start: Callable[[], T]) -> T:
        """Run `start` while the gate is open, with no await between the gate and it."""
        if not self._closed:
            return start()
        answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def later() -> None:
            if not answered.done():
                answered.set_result(start())

        self._waiting.append(later)
        return await answered
