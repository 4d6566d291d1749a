"""Asks the issuer: its addresses and keys, which are kept for a while, and a code for an ID token.

Codes and tokens leave this module as values only: no error, log line or span of it repeats one.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote_plus

import aiohttp
import structlog

from adapters.oidc.tokens import LONGEST_TOKEN, SigningKeys
from adapters.wire import read_json, scheme_of

DISCOVERY = "/.well-known/openid-configuration"
WITHIN_SECONDS = 10.0
FRESH_SECONDS = 600.0
"""So long keys are believed without asking: one that the issuer withdraws opens nothing for longer."""

KEPT_SECONDS = 3600.0
"""So long they are believed while the issuer does not answer."""

AGAIN_SECONDS = 10.0
"""Between two questions for keys: whoever sends tokens with ids of keys that there are not has us ask no more often."""

MOST_EXCHANGES = 50
"""At once. Whoever makes up codes has us ask the issuer no more often, and holds up none of our other work."""

_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = structlog.get_logger(__name__)


class IssuerAwayError(Exception):
    """The issuer gives no answer that settles anything."""


class CodeRefusedError(Exception):
    """The issuer takes the code no longer, or never gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcApp:
    """What we are at the issuer. `redirect_uri` is registered there."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we know of the issuer. `at`: in seconds of our clock. `secret_in_form`: it does not take HTTP Basic."""

    authorization: str
    token: str
    secret_in_form: bool
    keys: SigningKeys
    at: float


class Issuer:
    """One issuer. `address` is what its tokens call it, character by character; `clock` gives seconds."""

    def __init__(self, session: aiohttp.ClientSession, address: str, clock: Callable[[], float]) -> None:
        self.address = address
        self._session = session
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=WITHIN_SECONDS)
        self._known: Known | None = None
        self._asked_at: float | None = None
        self._asking = asyncio.Lock()
        self._exchanging = 0

    async def known(self) -> Known:
        """Give what we know of it.

        Raises:
            IssuerAwayError: nothing, or nothing that is not too old.
        """
        return await self._learned(lambda _: True)

    async def keys(self, kid: str | None) -> SigningKeys:
        """Give its keys; they are asked for again if none has this id, as after it has changed them.

        Raises:
            IssuerAwayError: as `known` does.
        """
        return (await self._learned(lambda known: known.keys.has(kid))).keys

    async def exchange(self, code: str, verifier: str, app: OidcApp) -> str:
        """Give the ID token for the code that a browser brought back. It is not read yet.

        Raises:
            CodeRefusedError: there is none for it.
            IssuerAwayError: nobody knows.
        """
        known = await self.known()
        if self._exchanging >= MOST_EXCHANGES:
            log.warning("issuer_failed", asked="too_many_at_once")
            raise IssuerAwayError
        self._exchanging += 1
        try:
            status, body = await self._ask_for_token(known, code, verifier, app)
        finally:
            self._exchanging -= 1
        token = body.get("id_token")
        if status == HTTPStatus.OK and isinstance(token, str) and len(token) <= LONGEST_TOKEN:
            return token
        if body.get("error") == "invalid_grant":
            raise CodeRefusedError
        # Ours to mend, or the issuer's, and not the person's: a wrong client secret, say.
        log.error("issuer_failed", asked="exchange", status=status)
        raise IssuerAwayError

    async def _ask_for_token(
        self, known: Known, code: str, verifier: str, app: OidcApp
    ) -> tuple[int, Mapping[str, object]]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": app.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json"}
        if known.secret_in_form:
            form |= {"client_id": app.client_id, "client_secret": app.client_secret}
        else:
            # As RFC 6749 has it (2.3.1): each written as in a form, before they are put together.
            named, secret = quote_plus(app.client_id), quote_plus(app.client_secret)
            headers["Authorization"] = aiohttp.encode_basic_auth(named, secret)
        return await self._ask("POST", known.token, data=form, headers=headers)

    async def _learned(self, is_enough: Callable[[Known], bool]) -> Known:
        before = self._known
        if before is None or not is_enough(before):
            # Who waits for another's question asks none.
            async with self._asking:
                if self._known is before and self._may_ask():
                    await self._learn()
        elif self._clock() - before.at >= FRESH_SECONDS and self._may_ask():
            await self._learn()
        known = self._known
        if known is None or self._clock() - known.at >= KEPT_SECONDS:
            raise IssuerAwayError
        return known

    def _may_ask(self) -> bool:
        return self._asked_at is None or self._clock() - self._asked_at >= AGAIN_SECONDS

    async def _learn(self) -> None:
        """Ask; where nothing is learned, what was known stays."""
        self._asked_at = self._clock()
        try:
            _, found = await self._ask("GET", self.address.rstrip("/") + DISCOVERY)
            addresses = self._addresses(found)
            _, published = await self._ask("GET", addresses["jwks_uri"])
        except IssuerAwayError:
            return
        keys = published.get("keys")
        if not isinstance(keys, list) or not keys:
            log.error("issuer_failed", asked="keys")
            return
        ways = found.get("token_endpoint_auth_methods_supported")
        self._known = Known(
            authorization=addresses["authorization_endpoint"],
            token=addresses["token_endpoint"],
            secret_in_form=isinstance(ways, list)
            and "client_secret_basic" not in ways
            and "client_secret_post" in ways,
            keys=SigningKeys(keys),
            at=self._asked_at,
        )

    def _addresses(self, found: Mapping[str, object]) -> Mapping[str, str]:
        """Read the addresses of a discovery document that is this issuer's own; none leads from https to http."""
        addresses = {name: said for name in _ADDRESSES if isinstance(said := found.get(name), str)}
        scheme = scheme_of(self.address)
        if (
            found.get("issuer") != self.address
            or len(addresses) < len(_ADDRESSES)
            or any(scheme_of(each) != scheme for each in addresses.values())
        ):
            log.error("issuer_failed", asked="discovery", same_issuer=found.get("issuer") == self.address)
            raise IssuerAwayError
        return addresses

    async def _ask(
        self, method: str, address: str, **more: Mapping[str, str]
    ) -> tuple[int, Mapping[str, object]]:
        """Give the status and the JSON object of an answer; an empty one where it is no object."""
        try:
            async with self._session.request(
                method,
                address,
                timeout=self._timeout,
                allow_redirects=False,
                **more,  # type: ignore[arg-type]
            ) as answer:
                body = await read_json(answer)
                return answer.status, body if isinstance(body, dict) else {}
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("issuer_away", error=type(error).__name__)
            raise IssuerAwayError from None
