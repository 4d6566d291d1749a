"""An outside that answers as a test tells it, for what no stand-in would say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Outside:
    """Answers every request by `answer`, and keeps what it was asked."""

    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    url: str = ""
    asked: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Write the request down, then answer."""
        self.bodies.append(await request.read())
        self.asked.append(request)
        return await self.answer(request)

    def says(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        """Give this answer to every request from now on."""

        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=status, text=text, headers=headers)

        self.answer = answer

    def hangs_up(self) -> None:
        """Cut the connection of every request from now on."""

        async def answer(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self.answer = answer
