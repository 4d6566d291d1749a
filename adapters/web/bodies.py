"""Reads bodies of those who may be anybody: so much at most, within so long, and all of them together within bounds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from adapters.web.problems import Problem

MOST_HELD_BYTES = 64 * 1024 * 1024
"""Of all bodies that are being read, as far as each is larger than a small one."""

SMALL_BYTES = 64 * 1024
"""So much of each body does not count: who fills the room with large ones keeps no small one out."""


class BodyRoom:
    """How much is held of bodies of which nobody knows yet who sent them."""

    def __init__(self, most: int = MOST_HELD_BYTES) -> None:
        self._most = most
        self.held = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """Begin to hold a body; what it held is free again at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self.held -= share.counted

    def take(self, size: int) -> None:
        """Hold so much more.

        Raises:
            Problem: there is no room.
        """
        if self.held + size > self._most:
            raise Problem(
                503,
                "too_many_bodies",
                "Too much is being sent here at once. Send it again in a moment.",
                headers={"Retry-After": "5"},
            )
        self.held += size


class Share:
    """What one body takes of the room."""

    def __init__(self, room: BodyRoom) -> None:
        self._room = room
        self._size = 0
        self.counted = 0

    def grow(self, size: int) -> None:
        """Hold so much more of this body; see `BodyRoom.take`."""
        self._size += size
        more = max(0, self._size - SMALL_BYTES) - self.counted
        self._room.take(more)
        self.counted += more


async def read_body(request: web.Request, share: Share, most: int, within_seconds: float) -> bytes:
    """Read a body.

    Raises:
        Problem: 413 it has more than `most` bytes, 408 it did not come in time, 503 there is no room for it.
    """
    too_large = Problem(413, "too_large", "The body is larger than what is taken here.")
    if (request.content_length or 0) > most:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(within_seconds):
            async for chunk in request.content.iter_any():
                share.grow(len(chunk))
                body += chunk
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise Problem(408, "too_slow", "The body did not come in time.") from None
    return bytes(body)


ROOM = web.AppKey("room", BodyRoom)
