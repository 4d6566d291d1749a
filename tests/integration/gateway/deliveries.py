"""Delivers webhooks as Intuit does."""

from io import BytesIO
from typing import Any

from adapters.web.webhooks.signature import signature_of
from tests.integration.gateway.conftest import VERIFIER, Running


def event(**changed: Any) -> dict[str, Any]:
    """Tell of customer 58 of company 91, unless `changed` says otherwise."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "intuit.x",
        "type": "qbo.customer.updated.v1",
        "time": "2026-09-01T10:00:00.123456789Z",
        "intuitentityid": "58",
        "intuitaccountid": "91",
    } | changed


async def deliver(gateway: Running, body: bytes, signature: str | None = None, **more: str) -> int:
    """Deliver a body, signed unless a signature is given; the status. `more`: headers, `_` is a dash."""
    headers = {name.replace("_", "-"): value for name, value in more.items()} | {
        "intuit-signature": signature if signature is not None else signature_of(body, VERIFIER),
        "Content-Type": "application/cloudevents+json",
    }
    # As a stream: bytes as a whole hold up the event loop where they are many, and aiohttp warns of it.
    async with gateway.http.post("/webhooks/quickbooks", data=BytesIO(body), headers=headers) as answer:
        return answer.status
