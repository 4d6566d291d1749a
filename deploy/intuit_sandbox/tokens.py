"""How Intuit treats tokens and a wrong secret: what the keeper of the vault has to be right with either way."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp

from adapters.quickbooks.sign_in import GivenTokens, GrantEndedError, IntuitSignIn
from adapters.wire import read_json
from deploy.intuit_sandbox.keys import Keys, KeysFile
from deploy.intuit_sandbox.said import Said

BY_A_PERSON = "not asked: a person would have to sign in at Intuit for it"
_FOR = aiohttp.ClientTimeout(total=15)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh gave; `before`: the refresh token that was sent for it, `lived`: how long that one is known here."""

    given: GivenTokens
    before: str
    lived: timedelta | None


async def refreshed(sign_in: IntuitSignIn, file: KeysFile) -> Refreshed:
    """Refresh, and keep what comes of it.

    Raises:
        GrantEndedError: the refresh token is worth nothing; somebody signs in again.
        SignInAwayError: Intuit does not answer, or takes the client id or secret for wrong.
    """
    before, since = file.now.refresh_token, file.now.refresh_token_since
    given = await sign_in.refresh(before)
    file.take(given.refresh)
    return Refreshed(given, before, datetime.now(UTC) - since if since is not None else None)


async def token_points(
    session: aiohttp.ClientSession, sign_in: IntuitSignIn, file: KeysFile, first: Refreshed
) -> AsyncIterator[Said]:
    """Say which way the switches go. Last of all in a run: the token before is tried, and Intuit may take that amiss."""
    known = (
        f"{first.lived.total_seconds() / 3600:.1f} hours" if first.lived is not None else "an unknown time"
    )
    changed = first.given.refresh != first.before
    yield Said(
        point="rotates_after_seconds",
        answer=f"{'another' if changed else 'the same'} refresh token after {known}",
    )
    yield Said(point="wrong_client_status", answer=await _wrong_secret(session, file.now))
    yield Said(point="previous_lives_seconds", answer=await _the_one_before(sign_in, file, first))
    yield Said(point="code_seconds", answer=BY_A_PERSON)
    yield Said(point="newer_sign_in_ends_older", answer=BY_A_PERSON)


async def _the_one_before(sign_in: IntuitSignIn, file: KeysFile, first: Refreshed) -> str:
    if first.given.refresh == first.before:
        return "not asked: Intuit gave the same one, so there is none before; run this again after a day"
    try:
        given = await sign_in.refresh(first.before)
    except GrantEndedError:
        return "refused at once"
    file.take(given.refresh)
    return "still taken, some seconds after"


async def _wrong_secret(session: aiohttp.ClientSession, keys: Keys) -> str:
    async with session.get(keys.discovery_url, timeout=_FOR) as answer:
        found = await read_json(answer)
    endpoint = found.get("token_endpoint") if isinstance(found, dict) else None
    if not isinstance(endpoint, str):
        return "not asked: the discovery document names no token endpoint"
    form = {"grant_type": "refresh_token", "refresh_token": "none"}
    headers = {
        "Accept": "application/json",
        "Authorization": aiohttp.encode_basic_auth(keys.client_id, "a-wrong-secret"),
    }
    async with session.post(endpoint, data=form, headers=headers, timeout=_FOR) as answer:
        return f"status {answer.status}"
