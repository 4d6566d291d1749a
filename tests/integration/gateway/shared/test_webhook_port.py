"""Webhooks on a port of their own: the world comes in there, and finds nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import orjson
import pytest
import pytest_asyncio

from adapters.web.app import create_app
from adapters.web.console import add_console
from adapters.web.webhooks.signature import signature_of
from deploy import gateway as wiring
from deploy.kafka.ports import free_port
from deploy.settings import Settings
from streams.wire.topics import NOTIFICATIONS
from tests.integration.gateway.conftest import PARTITIONS, VERIFIER, gateway_on
from tests.integration.gateway.firm import CONNECTED
from tests.integration.gateway.log_writer import LogWriter
from tests.integration.gateway.topic_reader import reading

WEBHOOK = "/webhooks/quickbooks"
BODY = orjson.dumps(
    [
        {
            "specversion": "1.0",
            "id": "e-1",
            "type": "qbo.customer.updated.v1",
            "time": "2026-09-01T10:00:00Z",
            "intuitentityid": "58",
            "intuitaccountid": "91",
        }
    ]
)
SIGNED = {"intuit-signature": signature_of(BODY, VERIFIER)}


@dataclass(frozen=True)
class Doors:
    """Both ports of a gateway."""

    settings: Settings
    console: aiohttp.ClientSession
    webhooks: aiohttp.ClientSession


@asynccontextmanager
async def gateway_of_two_ports(settings: Settings, prefix: str) -> AsyncIterator[Doors]:
    """Run a gateway that takes webhooks on another port, at another address of this machine."""
    apart = settings.model_copy(
        update={"http_port": free_port(), "webhook_port": free_port(), "webhook_host": "127.0.0.2"}
    )
    async with (
        gateway_on(apart, prefix) as console,
        aiohttp.ClientSession(apart.webhook_url) as webhooks,
    ):
        yield Doors(apart, console, webhooks)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def doors(settings: Settings, prefix: str) -> AsyncIterator[Doors]:
    """A gateway of two ports, whose firm f-1 is connected to company 91."""
    async with (
        LogWriter(settings.bootstrap, prefix, PARTITIONS) as log,
        gateway_of_two_ports(settings, prefix) as doors,
    ):
        await log.decide(CONNECTED)
        yield doors


@pytest_asyncio.fixture(loop_scope="module")
async def narrow_doors(
    settings: Settings, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Doors]:
    """A gateway with three places for each of its two ports."""
    monkeypatch.setattr(wiring, "MOST_CONNECTIONS", 3)
    async with gateway_of_two_ports(settings, prefix) as doors:
        yield doors


async def status(http: aiohttp.ClientSession, method: str, path: str) -> int:
    """Ask as an operator; gives the status."""
    sent = {"Authorization": "Bearer dev-operator", "Origin": str(http._base_url)}
    async with http.request(method, path, headers=sent, allow_redirects=False) as answer:
        return answer.status


async def test_a_signed_webhook_is_taken_in_there(doors: Doors, prefix: str) -> None:
    """It is in Kafka before it is answered, and one that nobody has signed is refused."""
    async with doors.webhooks.post(WEBHOOK, data=BODY, headers=SIGNED) as answer:
        assert answer.status == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with doors.webhooks.post(WEBHOOK, data=BODY) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (403, "bad_signature")

    async with reading(doors.settings.bootstrap, prefix + NOTIFICATIONS, PARTITIONS) as topic:
        assert orjson.loads((await topic.next()).value)["id"] == "e-1"


async def test_the_consoles_port_takes_none(doors: Doors) -> None:
    """Signed or not: there is nothing at this address."""
    async with doors.console.post(WEBHOOK, data=BODY, headers=SIGNED) as answer:
        assert answer.status == 404


async def test_nothing_else_answers_there(doors: Doors) -> None:
    """Every route of the console's port is asked, found in its router; only `/healthz` is on both."""
    app = create_app(None)  # type: ignore[arg-type]
    add_console(app)
    found = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    answered = {
        (method, path)
        for method, path in (found | {("GET", "/metrics"), ("GET", "/static/console.css")})
        - {("POST", WEBHOOK)}
        if await status(doors.webhooks, method, path.replace("{", "").replace("}", "")) != 404
    }

    assert len(found) > 30
    assert answered == {("GET", "/healthz")}
    assert await status(doors.console, "GET", "/healthz") == 200


async def test_who_takes_all_places_there_keeps_nobody_out_of_the_console(narrow_doors: Doors) -> None:
    """Each of the two has its own, and refuses who is too many."""
    peers = [await asyncio.open_connection("127.0.0.2", narrow_doors.settings.webhook_port) for _ in range(4)]
    try:
        async with asyncio.timeout(10):
            refused = await peers[-1][0].readline()
        assert refused.startswith(b"HTTP/1.1 503 ")
        async with aiohttp.ClientSession(narrow_doors.settings.http_url) as somebody_new:
            assert await status(somebody_new, "GET", "/healthz") == 200
    finally:
        for _, writer in peers:
            writer.close()
