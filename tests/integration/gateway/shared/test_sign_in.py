"""Who is signed in, from where, and for how long; and what of it is logged."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from structlog.testing import LogCapture

from adapters.store.database import Database
from adapters.store.sessions import LASTS, SessionOf, Sessions
from adapters.web.api import event_stream
from deploy.kafka.ports import free_port
from tests.integration.gateway.conftest import Running, gateway_on
from tests.integration.gateway.hearing import events_of, hearing
from tests.integration.gateway.sessions import COOKIE, ours, sign_out, signed_in

CLIENTS = "/api/v1/firms/f-1/clients"
EVENTS = events_of("f-1")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is logged while a test runs."""
    captured = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[captured], cache_logger_on_first_use=False)
    yield captured.entries
    structlog.configure(**before)


async def status(gateway: Running, path: str, headers: dict[str, str]) -> int:
    """Look at a page or ask the API; gives the status."""
    async with gateway.http.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def test_signing_out_ends_the_session_at_every_gateway(gateway: Running) -> None:
    """Whoever has kept a copy of the cookie is refused from then on, wherever they ask."""
    beside = gateway.settings.model_copy(update={"http_port": free_port()})
    cookie, another = await signed_in(gateway, "dana"), await signed_in(gateway, "dana")
    async with gateway_on(beside, gateway.prefix) as other:

        async def there() -> int:
            async with other.get(CLIENTS, headers=cookie) as answer:
                return answer.status

        assert (await status(gateway, CLIENTS, cookie), await there()) == (200, 200)
        assert await sign_out(gateway, cookie) == 303
        assert (await status(gateway, CLIENTS, cookie), await there()) == (401, 401)
    assert await status(gateway, EVENTS, cookie) == 401
    assert await status(gateway, "/firms/f-1/clients", cookie) == 303
    assert await status(gateway, CLIENTS, another) == 200


async def test_a_stream_ends_with_a_session_that_was_ended_elsewhere(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked up anew at each beat, and not believed from when the stream was opened."""
    monkeypatch.setattr(event_stream, "BEAT_SECONDS", 0.1)
    cookie = await signed_in(gateway, "dana")
    async with hearing(gateway.http, "f-1", **cookie) as stream:
        await stream.next("beat")
        database = Database(gateway.settings.database)
        await Sessions(database).end(cookie["Cookie"].partition("=")[2])
        await database.close()
        await stream.next("ended")


async def test_a_token_is_no_session(gateway: Running) -> None:
    """What everybody knows opens nothing as a cookie, and neither does the name of a person."""
    for value in ("dev-manager", "dana", "", "x" * 5000):
        assert await status(gateway, CLIENTS, {"Cookie": f"{COOKIE}={value}"}) == 401


async def test_the_cookie_is_for_our_own_pages_alone(gateway: Running) -> None:
    """No script reads it, no other site's page sends it, and it is another one each time."""
    seen = set()
    for _ in range(2):
        async with gateway.http.post(
            "/sign-in", data={"person": "dana"}, headers=ours(gateway), allow_redirects=False
        ) as answer:
            cookie = answer.cookies[COOKIE]
        seen.add(cookie.value)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        assert int(cookie["max-age"]) == LASTS.total_seconds()

    assert len(seen) == 2
    assert all(len(value) >= 40 for value in seen)


async def test_a_session_runs_out_and_is_kept_as_a_hash(gateway: Running) -> None:
    """After eight hours it is nobody's; whoever reads the database has none."""
    database = Database(gateway.settings.database)
    sessions, begun = Sessions(database), datetime.now(UTC)
    session = await sessions.begin(SessionOf("dana", None), begun)

    found = await sessions.person(session, begun + LASTS - timedelta(seconds=1))
    assert found == SessionOf("dana", None)
    assert await sessions.person(session, begun + LASTS) is None
    async with database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM sessions")).all()
    await database.close()
    assert rows
    assert session not in str(rows)


@pytest.mark.parametrize(
    "strange",
    [{"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}],
    ids=["another name for us", "through a proxy", "through a newer proxy"],
)
async def test_what_comes_from_elsewhere_is_nobodys(gateway: Running, strange: dict[str, str]) -> None:
    """Neither a token nor a session counts there, and nobody signs in, whatever the browser says of the page."""
    cookie = await signed_in(gateway, "dana")
    port = gateway.settings.http_port
    strange = {name: f"{value}:{port}" if name == "Host" else value for name, value in strange.items()}

    assert await status(gateway, CLIENTS, {"Authorization": "Bearer dev-manager"} | strange) == 403
    assert await status(gateway, CLIENTS, cookie | strange) == 403
    assert await status(gateway, EVENTS, cookie | strange) == 403
    assert await status(gateway, "/firms/f-1/clients", cookie | strange) == 403
    assert await status(gateway, "/sign-in", strange) == 403
    form = {"person": "dana"}
    page = {"Sec-Fetch-Site": "same-origin"} | strange
    async with gateway.http.post("/sign-in", data=form, headers=page, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


NO_ADDRESSES = (
    "/firms/f-1\r\nSet-Cookie: a=b",
    "/\x0bx",
    "/firms/\x00",
    "//evil.example",
    "/\\evil",
    "/\t/evil",
    "/ü",
)


async def test_what_is_no_address_of_ours_leads_home(gateway: Running) -> None:
    """A line end would begin a header, and a browser drops what it can't read."""
    for after in NO_ADDRESSES:
        form = aiohttp.FormData({"person": "vera", "next": after})
        async with gateway.http.post(
            "/sign-in", data=form, headers=ours(gateway), allow_redirects=False
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/firms/f-1"), after
        async with gateway.http.get("/sign-in", params={"next": after}) as answer:
            assert 'name="next"' not in await answer.text(), after


FORM = "application/x-www-form-urlencoded"
NO_FORMS = (
    (b"person=dana\xc3(", FORM),
    (b"person=dana&" * 1000, FORM),
    (b"person=dana", f"{FORM}; charset=none-such"),
    (b"--a\r\n\r\n", "multipart/form-data; boundary=a"),
    (b"--a", "multipart/form-data"),
    (b"\0", ""),
)


async def test_what_is_no_form_signs_nobody_in(gateway: Running) -> None:
    """Whatever its bytes are, and whatever it says that they are."""
    for body, kind in NO_FORMS:
        headers = ours(gateway) | {"Content-Type": kind}
        async with gateway.http.post("/sign-in", data=body, headers=headers, allow_redirects=False) as answer:
            assert answer.status in {303, 400, 422}, (body, kind)
            assert (answer.status == 303) == body.endswith(b"=dana"), (body, kind)


async def test_who_came_in_and_who_was_refused_is_logged(gateway: Running, logged: list[Any]) -> None:
    """By person, route and code; never the token or anything that was typed."""
    cookie = await signed_in(gateway, "dana")
    await sign_out(gateway, cookie)
    await gateway.ask("GET", CLIENTS + "?q=secret-search", token="guessed-token")
    await gateway.ask("POST", "/api/v1/firms/f-1/pause", token="dev-viewer", body={})
    page = {"Sec-Fetch-Site": "cross-site"}
    async with gateway.http.post("/sign-in", data={"person": "dana"}, headers=page) as answer:
        assert answer.status == 403

    told = [
        tuple(line.get(name) for name in ("event", "status", "code", "person", "route"))
        for line in logged
        if line["event"] in {"signed_in", "signed_out", "access_refused"}
    ]
    assert told == [
        ("signed_in", None, None, "dana", None),
        ("signed_out", None, None, "dana", None),
        ("access_refused", 401, "not_signed_in", None, "GET /api/v1/firms/{firm}/clients"),
        ("access_refused", 403, "role_too_low", "vera", "POST /api/v1/firms/{firm}/pause"),
        ("access_refused", 403, "cross_site", None, "POST /sign-in"),
    ]
    for secret in ("secret-search", "guessed-token", "dev-viewer", cookie["Cookie"].partition("=")[2]):
        assert secret not in str(logged)
