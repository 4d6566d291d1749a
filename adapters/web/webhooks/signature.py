"""Tells whether a webhook is Intuit's, by its `intuit-signature` over the raw body (Intuit, Webhooks)."""

import hmac
from base64 import b64encode
from collections.abc import Sequence

HEADER = "intuit-signature"


def signature_of(body: bytes, verifier: str) -> str:
    """Sign a body as Intuit does: base64 of HMAC-SHA256 under the app's verifier token."""
    return b64encode(hmac.digest(verifier.encode(), body, "sha256")).decode()


def is_signed(body: bytes, signature: str | None, verifiers: Sequence[str]) -> bool:
    """Say whether one of our verifier tokens signed these bytes; takes as long whichever it was, and if none."""
    # A header may hold any bytes; those that are no UTF-8 come as surrogates.
    given = (signature or "").encode(errors="surrogateescape")
    matches = [hmac.compare_digest(signature_of(body, each).encode(), given) for each in verifiers]
    return any(matches)
