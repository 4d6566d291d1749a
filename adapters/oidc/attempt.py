"""One way to the issuer and back. All that it needs follows from a secret that stays in the browser's cookie.

So nothing is kept of somebody who only presses the button, or who only pretends to come back; and state, nonce and
verifier, of which the issuer sees two, tell nobody each other, nor the secret.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

LASTS = timedelta(minutes=15)
CLOCKS_DIFFER_SECONDS = 60
"""By so much the clock of another gateway may differ, at which it was begun."""

LONGEST_NEXT = 1500
LONGEST_COOKIE = 2500
_COOKIE = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_=-]*)")


@dataclass(frozen=True, slots=True)
class Attempt:
    """`cookie`: the secret, when it was begun, and the page of ours it leads on to; `next` is that page, empty if none."""

    cookie: str
    next: str

    @property
    def state(self) -> str:
        """What comes back in the address."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What comes back in the ID token."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What shows the issuer that whoever brings the code is who left (RFC 7636)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """What the issuer compares the verifier with."""
        return _written(sha256(self.verifier.encode()).digest())

    def _derived(self, purpose: str) -> str:
        return _written(sha256(f"{purpose}:{self.cookie}".encode()).digest())


def begin(next_page: str, now: datetime) -> Attempt:
    """Begin one."""
    kept = next_page if len(next_page) <= LONGEST_NEXT else ""
    written = urlsafe_b64encode(kept.encode()).decode()
    return Attempt(f"{int(now.timestamp())}.{secrets.token_urlsafe(32)}.{written}", kept)


def of_cookie(cookie: str, now: datetime) -> Attempt | None:
    """Read what a browser has kept; None if it is nothing of ours, or too old."""
    read = _COOKIE.fullmatch(cookie) if len(cookie) <= LONGEST_COOKIE else None
    if read is None:
        return None
    age = now.timestamp() - int(read[1])
    try:
        next_page = urlsafe_b64decode(read[3]).decode()
    except ValueError:
        return None
    return Attempt(cookie, next_page) if -CLOCKS_DIFFER_SECONDS <= age < LASTS.total_seconds() else None


def _written(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
