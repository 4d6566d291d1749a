"""The issuer's stand-in is strict: what a real one may refuse, it does; who is led back is who was chosen."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import jwt
import psutil
import pytest

from adapters.oidc.attempt import Attempt, begin
from deploy.kafka.ports import free_port
from deploy.sandbox.issuer.issuer import Issuer
from deploy.sandbox.issuer.people import sample_people
from tests.oidc_issuer import CLIENT, SECRET, issuing
from tests.patience import PATIENCE_SECONDS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
REDIRECT = "https://sync.example/sign-in/callback"
APP = aiohttp.encode_basic_auth("our-client", "s%3Acr%25t+of+ours")


@dataclass
class Visitor:
    """Somebody with a browser, and an app that they sign in to."""

    issuer: Issuer
    http: aiohttp.ClientSession
    attempt: Attempt

    def asked(self, **changed: str) -> dict[str, str]:
        """Give what the app asks for; what is empty is left out."""
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": REDIRECT,
            "scope": "openid profile",
            "state": self.attempt.state,
            "nonce": self.attempt.nonce,
            "code_challenge": self.attempt.challenge,
            "code_challenge_method": "S256",
        } | changed
        return {name: value for name, value in asked.items() if value}

    async def page(self, **changed: str) -> tuple[int, str]:
        """Open the page; gives the status, and what is shown or where they are led."""
        address = f"{self.issuer.address}/authorize?{urlencode(self.asked(**changed))}"
        async with self.http.get(address, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def choose(self, **form: str) -> dict[str, str]:
        """Press a button there; gives what is brought back to the app."""
        hidden = {f"asked_{name}": value for name, value in self.asked().items()}
        async with self.http.post(
            f"{self.issuer.address}/authorize", data=hidden | form, allow_redirects=False
        ) as answer:
            back = answer.headers["Location"]
        assert back.startswith(f"{REDIRECT}?")
        return {name: value for name, (value,) in parse_qs(urlsplit(back).query).items()}

    async def token(self, authorization: str = APP, **form: str) -> tuple[int, dict[str, Any]]:
        """Ask for a token."""
        headers = {"Authorization": authorization}
        async with self.http.post(f"{self.issuer.address}/token", data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    async def exchange(self, code: str, **changed: str) -> tuple[int, dict[str, Any]]:
        """Bring a code."""
        form = {"code": code, "redirect_uri": REDIRECT, "code_verifier": self.attempt.verifier} | changed
        return await self.token(grant_type="authorization_code", **form)


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """Nobody is signed in; the people are the sample's."""
    async with issuing(REDIRECT) as issuer, aiohttp.ClientSession() as http:
        issuer.people = sample_people()
        yield Visitor(issuer, http, begin("", NOW))


async def test_who_is_chosen_is_who_the_token_is_about(visitor: Visitor) -> None:
    """Each of the page's people, with role and firms; the token is signed by a key that is published."""
    _, page = await visitor.page()
    for person in visitor.issuer.people:
        assert f"Sign in as {person['name']}" in page
        back = await visitor.choose(person=person["sub"])
        assert (back["state"], back["iss"]) == (visitor.attempt.state, visitor.issuer.address)
        status, given = await visitor.exchange(back["code"])
        key = jwt.PyJWK(visitor.issuer.keys[0].public)
        claims = jwt.decode(given["id_token"], key, ["ES256"], audience=CLIENT, issuer=visitor.issuer.address)
        assert status == 200
        assert claims["nonce"] == visitor.attempt.nonce
        assert person.items() <= claims.items()


async def test_somebody_else_may_be_typed_in(visitor: Visitor) -> None:
    """And what is left empty is not claimed."""
    back = await visitor.choose(do="else", sub="kim", name="Kim", role="", firms=" f-3, f-4 ,")
    _, given = await visitor.exchange(back["code"])
    claims = jwt.decode(given["id_token"], options={"verify_signature": False})

    assert (claims["sub"], claims["name"], claims["firms"]) == ("kim", "Kim", ["f-3", "f-4"])
    assert "role" not in claims
    assert (await visitor.choose(do="cancel"))["error"] == "access_denied"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
    ],
    ids=str,
)
async def test_what_is_asked_wrongly_is_refused_at_the_app(
    visitor: Visitor, changed: dict[str, str], error: str
) -> None:
    """By the word of the standard."""
    status, led = await visitor.page(**changed)

    assert status == 303
    assert parse_qs(urlsplit(led).query)["error"] == [error]


@pytest.mark.parametrize("changed", [{"client_id": "another"}, {"redirect_uri": f"{REDIRECT}/"}], ids=str)
async def test_nobody_is_led_to_an_address_that_is_not_registered(
    visitor: Visitor, changed: dict[str, str]
) -> None:
    """It may be a thief's."""
    status, page = await visitor.page(**changed)

    assert (status, "Something is wrong with this app" in page) == (400, True)


async def test_a_code_is_worth_something_once_and_to_who_asked(visitor: Visitor) -> None:
    """Whoever brings it with a wrong proof has used it up."""
    for changed in ({"code_verifier": "of-somebody-else"}, {"redirect_uri": f"{REDIRECT}/"}, {}):
        code = (await visitor.choose(person="dana"))["code"]
        status, _ = await visitor.exchange(code, **changed)
        assert status == (400 if changed else 200)
        assert (await visitor.exchange(code))[1]["error"] == "invalid_grant"
    unquoted = aiohttp.encode_basic_auth(CLIENT, SECRET)
    assert (await visitor.token(unquoted, grant_type="client_credentials"))[1]["error"] == "invalid_client"


async def test_a_program_gets_a_token_for_an_api(visitor: Visitor) -> None:
    """That speaks for one of the people; keys can be changed, and the ones before withdrawn."""
    form = {"grant_type": "client_credentials", "audience": "our-api", "person": "lee"}
    _, given = await visitor.token(**form)
    before = jwt.get_unverified_header(given["access_token"])["kid"]
    assert (await visitor.token(**form | {"person": "nobody"}))[0] == 400
    assert (await visitor.token(grant_type="password"))[1]["error"] == "unsupported_grant_type"

    async def rotate(keep: int) -> list[str]:
        address = f"{visitor.issuer.address}/_control/keys"
        async with visitor.http.post(address, json={"keep": keep}) as answer:
            assert answer.status == 200
        async with visitor.http.get(f"{visitor.issuer.address}/keys") as answer:
            return [key["kid"] for key in (await answer.json())["keys"]]

    kept, second = await rotate(keep=1)
    assert kept == before
    _, given = await visitor.token(**form)
    assert jwt.get_unverified_header(given["access_token"])["kid"] == second
    assert len(await rotate(keep=0)) == 1


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}],
    ids=str,
)
@pytest.mark.parametrize("path", ["/authorize", "/token", "/_control/issuer", "/keys"])
async def test_it_answers_by_its_own_name_alone(visitor: Visitor, headers: dict[str, str], path: str) -> None:
    """A page of anybody's whose name leads here reads nothing, nor does who comes through a proxy."""
    async with visitor.http.get(visitor.issuer.address + path, headers=headers) as answer:
        assert answer.status == 403


async def test_how_it_fails_is_for_who_tries_to_say(visitor: Visitor) -> None:
    """And taken back together."""

    async def control(name: str, body: dict[str, Any]) -> int:
        async with visitor.http.post(f"{visitor.issuer.address}/_control/{name}", json=body) as answer:
            return answer.status

    assert await control("habits", {"down": True, "document": {"jwks_uri": None}}) == 200
    assert (await visitor.page())[0] == 503
    assert await control("habits", {"dwon": True}) == 422
    assert await control("people", {"sub": "kim", "name": "Kim <b>"}) == 200
    assert await control("habits", {}) == 200
    assert "Kim &lt;b&gt;" in (await visitor.page())[1]
    assert await control("reset", {}) == 200
    assert "Kim" not in (await visitor.page())[1]


async def test_as_a_process_it_listens_on_this_machine_only() -> None:
    """On no other address of it."""
    port = free_port()
    words = (
        "--port",
        str(port),
        "--client-id",
        CLIENT,
        f"--client-secret={SECRET}",
        "--redirect-uri",
        REDIRECT,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.sandbox.issuer", *words, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _listens(port):
                assert process.returncode is None
        listening = [
            each.laddr.ip
            for each in psutil.Process(process.pid).net_connections()
            if each.status == psutil.CONN_LISTEN
        ]
        assert listening == ["127.0.0.1"]
    finally:
        process.terminate()
        assert await process.wait() == 0


async def _listens(port: int) -> bool:
    await asyncio.sleep(0.05)
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
