"""Who asks too often is told so, and takes nothing from anybody else."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from adapters.web import app
from adapters.web.request_limits import Allowance, RequestLimits
from deploy.settings import Settings
from tests.integration.gateway.conftest import gateway_on

FEW = 20
FIRM = "/firms/f-1"
API = f"/api/v1{FIRM}/connection"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def limits(settings: Settings, prefix: str) -> AsyncIterator[RequestLimits]:
    """Those of a gateway that grants each caller a few requests, and no more while a test runs."""
    kept = RequestLimits(Allowance(per_second=0.01, at_once=FEW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "RequestLimits", lambda _: kept)
        async with gateway_on(settings, prefix):
            yield kept


@pytest_asyncio.fixture(loop_scope="module")
async def strict(settings: Settings, limits: RequestLimits) -> AsyncIterator[aiohttp.ClientSession]:
    """That gateway, which nobody has asked for anything yet."""
    limits._full_at.clear()
    async with aiohttp.ClientSession(settings.http_url) as http:
        yield http


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def asked(
    http: aiohttp.ClientSession, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> aiohttp.ClientResponse:
    """Ask once, without following where it leads."""
    async with http.request(method, path, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer


async def use_up(http: aiohttp.ClientSession, path: str, headers: Any = None, method: str = "GET") -> None:
    """Ask as often as is granted."""
    for _ in range(FEW):
        assert (await asked(http, path, headers, method)).status != 429


async def test_a_person_who_asks_too_often_is_refused_and_nobody_else(strict: aiohttp.ClientSession) -> None:
    """By a problem document that says when to come again."""
    await use_up(strict, API, bearer("dev-manager"))

    async with strict.get(API, headers=bearer("dev-manager")) as refused:
        assert (refused.status, refused.content_type) == (429, "application/problem+json")
        assert 1 <= int(refused.headers["Retry-After"]) <= 100
        assert (await refused.json(content_type=None))["code"] == "too_many_requests"
    assert (await asked(strict, API, bearer("dev-viewer"))).status == 200
    assert (await asked(strict, "/sign-in")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", API, bearer("a guess")),
        ("GET", API, {"Cookie": "client_sync_session=a-guess"}),
        ("POST", "/sign-in", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/openapi.json", {}),
    ],
    ids=["wrong token", "wrong session", "sign-in", "no address", "open to all"],
)
async def test_who_is_not_signed_in_is_counted_by_address(
    strict: aiohttp.ClientSession, method: str, path: str, headers: dict[str, str]
) -> None:
    """Whatever they ask and whichever token they guess; people at the same address are served."""
    await use_up(strict, path, headers, method)

    assert (await asked(strict, path, headers, method)).status == 429
    assert (await asked(strict, API, bearer("another guess"))).status == 429
    assert (await asked(strict, API, bearer("dev-viewer"))).status == 200


async def test_a_session_is_counted_as_its_person(strict: aiohttp.ClientSession) -> None:
    """By whichever way they are signed in, and whichever page of another site sends it."""
    ours = {"Origin": f"http://{strict._base_url.authority}"}  # type: ignore[union-attr]
    async with strict.post("/sign-in", data={"person": "dana"}, headers=ours, allow_redirects=False) as led:
        cookie = {"Cookie": f"client_sync_session={led.cookies['client_sync_session'].value}"}
    strict.cookie_jar.clear()
    await use_up(strict, API, cookie | {"Sec-Fetch-Site": "same-origin"})

    assert (await asked(strict, API, cookie)).status == 429
    assert (await asked(strict, API, bearer("dev-manager"))).status == 429


@pytest.mark.parametrize("path", [f"{FIRM}/clients", "/sign-in", "/"])
async def test_a_browser_is_shown_a_page(strict: aiohttp.ClientSession, path: str) -> None:
    """With a sentence, and a way to try again."""
    await use_up(strict, API, bearer("dev-manager"))

    async with strict.get(path, headers=bearer("dev-manager"), allow_redirects=False) as refused:
        assert (refused.status, refused.content_type) == (429, "text/html")
        assert int(refused.headers["Retry-After"]) >= 1
        text = await refused.text()
    assert 'data-code="too_many_requests"' in text
    assert "Try again" in text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/static/console.css"),
        ("POST", "/webhooks/quickbooks"),
    ],
)
async def test_what_machines_ask_is_not_counted(
    strict: aiohttp.ClientSession, method: str, path: str
) -> None:
    """Nor refused to one who asked too often for other things."""
    await use_up(strict, API, bearer("a guess"))
    for _ in range(2 * FEW):
        assert (await asked(strict, path, method=method)).status in {200, 403}


async def test_refused_requests_are_counted(strict: aiohttp.ClientSession) -> None:
    """By whether somebody is signed in."""
    await use_up(strict, API, bearer("dev-manager"))
    await use_up(strict, API, bearer("a guess"))

    async def figures() -> list[float]:
        async with strict.get("/metrics") as answer:
            lines = (await answer.text()).splitlines()
        names = [f'client_sync_requests_refused_total{{who="{who}"}} ' for who in ("person", "stranger")]
        return [
            sum(float(line.removeprefix(name)) for line in lines if line.startswith(name)) for name in names
        ]

    before = await figures()
    for token in ("dev-manager", "a guess", "another"):
        await asked(strict, API, bearer(token))
    assert [now - then for now, then in zip(await figures(), before, strict=True)] == [1, 2]
