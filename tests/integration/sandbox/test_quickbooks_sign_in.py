"""The QuickBooks stand-in signs people in as Intuit does: codes, tokens, and their ends."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.integration.sandbox.caller import APP, REALM, REDIRECT_URI, Caller, Reply

DAY = 86_400
OTHER = "9130000000000002"
KEYS = {"Authorization": aiohttp.encode_basic_auth(APP.client_id, APP.client_secret)}
ASKED = {
    "client_id": APP.client_id,
    "response_type": "code",
    "scope": "com.intuit.quickbooks.accounting",
    "redirect_uri": REDIRECT_URI,
    "state": "st&te",
}
TOKEN = "/oauth2/v1/tokens/bearer"
REVOKE = "/v2/oauth2/tokens/revoke"


async def choose(caller: Caller, realm: str = REALM, do: str = "connect") -> dict[str, str]:
    """Click a company on the page; returns what the browser takes back to the app."""
    reply = await caller.call(
        "POST",
        "/connect/oauth2",
        aiohttp.FormData({**ASKED, "realm": realm, "do": do})().decode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        allow_redirects=False,
    )
    assert reply.status == 302, reply
    address = urlsplit(reply.headers["location"])
    assert address._replace(query="").geturl() == REDIRECT_URI
    return {name: value for name, (value,) in parse_qs(address.query).items()}


async def token(caller: Caller, headers: dict[str, str] = KEYS, /, **form: str) -> Reply:
    async with caller.session.post(TOKEN, data=form, headers=headers) as answer:
        return Reply(answer.status, await answer.json(), dict(answer.headers))


async def exchanged(caller: Caller, realm: str = REALM) -> dict[str, Any]:
    code = (await choose(caller, realm))["code"]
    reply = await token(caller, grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI)
    assert reply.status == 200, reply
    tokens: dict[str, Any] = reply.body
    return tokens


async def refreshed(caller: Caller, refresh_token: str) -> Any:
    """Refresh; returns the new refresh token, or the error."""
    reply = await token(caller, grant_type="refresh_token", refresh_token=refresh_token)
    return reply.body["refresh_token"] if reply.status == 200 else (reply.status, reply.body)


async def opens(caller: Caller, access_token: str, realm: str = REALM) -> tuple[int, str | None]:
    """Ask for CompanyInfo; returns status and the gateway's code."""
    headers = {"Authorization": f"Bearer {access_token}"}
    reply = await caller.call("GET", f"/v3/company/{realm}/companyinfo/{realm}", headers=headers)
    return reply.status, None if reply.status == 200 else reply.body["fault"]["error"][0]["code"]


async def ahead(caller: Caller, seconds: float) -> None:
    await caller.post("/_control/oauth/clock", {"seconds": seconds})


INVALID_GRANT = (400, {"error": "invalid_grant"})


async def test_a_person_chooses_a_company_and_its_token_opens_that_one_only(quickbooks: Caller) -> None:
    """Discovery names all addresses; the token of one company is 403 / 3100 at another."""
    await quickbooks.post("/_control/realms", {"realm_id": OTHER, "company_name": "Zoë & Sons"})
    found = await quickbooks.get("/.well-known/openid_sandbox_configuration")
    page = await quickbooks.get("/connect/oauth2", params=ASKED)
    back = await choose(quickbooks)
    tokens = await exchanged(quickbooks)

    assert urlsplit(found["authorization_endpoint"]).path == "/connect/oauth2"
    assert urlsplit(found["token_endpoint"]).path == TOKEN
    assert "Test Books" in page
    assert "Zoë &amp; Sons" in page
    assert (back["state"], back["realmId"]) == ("st&te", REALM)
    assert (tokens["expires_in"], tokens["x_refresh_token_expires_in"]) == (3600, 8_726_400)
    assert await opens(quickbooks, tokens["access_token"]) == (200, None)
    assert await opens(quickbooks, tokens["access_token"], OTHER) == (403, "3100")
    info = await quickbooks.get(f"/v3/company/{REALM}/companyinfo/{REALM}")
    assert info["CompanyInfo"]["CompanyName"] == "Test Books"
    asked = await quickbooks.get(f"/v3/company/{REALM}/query", params={"query": "select * from Preferences"})
    assert len(asked["QueryResponse"]["Preferences"]) == 1


async def test_nobody_is_led_to_an_address_that_is_not_registered(quickbooks: Caller) -> None:
    """The page says so instead; who cancels is led back with access_denied."""
    for name, wrong in (
        ("redirect_uri", REDIRECT_URI + "/"),
        ("client_id", "another"),
        ("state", ""),
        ("scope", "openid"),
        ("response_type", "token"),
    ):
        reply = await quickbooks.call("GET", "/connect/oauth2", params=ASKED | {name: wrong})
        assert (name, reply.status, "location" in reply.headers) == (name, 400, False)
    assert (await choose(quickbooks, do="cancel"))["error"] == "access_denied"


async def test_a_code_is_worth_something_once(quickbooks: Caller) -> None:
    """A second use ends what the first one got; a wrong address, secret or age gets nothing."""
    code = (await choose(quickbooks))["code"]
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}

    elsewhere = await token(quickbooks, **asked | {"redirect_uri": REDIRECT_URI + "?"})
    stranger = await token(quickbooks, {"Authorization": aiohttp.encode_basic_auth("test-app", "x")}, **asked)
    first = await token(quickbooks, **asked)
    assert await opens(quickbooks, first.body["access_token"]) == (200, None)
    second = await token(quickbooks, **asked)

    assert (elsewhere.status, elsewhere.body) == INVALID_GRANT
    assert (stranger.status, stranger.body) == (401, {"error": "invalid_client"})
    assert (second.status, second.body) == INVALID_GRANT
    assert await opens(quickbooks, first.body["access_token"]) == (401, "3200")
    late = (await choose(quickbooks))["code"]
    await ahead(quickbooks, 601)
    reply = await token(quickbooks, **asked | {"code": late})
    assert (reply.status, reply.body) == INVALID_GRANT


async def test_a_refresh_token_changes_once_a_day_and_the_one_before_lives_a_while(
    quickbooks: Caller,
) -> None:
    """Within the day it stays; after it both work for a day more, or by switch the old one not at all."""
    tokens = await exchanged(quickbooks)
    first = tokens["refresh_token"]

    await ahead(quickbooks, 3601)
    assert await opens(quickbooks, tokens["access_token"]) == (401, "3200")
    assert await refreshed(quickbooks, first) == first
    await ahead(quickbooks, DAY + 1)
    second = await refreshed(quickbooks, first)
    assert second != first
    await ahead(quickbooks, 2 * DAY)
    assert await refreshed(quickbooks, first) == second
    await ahead(quickbooks, 2 * DAY + 2)
    assert await refreshed(quickbooks, first) == INVALID_GRANT
    third = await refreshed(quickbooks, second)
    assert third != second
    await quickbooks.post("/_control/oauth/rules", {"previous_lives_seconds": 0})
    assert await refreshed(quickbooks, second) == INVALID_GRANT


async def test_a_refresh_token_ends_unused_or_after_five_years(quickbooks: Caller) -> None:
    """Unused it ends after 101 days; used every day it ends five years after the sign-in."""
    idle = (await exchanged(quickbooks))["refresh_token"]
    used = (await exchanged(quickbooks))["refresh_token"]
    await quickbooks.post("/_control/oauth/rules", {"rotates_after_seconds": 10**9})
    await ahead(quickbooks, 101 * DAY - 5)
    assert await refreshed(quickbooks, used) == used
    await ahead(quickbooks, 101 * DAY)
    assert await refreshed(quickbooks, idle) == INVALID_GRANT
    for day in range(180, 5 * 365 + 1, 90):
        await ahead(quickbooks, day * DAY)
        assert await refreshed(quickbooks, used) == used
    reply = await token(
        quickbooks,
        KEYS | {"x-include-refresh-token-hard-expires-in": "true"},
        grant_type="refresh_token",
        refresh_token=used,
    )
    assert 0 < reply.body["x_refresh_token_hard_expires_in"] < 90 * DAY
    await ahead(quickbooks, 5.01 * 365.25 * DAY)
    assert await refreshed(quickbooks, used) == INVALID_GRANT


@pytest.mark.parametrize("as_json", [True, False])
async def test_revoking_either_token_ends_both(quickbooks: Caller, as_json: bool) -> None:
    """As JSON or as a form; a token of nobody's is refused. Other sign-ins go on, unless the switch says otherwise."""
    kept, ended = await exchanged(quickbooks), await exchanged(quickbooks)
    body = {"token": ended["access_token" if as_json else "refresh_token"]}
    sent: dict[str, Any] = {"json": body} if as_json else {"data": body}

    async with quickbooks.session.post(REVOKE, headers=KEYS, **sent) as answer:
        assert answer.status == 200
    async with quickbooks.session.post(REVOKE, headers=KEYS, json={"token": "none"}) as answer:
        assert answer.status == 400
    assert await opens(quickbooks, ended["access_token"]) == (401, "3200")
    assert await refreshed(quickbooks, ended["refresh_token"]) == INVALID_GRANT
    assert await opens(quickbooks, kept["access_token"]) == (200, None)
    await quickbooks.post("/_control/oauth/rules", {"newer_sign_in_ends_older": True})
    await exchanged(quickbooks)
    assert await opens(quickbooks, kept["access_token"]) == (401, "3200")


async def test_what_happens_at_intuits_side(quickbooks: Caller) -> None:
    """A person leaves the app there; or its rights, or those of who signed in, are gone for a while."""
    tokens = await exchanged(quickbooks)
    for code, refused in (("3100", (403, "3100")), ("120", (401, "120")), ("3200", (401, "3200"))):
        await quickbooks.post(f"/_control/realms/{REALM}/rights", {"refuses": code})
        assert await opens(quickbooks, tokens["access_token"]) == refused
    await quickbooks.post(f"/_control/realms/{REALM}/rights", {"refuses": None})
    assert await opens(quickbooks, tokens["access_token"]) == (200, None)
    assert await quickbooks.post(f"/_control/realms/{REALM}/leave", {}) == {"ended": 1}
    assert await opens(quickbooks, tokens["access_token"]) == (401, "3200")
    assert await refreshed(quickbooks, tokens["refresh_token"]) == INVALID_GRANT


async def test_the_ledger_says_that_somebody_signed_in_and_no_token(quickbooks: Caller) -> None:
    """Path and status, and neither code nor token nor secret."""
    tokens = await exchanged(quickbooks)
    entries = await quickbooks.get("/_control/ledger")

    seen = [(each["path"], each["status"]) for each in entries]
    assert seen == [("/connect/oauth2", 302), (TOKEN, 200)]
    assert not any(str(value) in str(entries) for value in tokens.values() if len(str(value)) > 10)
    assert REALM not in str(entries)
