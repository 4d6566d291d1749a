"""Speak HTTP with a stand-in that runs in this process, on a port of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from deploy.sandbox.quickbooks.oauth.apps import App
from tests.patience import PATIENCE_SECONDS

REALM = "9130000000000001"
CUSTOMER = f"/v3/company/{REALM}/customer"
PEOPLE = f"/_control/realms/{REALM}"
FIRM = "f-9"
CLIENTS = f"/v1/firms/{FIRM}/clients"
TOKEN = "test-token"
VERIFIER = "test-verifier"
REDIRECT_URI = "https://sync.example.com/quickbooks/callback"
APP = App(client_id="test-app", client_secret="test-app-secret", redirect_uris=(REDIRECT_URI,))


@dataclass
class Reply:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """The code of Intuit's fault."""
        code: str = self.body["Fault"]["Error"][0]["code"]
        return code


@dataclass
class Caller:
    """A client of one stand-in."""

    session: aiohttp.ClientSession
    url: str
    """Without a slash at its end."""

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        """Make one request."""
        sent = {"data": body} if isinstance(body, str | bytes) else {"json": body}
        async with self.session.request(
            method, path, **(sent if body is not None else {}), **more
        ) as response:
            text = await response.text()
            is_json = "json" in response.headers.get("Content-Type", "")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(
                response.status, await response.json(content_type=None) if is_json else text, headers
            )

    async def get(self, path: str, **more: Any) -> Any:
        """Read what must be there."""
        reply = await self.call("GET", path, **more)
        assert reply.status == 200, reply
        return reply.body

    async def post(self, path: str, body: Any, **more: Any) -> Any:
        """Do what must succeed."""
        reply = await self.call("POST", path, body, **more)
        assert reply.status in {200, 201}, reply
        return reply.body

    async def customer(self, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """Create or update a customer of the test's realm."""
        customer: dict[str, Any] = (await self.post(CUSTOMER, body, params=query))["Customer"]
        return customer

    async def query(self, statement: str) -> list[str]:
        """Ask for customers; returns their display names."""
        found = await self.get(f"/v3/company/{REALM}/query", params={"query": statement})
        return [each["DisplayName"] for each in found["QueryResponse"].get("Customer", [])]


class Stage:
    """Starts applications and closes them."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()

    async def start(self, app: web.Application) -> tuple[Caller, Callable[[], Awaitable[None]]]:
        """Run an application; returns a caller for it, and what ends it."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        url = f"http://{host}:{port}"
        session = aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {TOKEN}"})
        self._open.push_async_callback(session.close)
        return Caller(session, url), runner.cleanup

    async def close(self) -> None:
        """End what still runs."""
        await self._open.aclose()


async def until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never became true"
        await asyncio.sleep(0.005)
