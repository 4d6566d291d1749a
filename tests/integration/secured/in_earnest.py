"""A system outside the sandbox as programs see it, which come by tokens of the issuer; and both sides, as people work there."""

import asyncio
import secrets
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.integration.secured.outside import CANOPY_TOKEN, HttpsOutside

FIRM, REALM, COMPANY = "f-1", "9130000000000077", "Zoë & Sons"
MANAGER = {"sub": "ana", "name": "Ana Lima", "role": "manager", "firms": [FIRM]}
VIEWER = {"sub": "vic", "name": "Vic Roe", "role": "viewer", "firms": [FIRM]}
UNTIL_SECONDS = 120.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    body: Any


@dataclass(frozen=True, slots=True)
class InEarnest:
    """Where all of it is, and who asks. `tls`: believes the authority that has signed for all of it."""

    outside: HttpsOutside
    http: aiohttp.ClientSession
    tls: ssl.SSLContext

    async def ask(self, method: str, url: str, **more: Any) -> Answer:
        """Make one request."""
        async with self.http.request(method, url, allow_redirects=False, ssl=self.tls, **more) as answer:
            text = await answer.text()
            body = await answer.json() if "json" in answer.content_type else None
            return Answer(answer.status, text, body)

    async def api(self, who: Json, method: str, path: str, body: Json | None = None) -> Answer:
        """Ask the API as a program of somebody's does, below the firm's path."""
        token = self.outside.issuer.signed("our-api", who, {})
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
        url = f"{self.outside.public}/api/v1/firms/{FIRM}{path}"
        return await self.ask(method, url, headers=headers, **({} if body is None else {"json": body}))

    async def control(self, side: str, method: str, path: str, body: Json | None = None) -> Any:
        """Work on one side as a person does, or look at what reached it."""
        answer = await self.ask(method, f"{side}/_control/{path}", json=body)
        assert answer.status in {200, 201}, answer.text
        return answer.body

    async def add_client(self, name: str) -> str:
        """Add a client in Canopy that stays out of QuickBooks."""
        path = f"firms/{FIRM}/clients"
        added = await self.control(
            self.outside.canopy, "POST", path, {"display_name": name, "sync_client": False}
        )
        return str(added["client_id"])

    async def link(self, client: str) -> Json:
        """Read a client's link; of one that nobody knows yet nothing."""
        answer = await self.api(MANAGER, "GET", f"/clients/{client}")
        return dict(answer.body["link"]) if answer.status == 200 else {}

    async def asked_of_quickbooks(self) -> list[Json]:
        """List what reached QuickBooks, sign-in included."""
        return list(await self.control(self.outside.quickbooks, "GET", "ledger"))

    async def calls_to_the_company(self) -> list[str]:
        """List what was asked of the company."""
        return [each["path"] for each in await self.asked_of_quickbooks() if each["tenant"] == REALM]


async def until(true: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until something is true."""
    try:
        async with asyncio.timeout(UNTIL_SECONDS):
            while not await true():  # noqa: ASYNC110 - the system tells nobody
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"it never became true: {what}") from None


SECRETS = ("RT1-", CANOPY_TOKEN)
