"""Reads bodies of those who may be anybody: so much at most, within so long, and all of them together within bounds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.web.problems import UNREADABLE, Problem, too_large

LARGEST_BODY = 1024 * 1024
"""Bytes of what people send. An intent, a record of Kafka, has no more."""

LARGEST_FORM = 64 * 1024
"""Bytes of what is read without knowing who sent it, a sign-in for one."""

WITHIN_SECONDS = 30.0
"""A body that takes longer does not come any more. The head of a request has as long (`server.py`)."""

MOST_HELD_BYTES = 64 * 1024 * 1024
"""Of all bodies that are being read, as far as each is larger than a small one."""

SMALL_BYTES = 64 * 1024
"""So much of each body does not count: who fills the room with large ones keeps no small one out."""


class BodyRoom:
    """How much is held of bodies that are still being read."""

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


ROOM = web.AppKey("room", BodyRoom)


async def read_body(
    request: web.Request, most: int = LARGEST_BODY, within_seconds: float | None = None
) -> bytes:
    """Read a body; `within_seconds`: where that is less than every body has.

    Raises:
        Problem: 413 it has more than `most` bytes, 408 it did not come in time, 503 there is no room for it.
    """
    if (request.content_length or 0) > most:
        raise too_large()
    body = bytearray()
    try:
        with request.app[ROOM].share() as share:
            async with asyncio.timeout(within_seconds):
                async for chunk in request.content.iter_any():
                    share.grow(len(chunk))
                    body += chunk
                    if len(body) > most:
                        raise too_large()
    except TimeoutError:
        raise _too_slow() from None
    return bytes(body)


@web.middleware
async def bodies_in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a body that is encoded, and give up one that does not come: whatever the route, and whether it reads it."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        # What was signed, and how much it is, is said of the bytes that came.
        raise Problem(
            415,
            "content_encoding_not_taken",
            UNREADABLE,
            advice="Send the body as it is, without a Content-Encoding.",
            headers={"Accept-Encoding": "identity"},
        )
    handled = False
    try:
        async with asyncio.timeout(WITHIN_SECONDS) as limit:

            def all_here() -> None:
                # The rest of a body that nobody read comes after the answer.
                if not handled:
                    limit.reschedule(None)

            request.content.on_eof(all_here)
            try:
                return await handler(request)
            finally:
                handled = True
    except TimeoutError:
        if not limit.expired():
            raise
        if request.writer.output_size and request.transport is not None:
            request.transport.abort()  # an answer is on its way already, and can't become another
        raise _too_slow() from None


def _too_slow() -> Problem:
    return Problem(
        408,
        "too_slow",
        "What was sent did not come in time. Check your connection and try again.",
        advice="The body did not come in time.",
    )
