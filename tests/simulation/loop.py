"""The event loop of one worker process, which the agenda drives: it runs whenever something is handed to it, until all wait.

A process can stand still: what is handed to it meanwhile waits, and is all overdue as it wakes. It can be killed: what it
had in memory is gone, and nothing of it reaches the world any more.
"""

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any, cast

from structlog.contextvars import get_contextvars

from tests.simulation.agenda import Agenda, Due

SOON_SECONDS = 1.0
"""What is due sooner is under way, whoever waits for it."""


class _Handle:
    """Something that the loop is to call. `due`: its place on the agenda, if it has its time to come."""

    __slots__ = ("args", "callback", "context", "due")

    def __init__(self, callback: Callable[..., Any], args: tuple[Any, ...], context: Context | None) -> None:
        self.callback: Callable[..., Any] | None = callback
        self.args = args
        self.context = context if context is not None else copy_context()
        self.due: Due | None = None

    def cancel(self) -> None:
        self.callback = None
        if self.due is not None:
            self.due.cancel()


class Loop:
    """As much of an event loop as tasks, futures, locks and timeouts need."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._itself = cast("asyncio.AbstractEventLoop", self)
        self._ready: deque[_Handle] = deque()
        self._deferred: deque[Callable[[], None]] = deque()
        self._tasks: dict[asyncio.Task[Any], Context] = {}
        self._running = False
        self.dead = False
        self.paused = False
        self._wrong: AssertionError | None = None

    # ---- what the world does to it

    def hand(self, do: Callable[[], None]) -> None:
        """Let the process do something now, or once it is awake; if it is dead, never."""
        if self.dead:
            return
        if self.paused or self._running:
            self._deferred.append(do)
        else:
            self._run(do)

    def after(
        self, seconds: float, do: Callable[[], None], *, idle: bool = False, counts: bool = True
    ) -> Due:
        """Hand it something later."""
        return self._agenda.after(seconds, partial(self.hand, do), idle=idle, counts=counts)

    def pause(self) -> None:
        """Stand still from here on, in the middle of whatever it does."""
        self.paused = True

    def wake(self) -> None:
        """Go on."""
        self.paused = False
        self._run(None)

    def kill(self) -> None:
        """End at once. Its coroutines are closed now, since what they do as they are thrown away must reach nobody."""
        self.dead = True
        before = events._get_running_loop()
        events._set_running_loop(self._itself)
        try:
            while self._tasks:
                task, context = self._tasks.popitem()
                context.run(task.get_coro().close)
        finally:
            events._set_running_loop(before)
        self._ready.clear()
        self._deferred.clear()

    def fail(self, wrong: AssertionError) -> None:
        """End the run at the end of this turn: raised here, the worker might take it for a mishap and go on."""
        self._wrong = self._wrong or wrong

    def _run(self, first: Callable[[], None] | None) -> None:
        before = events._get_running_loop()
        events._set_running_loop(self._itself)
        self._running = True
        ready, deferred = self._ready, self._deferred
        try:
            self._drain()
            if first is not None:
                first()
            while (ready or deferred) and not self.paused and self._wrong is None:
                self._drain()
                if deferred and not self.paused:
                    deferred.popleft()()
        finally:
            self._running = False
            events._set_running_loop(before)
        if self._wrong is not None:
            raise self._wrong

    def _drain(self) -> None:
        ready = self._ready
        while ready and not self.paused:
            handle = ready.popleft()
            if handle.callback is not None:
                handle.context.run(handle.callback, *handle.args)

    # ---- what asyncio asks of it

    def time(self) -> float:
        """Give the time, in seconds."""
        return self._agenda.now

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> _Handle:
        """Call something in this run."""
        handle = _Handle(callback, args, context)
        if not self.dead:
            self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> _Handle:
        """Call something in so many seconds."""
        return self.call_at(self._agenda.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> _Handle:
        """Call something at a time. What a firm's lane waits for is its sweeps, which come again and again."""
        handle = _Handle(callback, args, context)
        if not self.dead:
            idle = when > self._agenda.now + SOON_SECONDS and _is_about_a_firm()
            handle.due = self._agenda.at(when, partial(self.hand, partial(self._fire, handle)), idle=idle)
        return handle

    def _fire(self, handle: _Handle) -> None:
        if handle.callback is not None:
            self._ready.append(handle)

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future."""
        return asyncio.Future(loop=self._itself)

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        """Make a task. One that is thrown away with its process is no mishap."""
        if self.dead:
            coro.close()
            coro = _nothing()
        context = context if context is not None else copy_context()
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self._itself, name=name, context=context)
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        self._tasks[task] = context
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)

    def get_debug(self) -> bool:
        """It is no loop to look for mistakes in."""
        return False

    def is_running(self) -> bool:
        """Say whether it runs just now."""
        return self._running

    def is_closed(self) -> bool:
        """Say whether it has ended."""
        return self.dead

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Take what went wrong where nobody looked for a broken rule."""
        if not self.dead:
            self.fail(AssertionError(f"{context.get('message')}: {context.get('exception')!r}"))


async def _nothing() -> None:
    """What a dead process begins."""


def _is_about_a_firm() -> bool:
    return str(get_contextvars().get("key", "")).startswith("firm/")
