"""Loads the sample firm, once: connects it, waits until both sides are listed, and matches what belongs together."""

import asyncio
from importlib.resources import files
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import orjson

from deploy.connecting import connect_firms
from deploy.settings import Settings
from domain.ids import FirmId, RealmId

FIRM = FirmId("f-1")
REALM = RealmId("9130357766890012")
MANAGER, AT_THE_ISSUER = "dev-manager", "dana"
LISTED_SECONDS = 60.0
LOOK_SECONDS = 0.25


async def load_sample(settings: Settings) -> int:
    """Load it, unless it is there; gives the number of links that were asked for."""
    api = f"{settings.http_url}/api/v1/firms/{FIRM}"
    manager = {"Authorization": f"Bearer {await _token(settings)}"}
    async with aiohttp.ClientSession(headers=manager) as session:
        if (await _connection(session, api)).get("status") == "connected":
            return 0
        await connect_firms(settings, {FIRM: REALM})
        async with asyncio.timeout(LISTED_SECONDS):
            while not (await _connection(session, api)).get("listed"):  # noqa: ASYNC110  (nobody tells us)
                await asyncio.sleep(LOOK_SECONDS)
        links = orjson.loads(files("deploy.sandbox.sample").joinpath("links.json").read_bytes())
        await asyncio.gather(
            *(_match(session, api, link["client_id"], link["customer_id"]) for link in links)
        )
        return len(links)


async def _token(settings: Settings) -> str:
    """Give a manager's token: one of the sandbox's own, or of its issuer."""
    if not settings.sandbox_issuer:
        return MANAGER
    app = aiohttp.encode_basic_auth(
        quote_plus(settings.oidc_client_id), quote_plus(settings.oidc_client_secret)
    )
    form = {
        "grant_type": "client_credentials",
        "audience": settings.oidc_audience,
        "person": AT_THE_ISSUER,
    }
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        headers = {"Authorization": app}
        async with session.post(f"{settings.oidc_issuer}/token", data=form, headers=headers) as answer:
            return str((await answer.json())["access_token"])


async def _connection(session: aiohttp.ClientSession, api: str) -> dict[str, Any]:
    async with session.get(f"{api}/connection") as answer:
        found: dict[str, Any] = await answer.json() if answer.ok else {}
        return found


async def _match(session: aiohttp.ClientSession, api: str, client: str, customer: str) -> None:
    key = {"Idempotency-Key": f"sample-{client}-{customer}"}
    async with session.post(
        f"{api}/clients/{client}/match", json={"customer_id": customer}, headers=key
    ) as answer:
        if not answer.ok:
            raise RuntimeError(f"the sample's client {client} could not be matched: HTTP {answer.status}")
