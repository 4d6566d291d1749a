"""An endpoint for webhooks, which keeps what it got and answers as the test tells it to."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass
class Delivery:
    """One POST."""

    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        """What it says."""
        return orjson.loads(self.raw)


@dataclass
class Listener:
    """Answers the statuses it was given, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    refused: list[Delivery] = field(default_factory=list)

    def app(self) -> web.Application:
        """Make the endpoint."""
        app = web.Application()
        app.router.add_post("/webhooks", self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        delivery = Delivery(
            await request.read(), {name.lower(): value for name, value in request.headers.items()}
        )
        status = self.statuses.pop(0) if self.statuses else 200
        (self.deliveries if status == 200 else self.refused).append(delivery)
        return web.Response(status=status)

    def events(self) -> list[dict[str, Any]]:
        """All CloudEvents that were acknowledged."""
        return [event for delivery in self.deliveries for event in delivery.body]
