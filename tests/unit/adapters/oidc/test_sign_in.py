"""Who comes back from the issuer is believed once, in the browser that left; programs' tokens only if they are made for us."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from adapters.oidc.attempt import Attempt
from adapters.oidc.claims import ClaimRules
from adapters.oidc.issuer import Issuer, OidcApp
from adapters.oidc.not_signed_in import NotSignedIn, NotSignedInError
from adapters.oidc.sign_in import OidcSignIn, session_of
from adapters.store.sessions import SessionOf
from adapters.store.used_sign_ins import UsedSignIns
from adapters.web.auth.people import CantTellError, Person, Role
from deploy.sandbox.issuer.issuer import Issuer as StandIn
from domain.ids import FirmId
from tests.oidc_issuer import CLIENT, SECRET, chosen, issuer_at, issuing, token

NOW = datetime.now(UTC)
REDIRECT = "https://sync.example/sign-in/callback"
ANA = Person(id="ana", name="Ana Lima", role=Role.MANAGER, firms=frozenset({FirmId("f-1")}))


class Used:
    """Remembers which are used, as the table does."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    async def use(self, state: str, now: datetime, ends_at: datetime) -> bool:  # noqa: ARG002
        """Use one."""
        first = state not in self._used
        self._used.add(state)
        return first


@dataclass
class World:
    """An issuer, and our sign-in there."""

    there: StandIn
    session: aiohttp.ClientSession
    sign_in: OidcSignIn = field(init=False)

    def __post_init__(self) -> None:
        self.sign_in = self.sign_in_with(SECRET)

    def sign_in_with(self, secret: str) -> OidcSignIn:
        """Give a sign-in that has this client secret."""
        app = OidcApp(client_id=CLIENT, client_secret=secret, redirect_uri=REDIRECT)
        issuer = Issuer(self.session, self.there.address, lambda: 0.0)
        return OidcSignIn(issuer, app, ClaimRules(), cast("UsedSignIns", Used()), "our-api")

    async def led(self) -> tuple[Attempt, dict[str, str]]:
        """Go to the issuer and sign in there; gives what the browser kept, and what it brings back."""
        attempt, address = await self.sign_in.leave("/firms/f-1", NOW)
        led = await chosen(self.session, address)
        assert led.startswith(f"{REDIRECT}?")
        return attempt, {name: value for name, (value,) in parse_qs(urlsplit(led).query).items()}

    async def refused(self, cookie: str, said: dict[str, str]) -> tuple[NotSignedIn, str]:
        """Come back and be refused; gives why, and the reason for the log."""
        with pytest.raises(NotSignedInError) as refused:
            await self.sign_in.come_back(cookie, said, NOW)
        return refused.value.why, refused.value.reason


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """All is well."""
    async with issuing(REDIRECT) as there, aiohttp.ClientSession() as session:
        yield World(there, session)


async def test_who_signs_in_there_is_a_person_here(world: World) -> None:
    """And is led on to the page that they wanted; what is kept of them in the session says the same later."""
    attempt, said = await world.led()

    back = await world.sign_in.come_back(attempt.cookie, said, NOW)

    assert (back.person, back.next) == (ANA, "/firms/f-1")
    assert world.sign_in.of_session(session_of(ANA)) == ANA
    assert world.sign_in.of_session(SessionOf("dana", None)) is None
    for told in ({}, {"name": "x", "role": "owner", "firms": None}, {"name": "x", "role": "viewer"}):
        assert world.sign_in.of_session(SessionOf("dana", told)) is None


async def test_a_sign_in_is_good_once_and_in_its_own_browser(world: World) -> None:
    """Neither the address nor the cookie alone is worth anything, nor both a second time."""
    attempt, said = await world.led()
    other, others = await world.led()

    for cookie, address in (
        ("", said),
        (other.cookie, said),
        (attempt.cookie, others),
        (attempt.cookie, {"code": said["code"]}),
        (attempt.cookie, said | {"state": ""}),
        (attempt.cookie, said | {"state": "\ud800"}),
    ):
        assert (await world.refused(cookie, address))[0] is NotSignedIn.NOT_THE_SAME
    await world.sign_in.come_back(attempt.cookie, said, NOW)
    assert await world.refused(attempt.cookie, said) == (NotSignedIn.NOT_TAKEN, "code_refused")


async def test_a_nonce_is_not_used_again(world: World) -> None:
    """With another code for the same sign-in the issuer says yes twice, and we only once."""
    attempt, said = await world.led()
    _, address = await world.sign_in.leave("", NOW)
    split = urlsplit(address)
    asked = {name: value for name, (value,) in parse_qs(split.query).items()}
    same = {"state": attempt.state, "nonce": attempt.nonce, "code_challenge": attempt.challenge}
    led = await chosen(world.session, split._replace(query=urlencode(asked | same)).geturl())
    (second,) = parse_qs(urlsplit(led).query)["code"]

    await world.sign_in.come_back(attempt.cookie, said, NOW)

    assert await world.refused(attempt.cookie, said | {"code": second}) == (
        NotSignedIn.NOT_THE_SAME,
        "used_before",
    )


async def test_a_code_of_another_sign_in_is_nobodys(world: World) -> None:
    """Somebody who has a stranger's code puts it into their own address: the verifier is not its own."""
    _, strangers = await world.led()
    attempt, said = await world.led()

    assert await world.refused(attempt.cookie, said | {"code": strangers["code"]}) == (
        NotSignedIn.NOT_TAKEN,
        "code_refused",
    )


@pytest.mark.parametrize(
    ("changed", "why", "reason"),
    [
        ({"nonce": "of-another-sign-in"}, NotSignedIn.NOT_TAKEN, "other_nonce"),
        ({"aud": "another-client"}, NotSignedIn.NOT_TAKEN, "other_audience"),
        ({"iss": "https://another.example"}, NotSignedIn.NOT_TAKEN, "other_issuer"),
        ({"exp": 1}, NotSignedIn.NOT_TAKEN, "expired"),
        ({"sub": None}, NotSignedIn.NOT_TAKEN, "claim_missing"),
        ({"role": "owner"}, NotSignedIn.NO_ROLE, "no_role"),
        ({"firms": None}, NotSignedIn.NO_FIRM, "no_firm"),
    ],
)
async def test_whom_the_token_does_not_make_a_person_is_refused(
    world: World, changed: dict[str, Any], why: NotSignedIn, reason: str
) -> None:
    """Each with a reason for the log that is a word of ours."""
    world.there.says = changed
    attempt, said = await world.led()

    assert await world.refused(attempt.cookie, said) == (why, reason)


@pytest.mark.parametrize(
    ("changed", "why", "reason"),
    [
        ({"error": "access_denied"}, NotSignedIn.DENIED, "error_of_issuer"),
        ({"error": "<script>"}, NotSignedIn.NOT_TAKEN, "error_of_issuer"),
        ({"iss": "https://another.example"}, NotSignedIn.NOT_TAKEN, "other_issuer"),
        ({"code": ""}, NotSignedIn.NOT_TAKEN, "no_code"),
        ({"code": "x" * 5000}, NotSignedIn.NOT_TAKEN, "no_code"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_the_issuer_says_instead_is_said_in_our_words(
    world: World, changed: dict[str, str], why: NotSignedIn, reason: str
) -> None:
    """Its own are in nobody's page and in no log."""
    attempt, said = await world.led()

    assert await world.refused(attempt.cookie, said | changed) == (why, reason)


async def test_an_issuer_that_is_away_or_knows_us_not_signs_nobody_in(world: World) -> None:
    """Nothing is believed in the meantime."""
    attempt, said = await world.led()
    world.sign_in = world.sign_in_with("another secret")
    assert (await world.refused(attempt.cookie, said))[0] is NotSignedIn.AWAY

    world.there.down = True
    world.sign_in = world.sign_in_with(SECRET)
    with pytest.raises(NotSignedInError) as refused:
        await world.sign_in.leave("", NOW)
    assert refused.value.why is NotSignedIn.AWAY
    with pytest.raises(CantTellError):
        await world.sign_in.person(token(world.there, "our-api"))


async def test_a_programs_token_is_believed_if_it_is_for_the_api(world: World) -> None:
    """One that was made for the sign-in is not, nor anybody else's."""
    assert await world.sign_in.person(token(world.there, "our-api")) == ANA
    assert await world.sign_in.person(token(world.there, CLIENT)) is None
    assert await world.sign_in.person(token(world.there, "our-api", exp=1)) is None
    assert await world.sign_in.person(token(world.there, "our-api", role=None)) is None
    assert await world.sign_in.person("dev-manager") is None
    stranger = issuer_at(world.there.address)
    assert await world.sign_in.person(token(stranger, "our-api")) is None
    world.sign_in._audience = None
    assert await world.sign_in.person(token(world.there, "our-api")) is None
