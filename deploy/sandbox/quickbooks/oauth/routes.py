"""Intuit's addresses for signing in; all of them on the stand-in's one host.

Discovery, authorize, token and revoke as in intuit/oauth-jsclient and intuit/oauth-pythonclient; the faults as recorded
(RFC 6749, 5.2). None of it needs a company's token, and none of it is written into the ledger but that it happened.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

import orjson
from aiohttp import web

from deploy.sandbox.quickbooks.answers import tid
from deploy.sandbox.quickbooks.oauth import pages
from deploy.sandbox.quickbooks.oauth.grants import InvalidGrantError
from deploy.sandbox.quickbooks.service import Service

AUTHORIZE = "/connect/oauth2"
TOKEN = "/oauth2/v1/tokens/bearer"  # noqa: S105  (an address)
REVOKE = "/v2/oauth2/tokens/revoke"
DISCOVERY = ("/.well-known/openid_configuration", "/.well-known/openid_sandbox_configuration")
ISSUER = "/op/v1"
SCOPE = "com.intuit.quickbooks.accounting"
ASKS_FOR_THE_END = "x-include-refresh-token-hard-expires-in"
PATHS = frozenset({AUTHORIZE, TOKEN, REVOKE, *DISCOVERY})
"""Those that are asked without a company's token."""

_ASKED = ("client_id", "response_type", "scope", "redirect_uri", "state")
_MOST_STATE = 2000


def oauth_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes."""
    grants = service.grants

    async def discover(request: web.Request) -> web.Response:
        here = f"{request.scheme}://{request.host}"
        return web.json_response(
            {
                "issuer": here + ISSUER,
                "authorization_endpoint": here + AUTHORIZE,
                "token_endpoint": here + TOKEN,
                "userinfo_endpoint": here + "/v1/openid_connect/userinfo",
                "revocation_endpoint": here + REVOKE,
                "jwks_uri": here + ISSUER + "/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": [SCOPE],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    async def ask(request: web.Request) -> web.Response:
        asked = {name: request.query.get(name, "") for name in _ASKED}
        if (wrong := _wrong_with(service, asked)) is not None:
            return pages.refused(wrong)
        return pages.choose_company(service.books.names(), asked)

    async def choose(request: web.Request) -> web.Response:
        sent = {name: str(value) for name, value in (await request.post()).items()}
        asked = {name: sent.get(name, "") for name in _ASKED}
        if (wrong := _wrong_with(service, asked)) is not None:
            return pages.refused(wrong)
        if sent.get("do") != "connect":
            return _lead_back(
                asked, {"error": "access_denied", "error_description": "The user denied access."}
            )
        realm = sent.get("realm", "")
        if realm not in service.books.companies:
            return pages.refused("There is no such company.")
        code = grants.give_code(asked["client_id"], asked["redirect_uri"], realm)
        return _lead_back(asked, {"code": code, "realmId": realm})

    async def token(request: web.Request) -> web.Response:
        return await _give_tokens(service, request)

    async def revoke(request: web.Request) -> web.Response:
        app = service.settings.app
        if not app.is_named_by(request):
            return _fault("invalid_client", service.grants.rules.wrong_client_status)
        if not grants.revoke(app.client_id, await _token_in(request)):
            return _fault("invalid_request")
        return web.Response(headers=tid())

    return [
        *(web.get(path, discover) for path in DISCOVERY),
        web.get(AUTHORIZE, ask),
        web.post(AUTHORIZE, choose),
        web.post(TOKEN, token),
        web.post(REVOKE, revoke),
    ]


async def _give_tokens(service: Service, request: web.Request) -> web.Response:
    sent = {name: str(value) for name, value in (await request.post()).items()}
    app, grants = service.settings.app, service.grants
    if not app.is_named_by(request):
        return _fault("invalid_client", grants.rules.wrong_client_status)
    try:
        match sent.get("grant_type"):
            case "authorization_code":
                code, address = sent.get("code", ""), sent.get("redirect_uri", "")
                given = grants.exchange(app.client_id, code, address)
            case "refresh_token":
                given = grants.refresh(app.client_id, sent.get("refresh_token", ""))
            case None:
                return _fault("invalid_request")
            case _:
                return _fault("unsupported_grant_type")
    except InvalidGrantError:
        return _fault("invalid_grant")
    if request.headers.get(ASKS_FOR_THE_END, "").lower() != "true":
        del given["x_refresh_token_hard_expires_in"]
    return web.json_response(given, headers=tid() | {"Cache-Control": "no-store"})


def _wrong_with(service: Service, asked: Mapping[str, str]) -> str | None:
    """Say why an app's question can't be put to a person. None: it can."""
    app = service.settings.app
    if asked["client_id"] != app.client_id:
        return "The client_id is not that of an app."
    if asked["redirect_uri"] not in app.redirect_uris:
        return "The redirect_uri query parameter value is invalid. It is not one of those registered for the app."
    if asked["response_type"] != "code":
        return "The response_type must be code."
    if SCOPE not in asked["scope"].split():
        return f"The scope must have {SCOPE}."
    if not 0 < len(asked["state"]) <= _MOST_STATE:
        return "The state is missing, or too long."
    return None


def _lead_back(asked: Mapping[str, str], more: Mapping[str, str]) -> web.Response:
    query = urlencode({**more, "state": asked["state"]})
    address = asked["redirect_uri"]
    joined = f"{address}{'&' if '?' in address else '?'}{query}"
    return web.Response(status=web.HTTPFound.status_code, headers={"Location": joined})


async def _token_in(request: web.Request) -> str:
    """Find the token to be revoked: as JSON, as Intuit documents, or as a form, as node-quickbooks sends it."""
    if request.content_type != "application/json":
        return str((await request.post()).get("token"))
    try:
        sent = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return ""
    return str(sent.get("token")) if isinstance(sent, dict) else ""


def _fault(error: str, status: int = 400) -> web.Response:
    return web.json_response({"error": error}, status=status, headers=tid())
