"""The stand-in's sign-in beside a database, and a vault between them, as any process has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp.typedefs import Middleware

from adapters.quickbooks.sign_in import App, IntuitSignIn
from adapters.store.database import Database
from adapters.vault.contents import taken
from adapters.vault.keys import Owner, VaultKeys, read_keys
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from domain.ids import FirmId, RealmId
from tests.integration.sandbox import caller
from tests.integration.sandbox.caller import Caller, Stage

REALM = RealmId(caller.REALM)
FIRM = FirmId("f-1")
COMPANY = "Gallagher Books LLC"
OWNER = Owner(firm=FIRM, realm=REALM)
OLD = "test:c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveC0="
KEYS = read_keys(OLD)
OUR_APP = App(
    client_id=caller.APP.client_id,
    client_secret=caller.APP.client_secret,
    redirect_uri=caller.REDIRECT_URI,
)


@dataclass
class Intuit:
    """The stand-in, and how an app of ours speaks with it."""

    outside: Caller
    session: aiohttp.ClientSession

    @property
    def discovery(self) -> str:
        """Where it names its addresses."""
        return f"{self.outside.url}/.well-known/openid_configuration"

    def sign_in(self) -> IntuitSignIn:
        """Give the way to it."""
        return IntuitSignIn(self.session, self.discovery, replace(OUR_APP))  # which a test may spoil

    async def code(self, address: str) -> str:
        """Let a person choose the company at the address where Intuit asks; gives the code that the browser takes back."""
        split = urlsplit(address)
        asked = {name: value for name, (value,) in parse_qs(split.query).items()}
        async with self.session.post(
            f"{self.outside.url}{split.path}",
            data={**asked, "realm": REALM, "do": "connect"},
            allow_redirects=False,
        ) as answer:
            (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        return code

    async def granted(self, vault: Vault) -> None:
        """Let a person sign in, and keep what comes of it."""
        code = await self.code(await self.sign_in().address_to_ask("state"))
        given = await self.sign_in().exchange(code)
        await vault.put(OWNER, taken(given, await vault.now(), COMPANY), "user:dana")

    def tokens(self, database: Database, keys: VaultKeys = KEYS) -> VaultTokens:
        """Give what one process has of the vault."""
        return VaultTokens(Vault(database, keys), self.sign_in())

    async def control(self, path: str, body: Any) -> Any:
        """Set something of the stand-in."""
        return await self.outside.post(f"/_control/{path}", body)

    async def opens(self, token: str) -> int:
        """Ask for the company with a token; gives the status."""
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.outside.url}/v3/company/{REALM}/companyinfo/{REALM}"
        async with self.session.get(address, headers=headers) as answer:
            return answer.status

    async def refreshes(self) -> int:
        """Count the requests for tokens, the first exchange left out."""
        calls = await self.outside.get("/_control/ledger")
        return [each["path"] for each in calls].count("/oauth2/v1/tokens/bearer") - 1


@asynccontextmanager
async def intuit_at_work(*outermost: Middleware) -> AsyncIterator[Intuit]:
    """Run the stand-in with the company until the end of the block. `outermost`: what sees its answers last."""
    stage = Stage()
    settings = QuickBooksSettings(
        access_token=caller.TOKEN, verifier=caller.VERIFIER, app=caller.APP, limits=Limits()
    )
    app = quickbooks_app(settings)
    app.middlewares[:0] = outermost
    try:
        outside, _ = await stage.start(app)
        await outside.post("/_control/realms", {"realm_id": REALM, "company_name": "Test Books"})
        async with aiohttp.ClientSession() as session:
            yield Intuit(outside, session)
    finally:
        await stage.close()
