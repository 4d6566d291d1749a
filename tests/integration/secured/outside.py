"""The outside of a start in earnest: both stand-ins, an issuer and the gateway's own address, all by https."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from deploy.kafka.ports import free_port
from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.sandbox.issuer.app import issuer_app
from deploy.sandbox.issuer.issuer import Issuer
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.oauth.apps import App
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from tests.certificates import Authority
from tests.integration.store.tls_front import pumped
from tests.oidc_issuer import issuer_at

HOST = "127.0.0.1"
ELSEWHERE = "localhost"
"""The same machine by another name than the console's: for a browser another site."""
APP_ID, APP_SECRET = "an-app-at-intuit", "secret-of-the-app"
VERIFIER, CANOPY_TOKEN, OF_NOBODY = "verifier-of-webhooks", "token-at-canopy", "opens-nothing-here"


@dataclass(frozen=True, slots=True)
class HttpsOutside:
    """Where all of it is. `public`: where browsers reach the gateway; `http`: its own port behind that."""

    quickbooks: str
    canopy: str
    issuer: Issuer
    public: str
    http: int


@asynccontextmanager
async def https_outside(authority: Authority, bootstrap: str) -> AsyncIterator[HttpsOutside]:
    """Run it until the end of the block. `bootstrap`: a Kafka that Canopy's stand-in may write to."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("outside", ELSEWHERE))
    async with AsyncExitStack() as stack:
        http = free_port()
        public = await stack.enter_async_context(_before(http, context))
        app = App(
            client_id=APP_ID, client_secret=APP_SECRET, redirect_uris=(f"{public}/quickbooks/callback",)
        )
        quickbooks = QuickBooksSettings(
            access_token=OF_NOBODY,
            verifier=VERIFIER,
            app=app,
            webhook_url=f"http://{HOST}:{http}/webhooks/quickbooks",
            time_scale=0.01,
        )
        canopy = CanopySettings(token=CANOPY_TOKEN, bootstrap=bootstrap)
        issuer = issuer_at("", f"{public}/sign-in/callback")
        issuer.address = await stack.enter_async_context(_by_https(issuer_app(issuer), context))
        yield HttpsOutside(
            await stack.enter_async_context(_by_https(quickbooks_app(quickbooks), context)),
            await stack.enter_async_context(_by_https(canopy_app(canopy), context)),
            issuer,
            public,
            http,
        )


@asynccontextmanager
async def _by_https(app: web.Application, context: ssl.SSLContext) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0, ssl_context=context).start()
        yield f"https://{ELSEWHERE}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _before(port: int, context: ssl.SSLContext) -> AsyncIterator[str]:
    """End TLS, as a proxy before a gateway does."""

    async def front(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, asks = await asyncio.open_connection(HOST, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pumped(reader, asks), pumped(answers, writer))

    listening = await asyncio.start_server(front, HOST, 0, ssl=context)
    async with listening:
        yield f"https://{HOST}:{listening.sockets[0].getsockname()[1]}"


def settings_outside(outside: HttpsOutside, authority: Path, keys: str) -> dict[str, str]:
    """Give what a start needs to reach it. `keys`: of the vault."""
    ours = {
        "SANDBOX": "false",
        "HTTP_PORT": str(outside.http),
        "PUBLIC_URL": outside.public,
        "OIDC_ISSUER": outside.issuer.address,
        "OIDC_AUDIENCE": "our-api",
        "QBO_BASE_URL": outside.quickbooks,
        "QBO_DISCOVERY_URL": f"{outside.quickbooks}/.well-known/openid_configuration",
        "QBO_CLIENT_ID": APP_ID,
        "QBO_CLIENT_SECRET": APP_SECRET,
        "QBO_WEBHOOK_VERIFIERS": VERIFIER,
        "CANOPY_BASE_URL": outside.canopy,
        "CANOPY_TOKEN": CANOPY_TOKEN,
        "VAULT_KEYS": keys,
    }
    # What OpenSSL believes where nothing else is said.
    return {f"CLIENT_SYNC_{name}": value for name, value in ours.items()} | {"SSL_CERT_FILE": str(authority)}
