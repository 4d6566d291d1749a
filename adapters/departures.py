"""When a request may leave: somebody else's business, who is asked right before each one."""

from collections.abc import Awaitable, Callable

from domain.ports import TryLater

BeforeEach = Callable[[], Awaitable[TryLater | None]]
"""Waits until one more request may leave. What it answers instead of None is the request's answer: it is not sent."""


async def at_once() -> TryLater | None:
    """Let every request leave when it is made."""
    return None
