"""No answer of a gateway may be kept, guessed at or framed, whatever its route and whoever asks."""

import asyncio
import re
from typing import cast

import pytest
from aiohttp import ClientResponse

from adapters.web.app import create_app
from adapters.web.auth.people import Person, Role, SandboxSignIn
from adapters.web.console import add_console
from adapters.web.headers import HEADERS
from adapters.web.parts import Parts
from tests.integration.gateway.conftest import Running

TOKENS = ("", "dev-viewer", "dev-operator")
AT_ONCE = 12
KINDS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def routes() -> list[tuple[str, str]]:
    """Give each method and path that a gateway answers, and each path with methods that it does not."""
    app = create_app(cast(Parts, None))
    add_console(app)
    paths = {resource.canonical for resource in app.router.resources()} | {"/nowhere", "/api/v1/nowhere"}
    filled = {re.sub(r"\{.*?\}", "f-1", path) for path in paths} | {"/static/console.css", "/static/nothing"}
    return [(method, path) for path in sorted(filled) for method in KINDS]


def complaints(answer: ClientResponse, path: str) -> list[str]:
    wrong = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    wrong += [] if kept in answer.headers.get("Cache-Control", "") else ["Cache-Control"]
    wrong += [name for name in answer.headers if name.lower().startswith("access-control-")]
    return wrong + [name for name, value in answer.headers.items() if "aiohttp" in value]


async def test_every_route_answers_with_the_headers(gateway: Running) -> None:
    """Found in the router itself, so a route that is added tomorrow is asked too; nothing is allowed to other origins."""
    wrong: list[object] = []
    # Side by side: nobody decides here, so what is asked for is answered when the patience for it ends.
    at_once = asyncio.Semaphore(AT_ONCE)

    async def look(method: str, path: str, token: str) -> None:
        sent = {"Origin": "https://elsewhere.example"}
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            at_once,
            gateway.http.request(method, path, headers=sent, allow_redirects=False) as answer,
        ):
            if found := complaints(answer, path):
                wrong.append((method, path, token, answer.status, found))
            if answer.status == 500:
                wrong.append((method, path, token, "500"))

    await asyncio.gather(*(look(*route, token) for token in TOKENS for route in routes()))
    assert wrong == []


async def test_metrics_are_not_shown_to_who_comes_through_a_proxy(gateway: Running) -> None:
    """Who reads them stands beside the gateway; a proxy lets people in from outside."""
    async with gateway.http.get("/metrics") as answer:
        assert answer.status == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via"):
        async with gateway.http.get("/metrics", headers={header: "1.1 somebody"}) as answer:
            assert answer.status == 404


async def test_one_person_takes_no_other_persons_streams(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has too many pages open is told so, and everybody else goes on listening."""
    # Nobody whose streams another test has just closed: a gateway sees that when it next writes to them.
    nora = Person(id="nora", name="Nora", role=Role.VIEWER)
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", {**SandboxSignIn.PEOPLE, "nora": nora})
    viewer, manager = ({"Authorization": f"Bearer {token}"} for token in ("nora", "dev-manager"))
    answers = [await gateway.http.get("/api/v1/firms/f-1/events", headers=viewer) for _ in range(51)]
    try:
        assert [answer.status for answer in answers] == [200] * 50 + [429]
        async with gateway.http.get("/api/v1/firms/f-1/events", headers=manager) as answer:
            assert answer.status == 200
    finally:
        for answer in answers:
            answer.close()
