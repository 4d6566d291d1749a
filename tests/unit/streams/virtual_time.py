"""An event loop whose time jumps to whatever is due next: ten minutes of waiting take no time, and a run is the same each time."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class _NothingToSelect(selectors.BaseSelector):
    """Takes the place of the sockets: waiting for them moves the time on."""

    def __init__(self) -> None:
        self.loop: VirtualLoop
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Keep what the loop registers for itself."""
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget it."""
        return self._keys.pop(fileobj)

    def get_map(self) -> Any:
        """Give what is registered."""
        return self._keys

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let the time pass."""
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        self.loop.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time is `now`, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        selector = _NothingToSelect()
        super().__init__(selector)
        selector.loop = self

    def time(self) -> float:
        """Give the time."""
        return self.now


class VirtualClock:
    """The clock of lanes and limiters on such a loop. Chance comes from a seed."""

    def __init__(self, loop: VirtualLoop, seed: int = 1) -> None:
        self._loop = loop
        self.dice = Random(seed)  # noqa: S311  (repeatable, not secret)

    def now(self) -> datetime:
        """Give the wall time."""
        return START + timedelta(seconds=self._loop.now)

    def monotonic(self) -> float:
        """Give the seconds since the start."""
        return self._loop.now

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def jitter(self) -> float:
        """Give a number in [0, 1)."""
        return self.dice.random()

    def stall(self, seconds: float) -> None:
        """Let the whole process stand still: what is due meanwhile is overdue afterwards, all of it."""
        self._loop.now += seconds


def play(story: Callable[[VirtualClock], Awaitable[None]], seed: int = 1) -> None:
    """Run a story from beginning to end."""
    loop = VirtualLoop()
    try:
        loop.run_until_complete(_whole(story, VirtualClock(loop, seed)))
    finally:
        loop.close()


async def _whole(story: Callable[[VirtualClock], Awaitable[None]], clock: VirtualClock) -> None:
    try:
        await story(clock)
    finally:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
