"""The app that signs in, as it is registered in Intuit's developer portal: keys, and the addresses that it may name."""

import base64
import binascii
import hmac
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """`redirect_uris`: those that Intuit leads back to, character by character."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]

    def is_named_by(self, request: web.Request) -> bool:
        """Say whether a request has its keys, as `Authorization: Basic …`."""
        kind, _, said = request.headers.get("Authorization", "").partition(" ")
        try:
            keys = base64.b64decode(said, validate=True)
        except (ValueError, binascii.Error):
            return False
        ours = f"{self.client_id}:{self.client_secret}".encode()
        return bool(self.client_id) and kind.lower() == "basic" and hmac.compare_digest(keys, ours)
