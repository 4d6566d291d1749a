"""The stand-in's sign-in beside a database, and a vault between them, as any process has it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from adapters.quickbooks.sign_in import App, IntuitSignIn
from adapters.store.database import Database
from adapters.vault.contents import taken
from adapters.vault.keys import Owner, VaultKeys, read_keys
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from domain.ids import FirmId, RealmId
from tests.integration.sandbox import caller
from tests.integration.sandbox.caller import Caller

REALM = RealmId(caller.REALM)
FIRM = FirmId("f-1")
COMPANY = "Gallagher Books LLC"
OWNER = Owner(firm=FIRM, realm=REALM)
OLD = "test:c2FuZGJveC1zYW5kYm94LXNhbmRib3gtc2FuZGJveC0="
KEYS = read_keys(OLD)


@dataclass
class Intuit:
    """The stand-in, and how an app of ours speaks with it."""

    outside: Caller
    session: aiohttp.ClientSession

    def sign_in(self) -> IntuitSignIn:
        """Give the way to it."""
        app = App(
            client_id=caller.APP.client_id,
            client_secret=caller.APP.client_secret,
            redirect_uri=caller.REDIRECT_URI,
        )
        return IntuitSignIn(self.session, f"{self.outside.url}/.well-known/openid_configuration", app)

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
