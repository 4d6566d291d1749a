"""Intuit's sign-in: its addresses, a code for tokens, new tokens for old ones, and their end.

Tokens and codes leave this module as values only: no error, log line or span of it repeats one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import aiohttp
import structlog

from adapters.quickbooks.meters import SIGN_IN_REQUESTS
from adapters.wire import read_json, scheme_of

SCOPE = "com.intuit.quickbooks.accounting"
WITHIN_SECONDS = 15.0
LONGEST_ACCESS_TOKEN = 8192
LONGEST_REFRESH_TOKEN = 1024
MOST_SECONDS = 10 * 366 * 86_400
"""No token lives longer than this; Intuit's end after five years."""
ENDS = "x-include-refresh-token-hard-expires-in"
_NEEDED = ("authorization_endpoint", "token_endpoint", "revocation_endpoint")

log = structlog.get_logger(__name__)


class GrantEndedError(Exception):
    """Intuit takes the code or the refresh token no longer: only a person who signs in again changes that."""


class SignInAwayError(Exception):
    """Intuit's sign-in gives no answer that settles anything; the tokens are as good as before. Says why, for operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTokens:
    """What Intuit gave. All times in seconds from now; `hard_seconds`: whatever happens, if Intuit says so."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_seconds: int
    refresh_seconds: int
    hard_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our app, as Intuit's developer portal has it; `redirect_uri` is one of those that are registered there."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


class IntuitSignIn:
    """Asks Intuit. `discovery_url`: the document that names its addresses, which are kept while this runs."""

    def __init__(self, session: aiohttp.ClientSession, discovery_url: str, app: App) -> None:
        self._session = session
        self._discovery_url = discovery_url
        self._app = app
        self._addresses: Mapping[str, str] | None = None
        self._timeout = aiohttp.ClientTimeout(total=WITHIN_SECONDS)

    async def address_to_ask(self, state: str) -> str:
        """Give the address at which a person lets us into a company.

        Raises:
            SignInAwayError: its addresses can't be learned.
        """
        asked = {
            "client_id": self._app.client_id,
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": self._app.redirect_uri,
            "state": state,
        }
        return f"{await self._address('authorization_endpoint')}?{urlencode(asked)}"

    async def exchange(self, code: str) -> GivenTokens:
        """Give tokens for the code that a browser brought back.

        Raises:
            GrantEndedError: it is worth nothing.
            SignInAwayError: nobody knows.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._app.redirect_uri}
        return await self._tokens("exchange", form)

    async def refresh(self, refresh_token: str) -> GivenTokens:
        """Give new tokens for old ones. Raises as `exchange` does."""
        return await self._tokens("refresh", {"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def revoke(self, refresh_token: str) -> None:
        """End a grant. One that has ended already is ended.

        Raises:
            SignInAwayError: nobody knows whether it has.
        """
        status, body = await self._post(
            await self._address("revocation_endpoint"), json={"token": refresh_token}
        )
        if status == HTTPStatus.OK or (
            status == HTTPStatus.BAD_REQUEST and _error_in(body) != "invalid_client"
        ):
            SIGN_IN_REQUESTS.labels("revoke", "done").inc()
            return
        raise self._away("revoke", status, body)

    async def _tokens(self, asked: str, form: Mapping[str, str]) -> GivenTokens:
        status, body = await self._post(
            await self._address("token_endpoint"), data=form, headers={ENDS: "true"}
        )
        # Both: some answers were taken for good ones by their status alone (node-quickbooks issue 171).
        if _error_in(body) == "invalid_grant":
            SIGN_IN_REQUESTS.labels(asked, "invalid_grant").inc()
            raise GrantEndedError
        given = _tokens_in(body) if status == HTTPStatus.OK else None
        if given is None:
            raise self._away(asked, status, body)
        SIGN_IN_REQUESTS.labels(asked, "done").inc()
        return given

    async def _post(
        self, address: str, headers: Mapping[str, str] | None = None, **body: object
    ) -> tuple[int, object]:
        basic = aiohttp.encode_basic_auth(self._app.client_id, self._app.client_secret)
        sent = {"Accept": "application/json", "Authorization": basic, **(headers or {})}
        try:
            async with self._session.post(
                address,
                headers=sent,
                timeout=self._timeout,
                allow_redirects=False,
                **body,  # type: ignore[arg-type]
            ) as answer:
                return answer.status, await read_json(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SignInAwayError(type(error).__name__) from None

    def _away(self, asked: str, status: int, body: object) -> SignInAwayError:
        error = _error_in(body)
        SIGN_IN_REQUESTS.labels(asked, error or str(status)).inc()
        # A wrong client secret is for who runs this, and no firm's business.
        log.error("quickbooks_sign_in_failed", asked=asked, status=status, error=error)
        return SignInAwayError(error or f"status {status}")

    async def _address(self, name: str) -> str:
        if self._addresses is None:
            self._addresses = await self._discover()
        return self._addresses[name]

    async def _discover(self) -> Mapping[str, str]:
        try:
            async with self._session.get(
                self._discovery_url, timeout=self._timeout, allow_redirects=False
            ) as answer:
                status, body = answer.status, await read_json(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SignInAwayError(type(error).__name__) from None
        found = body if isinstance(body, dict) and status == HTTPStatus.OK else {}
        addresses = {name: str(found[name]) for name in _NEEDED if isinstance(found.get(name), str)}
        # As safe as the address that we were given: none of them leads from https to http.
        scheme = scheme_of(self._discovery_url)
        if len(addresses) < len(_NEEDED) or any(scheme_of(each) != scheme for each in addresses.values()):
            raise self._away("discovery", status, body)
        SIGN_IN_REQUESTS.labels("discovery", "done").inc()
        return addresses


_ERRORS = frozenset(
    {
        *("invalid_grant", "invalid_client", "invalid_request", "invalid_scope"),
        *("unauthorized_client", "unsupported_grant_type"),
    }
)


def _error_in(body: object) -> str | None:
    """Name the error of an answer (RFC 6749, 5.2): one of those that there are, or `other`, and no text of others."""
    said = body.get("error") if isinstance(body, dict) else None
    if said is None:
        return None
    return said if isinstance(said, str) and said in _ERRORS else "other"


def _tokens_in(body: object) -> GivenTokens | None:
    match body:
        case {
            "access_token": str(access),
            "refresh_token": str(refresh),
            "expires_in": int(access_seconds),
            "x_refresh_token_expires_in": int(refresh_seconds),
        } if _are_tokens(access, refresh) and _are_seconds(access_seconds, refresh_seconds):
            hard = body.get("x_refresh_token_hard_expires_in") if isinstance(body, dict) else None
            return GivenTokens(
                access=access,
                refresh=refresh,
                access_seconds=access_seconds,
                refresh_seconds=refresh_seconds,
                hard_seconds=hard if isinstance(hard, int) and _are_seconds(hard) else None,
            )
        case _:
            return None


def _are_tokens(access: str, refresh: str) -> bool:
    return (
        0 < len(access) <= LONGEST_ACCESS_TOKEN
        and 0 < len(refresh) <= LONGEST_REFRESH_TOKEN
        and all(each.isascii() and each.isprintable() and " " not in each for each in (access, refresh))
    )


def _are_seconds(*seconds: int) -> bool:
    return all(0 < each <= MOST_SECONDS for each in seconds)
