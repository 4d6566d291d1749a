"""The HTTP server: aiohttp's, with bounds on what strangers can hold, and without its own words to them.

By itself it waits for an hour for a head, takes every connection, and quotes what it can't read.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Hashable
from typing import Any

import structlog
from aiohttp import web

from adapters.web.headers import HEADERS, KEPT_BY_NOBODY
from adapters.web.meters import CONNECTIONS_REFUSED
from adapters.web.problems import INTERNAL, Problem

HEAD_WITHIN_SECONDS = 30.0
"""From when a connection is open, or the last answer is sent, to the end of the next request's head."""

LINGER_SECONDS = 10.0
"""For so long the rest of a body is taken and thrown away, so that who still sends it hears the answer."""

TAKEN_WITHIN_SECONDS = 60.0
"""Who takes nothing of an answer for so long is cut off."""

MOST_CONNECTIONS = 4000
MOST_OF_A_PEER = 2000
"""A proxy is one peer. So no other peer keeps everybody else out."""

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n"
    b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nServer: client-sync\r\n\r\n"
)

log = structlog.get_logger(__name__)


class Places:
    """The connections that are open, in all and of each peer."""

    def __init__(self, most: int = MOST_CONNECTIONS, most_of_a_peer: int = MOST_OF_A_PEER) -> None:
        self._most = most
        self._most_of_a_peer = most_of_a_peer
        self._taken: Tally[Hashable] = Tally()

    def take(self, peer: Hashable) -> str | None:
        """Take a place; if there is none, say of what there are too many."""
        if self._taken.total() >= self._most:
            return "in_all"
        if self._taken[peer] >= self._most_of_a_peer:
            return "of_a_peer"
        self._taken[peer] += 1
        return None

    def leave(self, peer: Hashable) -> None:
        """Give a place back."""
        self._taken[peer] -= 1
        if not self._taken[peer]:
            del self._taken[peer]


class Connection(web.RequestHandler):
    """One connection of a client."""

    __slots__ = ("_peer", "_place", "_places", "_untaken")

    def __init__(self, manager: web.Server, places: Places, **kwargs: Any) -> None:
        super().__init__(manager, **kwargs)
        self._places = places
        self._peer: Hashable = None
        self._place = False
        self._untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, if there is a place."""
        name = transport.get_extra_info("peername")
        self._peer = name[0] if name else None
        refused = self._places.take(self._peer)
        if refused is None:
            self._place = True
            super().connection_made(transport)
            return
        CONNECTIONS_REFUSED.labels(refused).inc()
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_FULL)
        transport.close()
        self.force_close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give back what it held."""
        if self._place:
            self._place = False
            self._places.leave(self._peer)
        self._stop_waiting()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the client to take what is written, but not for good."""
        super().pause_writing()
        if self.transport is not None:
            loop = asyncio.get_running_loop()
            self._untaken = loop.call_later(TAKEN_WITHIN_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It takes something."""
        self._stop_waiting()
        super().resume_writing()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = INTERNAL,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  (it quotes the request)
    ) -> web.StreamResponse:
        """Answer what never became a request of the application, in our words."""
        log.info("request_unreadable", status=status, error=type(exc).__name__ if exc else None)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer is on its way already")
        if status < INTERNAL:
            problem = Problem(status, "unreadable_request", "This is no request that can be read.")
        else:
            problem = Problem(status, "internal_error", "Something of ours is broken.")
        response = problem.response()
        response.headers.update(HEADERS | {"Cache-Control": KEPT_BY_NOBODY})
        response.force_close()
        return response

    def _stop_waiting(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None


class _Server(web.Server):
    """Makes a `Connection` of each connection."""

    def __init__(self, made: web.Server, places: Places) -> None:
        super().__init__(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
        )
        self._settings = made._kwargs  # noqa: SLF001  (there is no public way to say which class it uses)
        self._places = places

    def __call__(self) -> web.RequestHandler:
        return Connection(self, self._places, loop=asyncio.get_running_loop(), **self._settings)


class GatewayRunner(web.AppRunner):
    """Runs an application on such a server."""

    def __init__(self, app: web.Application, places: Places, shutdown_timeout: float) -> None:
        super().__init__(
            app,
            # No access log: addresses hold what people search for.
            access_log=None,
            shutdown_timeout=shutdown_timeout,
            # aiohttp closes a connection on which no whole head has come by then, the first one included.
            keepalive_timeout=HEAD_WITHIN_SECONDS,
            lingering_time=LINGER_SECONDS,
            # Signatures are over what came; and a few bytes can't become gigabytes.
            auto_decompress=False,
        )
        self._places = places

    async def _make_server(self) -> web.Server:
        return _Server(await super()._make_server(), self._places)
