"""A gateway is told to end while Intuit is about to answer it: what Intuit gives is saved first."""

import asyncio
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy import update

from adapters.store.database import Database
from adapters.store.database_clock import database_now
from adapters.store.kept_tables import quickbooks_tokens
from adapters.vault.vault import Vault
from deploy.sandbox.quickbooks.oauth.routes import TOKEN
from deploy.settings import Settings
from tests.integration.gateway.conftest import running_gateway
from tests.integration.store.intuit import KEYS, OLD, OUR_APP, REALM, intuit_at_work
from tests.patience import PATIENCE_SECONDS


class SlowIntuit:
    """Holds its answers from `holds` on, until they may go."""

    def __init__(self) -> None:
        self.holds = False
        self.asked, self.may_go = asyncio.Event(), asyncio.Event()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """See each answer last."""
        answer = await handler(request)
        if self.holds and request.path == TOKEN:
            self.asked.set()
            await self.may_go.wait()
        return answer

    async def go_on_without(self, port: int) -> None:
        """Let them go once nobody listens at a port any more."""
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                break
            writer.close()
            await asyncio.sleep(0.01)
        self.may_go.set()


async def test_a_gateway_that_ends_saves_what_intuit_gives(settings: Settings, prefix: str) -> None:
    """The keeper uses a refresh token that nobody has used for a week; the one before is worth nothing from then on."""
    slow = SlowIntuit()
    store = Database(settings.database)
    async with intuit_at_work(slow.middleware) as intuit:
        vault = Vault(store, KEYS)
        await intuit.granted(vault)
        await intuit.control("oauth/rules", {"rotates_after_seconds": 0, "previous_lives_seconds": 0})
        async with store.write() as connection:
            old = await database_now(connection) - timedelta(days=8)
            await connection.execute(update(quickbooks_tokens).values(refreshed_at=old))
        slow.holds = True
        app = {"qbo_client_id": OUR_APP.client_id, "qbo_client_secret": OUR_APP.client_secret}
        given = {"qbo_discovery_url": intuit.discovery, "vault_keys": OLD, **app}
        async with running_gateway(settings.model_copy(update=given), prefix):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await slow.asked.wait()
            ends = asyncio.create_task(slow.go_on_without(settings.http_port))
        await ends
        slow.holds = False

        kept = await vault.read(REALM)
        assert kept is not None
        assert kept.version == 2
        assert await intuit.tokens(store).refresh_now(REALM)
    await store.close()
