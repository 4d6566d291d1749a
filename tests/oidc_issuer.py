"""A small OpenID Connect issuer: discovery, keys, codes with PKCE, tokens. What it says and how it fails is for each test to set."""

import base64
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.unit.adapters.oidc.signing import Signer

CLIENT, SECRET = "our-client", "s:cr%t of ours"


@dataclass
class TestIssuer:
    """What it has, and how often it was asked. `person`: what is said of who signs in; `says`: what a token says otherwise."""

    __test__ = False

    address: str = ""
    signers: list[Signer] = field(default_factory=lambda: [Signer()])
    person: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, audience: str, **said: Any) -> str:
        """Sign a token for somebody, with the newest key; None leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.address, "aud": audience, "iat": now, "exp": now + 300}
        claims |= self.person | said
        return self.signers[-1].sign({name: value for name, value in claims.items() if value is not None})

    def app(self) -> web.Application:
        """Build it."""
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/.well-known/openid-configuration", self._described)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        return app

    @web.middleware
    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(request.path)
        if self.down:
            raise web.HTTPServiceUnavailable
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _described(self, _: web.Request) -> web.Response:
        at = self.address
        described = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
        }
        return web.json_response(described | self.document)

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [signer.public for signer in self.signers]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.address})
        address = f"{asked['redirect_uri']}?{back}"
        if "text/html" in request.headers.get("Accept", ""):
            # A person presses something here, so for their browser it is this site that leads back.
            link = f'<a href="{escape(address)}">Sign in as {escape(str(self.person.get("name")))}</a>'
            page = f"<!doctype html><title>Issuer</title>{link}"
            return web.Response(text=page, content_type="text/html")
        raise web.HTTPFound(address)

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        begun = self._codes.pop(str(form.get("code")), None)
        digest = sha256(str(form.get("code_verifier")).encode()).digest()
        # As it stands in RFC 6749: both parts written as in a form.
        basic = aiohttp.encode_basic_auth(CLIENT, "s%3Acr%25t+of+ours")
        if request.headers.get("Authorization") != basic:
            return web.json_response({"error": "invalid_client"}, status=401)
        if (
            begun is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != begun["redirect_uri"]
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]
            or begun["code_challenge_method"] != "S256"
        ):
            return web.json_response({"error": "invalid_grant", "error_description": "<b>no</b>"}, status=400)
        token = self.token(begun["client_id"], **{"nonce": begun["nonce"]} | self.says)
        return web.json_response({"access_token": "not for us", "token_type": "Bearer", "id_token": token})


@asynccontextmanager
async def issuing() -> AsyncIterator[TestIssuer]:
    """Run one until the end of the block."""
    issuer = TestIssuer(person={"sub": "ana", "name": "Ana Lima", "role": "manager", "firms": ["f-1"]})
    async with TestServer(issuer.app()) as server:
        issuer.address = str(server.make_url("")).rstrip("/")
        yield issuer
