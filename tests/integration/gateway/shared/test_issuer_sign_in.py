"""People sign in at an OpenID Connect issuer, over HTTP, from the button to the sign-out; programs bring its tokens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest_asyncio

from deploy.kafka.ports import free_port
from deploy.peoples_sessions import end_sessions
from deploy.sandbox.issuer.issuer import Issuer
from deploy.settings import Settings
from tests.integration.gateway.conftest import Running, gateway_on
from tests.integration.gateway.shared.test_sign_in import logged  # noqa: F401  (a fixture)
from tests.oidc_issuer import CLIENT, SECRET, chosen, issuing, token

PUBLIC = "https://sync.example"
SESSION, ATTEMPT = "__Host-client_sync_session", "__Host-client_sync_sign_in"
CLIENTS = "/api/v1/firms/f-1/clients"


@dataclass
class Behind:
    """A gateway behind a proxy that ends TLS, and the browser of somebody who signs in."""

    issuer: Issuer
    settings: Settings
    http: aiohttp.ClientSession
    cookies: dict[str, str]

    async def get(self, address: str, method: str = "GET", **headers: str) -> tuple[int, str, SimpleCookie]:
        """Ask as the browser would; gives the status, where it is led or what it is shown, and the cookies that are set."""
        split = urlsplit(address)
        path = f"{split.path}?{split.query}" if split.query else split.path
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": kept, "X-Forwarded-For": "203.0.113.7", "Host": "gateway.internal"} | headers
        async with self.http.request(method, path, headers=sent, allow_redirects=False) as answer:
            self.http.cookie_jar.clear()
            for name, cookie in answer.cookies.items():
                self.cookies[name] = cookie.value
                assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
            return answer.status, answer.headers.get("Location") or await answer.text(), answer.cookies

    async def at_the_issuer(self, next_page: str = "") -> str:
        """Press the button, and sign in there; gives the address that the browser is led back to."""
        _, address, set_now = await self.get(f"/sign-in/begin?next={next_page}")
        assert set_now[ATTEMPT]["samesite"] == "Lax"
        async with aiohttp.ClientSession() as browser:
            back = await chosen(browser, address, self.issuer.people[0]["sub"])
        assert back.startswith(f"{PUBLIC}/sign-in/callback?")
        return back


@pytest_asyncio.fixture(loop_scope="module")
async def behind(shared: Running) -> AsyncIterator[Behind]:
    """Nobody is signed in."""
    async with issuing(f"{PUBLIC}/sign-in/callback") as issuer:
        settings = shared.settings.model_copy(
            update={
                "sandbox": False,
                "http_port": free_port(),
                "public_url": PUBLIC,
                "oidc_issuer": issuer.address,
                "oidc_client_id": CLIENT,
                "oidc_client_secret": SECRET,
                "oidc_audience": "our-api",
            }
        )
        async with gateway_on(settings, shared.prefix) as http:
            yield Behind(issuer, settings, http, {})


async def test_a_person_signs_in_and_out_and_a_program_brings_a_token(
    behind: Behind,
    connected: None,
    logged: list[Any],  # noqa: F811
) -> None:
    """Through a proxy, with keys that the issuer changes meanwhile, and refusals that say nothing of its own."""
    status, page, _ = await behind.get("/sign-in?next=/firms/f-1/clients")
    assert (status, 'href="/sign-in/begin?next=/firms/f-1/clients"' in page) == (200, True)
    assert 'name="person"' not in page

    back = await behind.at_the_issuer("/firms/f-1/clients")
    _, page, set_now = await behind.get(back)
    assert 'url=/firms/f-1/clients"' in page
    assert set_now[SESSION]["samesite"] == "Strict"
    assert behind.cookies[ATTEMPT] == ""
    assert (await behind.get("/firms/f-1/clients"))[0] == 200
    assert (await behind.get("/firms/f-2/clients"))[0] == 403
    assert (await behind.get("/"))[1] == "/firms/f-1"
    used = dict(behind.cookies)

    # Another site's page signs nobody out; ours does, by the name that browsers know us by.
    assert (await behind.get("/sign-out", "POST", Origin="https://evil.example"))[0] == 403
    assert (await behind.get("/sign-out", "POST", Origin=PUBLIC))[0] == 303
    behind.cookies = used
    assert (await behind.get("/firms/f-1/clients"))[1].startswith("/sign-in")
    status, page, _ = await behind.get(back)
    assert (status, 'data-code="not_the_same"' in page) == (400, True)

    behind.issuer.says = {"role": "owner"}
    status, page, _ = await behind.get(await behind.at_the_issuer())
    assert (status, 'data-code="no_role"' in page, "owner" in page) == (403, True, False)
    status, page, _ = await behind.get(
        f"{await behind.at_the_issuer()}&error=x&error_description=<b>Secret%20words</b>"
    )
    assert (status, "Secret" in page) == (400, False)

    brought = token(behind.issuer, "our-api")
    assert (await behind.get(CLIENTS, Authorization=f"Bearer {brought}"))[0] == 200
    assert (await behind.get(CLIENTS, Authorization="Bearer dev-manager"))[0] == 401
    assert (await behind.get(CLIENTS, Authorization=f"Bearer {token(behind.issuer, CLIENT)}"))[0] == 401

    told = [
        (line["event"], line.get("person") or line.get("reason") or line.get("code"))
        for line in logged
        if line["event"] in {"signed_in", "signed_out", "sign_in_refused", "token_refused"}
    ]
    assert told == [
        ("signed_in", "ana"),
        ("signed_out", "ana"),
        ("sign_in_refused", "not_the_same"),
        ("sign_in_refused", "no_role"),
        ("sign_in_refused", "error_of_issuer"),
        ("token_refused", "unreadable"),
        ("token_refused", "other_audience"),
    ]
    for secret in (brought, used[SESSION], SECRET, "Secret words"):
        assert secret not in str(logged)


async def test_who_may_see_every_firm_begins_at_the_first(behind: Behind, connected: None) -> None:
    """And the sandbox's own people are nobody where an issuer is set."""
    behind.issuer.people[0] |= {"firms": "*", "role": "operator"}

    await behind.get(await behind.at_the_issuer())

    assert (await behind.get("/"))[1] == "/firms/f-1"
    assert (await behind.get("/api/v1/firms"))[0] == 200
    assert (await behind.get("/sign-in", "POST", Origin=PUBLIC))[0] == 404


async def test_all_sessions_of_a_person_end_at_once(behind: Behind) -> None:
    """As the command does it where a right was taken away; nobody else's do."""
    other = Behind(behind.issuer, behind.settings, behind.http, {})
    await behind.get(await behind.at_the_issuer())
    behind.issuer.people[0] |= {"sub": "ben"}
    await other.get(await other.at_the_issuer())

    assert await end_sessions(behind.settings, "ana") >= 1

    assert (await behind.get("/"))[1] == "/sign-in"
    assert (await other.get("/"))[1] == "/firms/f-1"
    assert await end_sessions(behind.settings, "ana") == 0
