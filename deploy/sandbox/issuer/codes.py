"""Codes that are given for a choice, and taken once (RFC 6749, 4.1.2; RFC 7636, 4.6)."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from deploy.sandbox.issuer.people import Claims

LIVES_SECONDS = 60.0
METHOD = "S256"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who was chosen, for what was asked."""

    person: Claims
    asked: Mapping[str, str]
    until: float

    def belongs_to(self, redirect_uri: str, verifier: str) -> bool:
        """Say whether who brings the code is who asked."""
        digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return redirect_uri == self.asked["redirect_uri"] and digest == self.asked["code_challenge"]


class Codes:
    """Those that are worth something."""

    def __init__(self) -> None:
        self._given: dict[str, Chosen] = {}

    def give(self, person: Claims, asked: Mapping[str, str]) -> str:
        """Give one."""
        now = time.monotonic()
        self._given = {code: chosen for code, chosen in self._given.items() if chosen.until > now}
        code = secrets.token_urlsafe(16)
        self._given[code] = Chosen(dict(person), asked, now + LIVES_SECONDS)
        return code

    def take(self, code: str) -> Chosen | None:
        """Take one; a second time it is worth nothing, whoever brought it first."""
        chosen = self._given.pop(code, None)
        return chosen if chosen is not None and chosen.until > time.monotonic() else None
