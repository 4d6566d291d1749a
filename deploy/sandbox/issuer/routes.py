"""The issuer's own addresses: what it is (OpenID Connect Discovery, 3), who signs in (Core, 3.1.2), tokens (3.1.3)."""

import secrets
from collections.abc import Mapping
from hmac import compare_digest
from urllib.parse import quote_plus, urlencode

import aiohttp
from aiohttp import web

from deploy.sandbox.issuer.codes import METHOD
from deploy.sandbox.issuer.issuer import TOKENS_LIVE_SECONDS, Issuer
from deploy.sandbox.issuer.keys import ALGORITHM
from deploy.sandbox.issuer.pages import choose_person, refused
from deploy.sandbox.issuer.people import Claims, found, somebody_else

ASKED = "asked_"


class Routes:
    """What programs and people ask it."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    def routes(self) -> list[web.RouteDef]:
        """List them."""
        return [
            web.get("/.well-known/openid-configuration", self._described),
            web.get("/keys", self._keys),
            web.get("/authorize", self._ask),
            web.post("/authorize", self._chosen),
            web.post("/token", self._token),
        ]

    async def _described(self, _: web.Request) -> web.Response:
        at = self._issuer.address
        described = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "profile"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": [METHOD],
            "authorization_response_iss_parameter_supported": True,
        } | self._issuer.document
        return web.json_response(described)

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [key.public for key in self._issuer.keys]})

    async def _ask(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        self._lead_back_what_is_wrong(asked)
        return choose_person(self._issuer.people, asked)

    async def _chosen(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        asked = {name.removeprefix(ASKED): value for name, value in form.items() if name.startswith(ASKED)}
        self._lead_back_what_is_wrong(asked)
        if form.get("do") == "cancel":
            raise self._back(asked, error="access_denied")
        person = self._person(form)
        if person is None:
            return refused("Nobody was chosen.")
        raise self._back(asked, code=self._issuer.codes.give(person, asked))

    def _person(self, form: Mapping[str, str]) -> Claims | None:
        if form.get("do") == "else":
            typed = (form.get(name, "") for name in ("sub", "name", "role", "firms"))
            return somebody_else(*typed)
        return found(self._issuer.people, form.get("person", ""))

    def _lead_back_what_is_wrong(self, asked: Mapping[str, str]) -> None:
        """Refuse what is not asked as it must be: on a page where the app itself is unknown, else back at the app."""
        if asked.get("client_id") != self._issuer.client_id:
            raise _shown("No app is registered under this client_id.")
        if asked.get("redirect_uri") not in self._issuer.redirect_uris:
            raise _shown("This redirect_uri is not registered.")
        if asked.get("response_type") != "code":
            raise self._back(asked, error="unsupported_response_type")
        if "openid" not in asked.get("scope", "").split():
            raise self._back(asked, error="invalid_scope")
        # Stricter than it must be: most issuers let an app go on without them.
        needed = all(asked.get(name) for name in ("state", "nonce", "code_challenge"))
        if not needed or asked.get("code_challenge_method") != METHOD:
            raise self._back(asked, error="invalid_request")

    def _back(self, asked: Mapping[str, str], **said: str) -> web.HTTPSeeOther:
        said |= {"iss": self._issuer.address} | ({"state": asked["state"]} if "state" in asked else {})
        return web.HTTPSeeOther(f"{asked['redirect_uri']}?{urlencode(said)}")

    async def _token(self, request: web.Request) -> web.Response:
        if not self._is_the_app(request.headers.get("Authorization", "")):
            return _error("invalid_client", web.HTTPUnauthorized.status_code)
        form = {name: str(value) for name, value in (await request.post()).items()}
        match form.get("grant_type"):
            case "authorization_code":
                return self._of_code(form)
            case "client_credentials":
                return self._of_program(form)
            case _:
                return _error("unsupported_grant_type")

    def _of_code(self, form: Mapping[str, str]) -> web.Response:
        chosen = self._issuer.codes.take(form.get("code", ""))
        if chosen is None or not chosen.belongs_to(
            form.get("redirect_uri", ""), form.get("code_verifier", "")
        ):
            return _error("invalid_grant")
        said = {"nonce": chosen.asked["nonce"]} | self._issuer.says
        token = self._issuer.signed(self._issuer.client_id, chosen.person, said)
        # Nobody needs it: there is no user info.
        return _given({"access_token": secrets.token_urlsafe(16), "id_token": token})

    def _of_program(self, form: Mapping[str, str]) -> web.Response:
        """Give a token for an API (RFC 6749, 4.4) that speaks for one of the people, so that anything may be tried."""
        person = found(self._issuer.people, form.get("person", ""))
        if person is None or not form.get("audience"):
            return _error("invalid_request")
        return _given({"access_token": self._issuer.signed(form["audience"], person, {})})

    def _is_the_app(self, authorization: str) -> bool:
        # As it stands in RFC 6749, 2.3.1: both parts written as in a form.
        parts = quote_plus(self._issuer.client_id), quote_plus(self._issuer.client_secret)
        return compare_digest(authorization.encode(), aiohttp.encode_basic_auth(*parts).encode())


def _given(tokens: Mapping[str, object]) -> web.Response:
    given = {"token_type": "Bearer", "expires_in": TOKENS_LIVE_SECONDS, **tokens}
    return web.json_response(given, headers={"Cache-Control": "no-store"})


def _error(code: str, status: int = web.HTTPBadRequest.status_code) -> web.Response:
    # What an issuer adds in words is its own, and may be anything.
    return web.json_response({"error": code, "error_description": "<b>no</b>"}, status=status)


def _shown(why: str) -> web.HTTPException:
    page = refused(why)
    return web.HTTPBadRequest(text=page.text, content_type="text/html")
