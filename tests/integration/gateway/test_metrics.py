"""What a gateway shows to Prometheus at `/metrics`."""

import re
from base64 import b64encode
from hashlib import sha256
from hmac import digest

import orjson
import pytest

from tests.integration.gateway.conftest import VERIFIER, Running


async def _figure(gateway: Running, name: str) -> float:
    async with gateway.http.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        found = re.search(rf"^{re.escape(name)} (\S+)$", await answer.text(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def _deliver(gateway: Running, body: bytes, verifier: str = VERIFIER) -> int:
    signature = b64encode(digest(verifier.encode(), body, sha256)).decode()
    async with gateway.http.post(
        "/webhooks/quickbooks", data=body, headers={"intuit-signature": signature}
    ) as answer:
        return answer.status


def _change(realm: str) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": "n-1",
        "type": "qbo.customer.updated.v1",
        "time": "2026-11-23T10:00:00Z",
        "intuitentityid": "58",
        "intuitaccountid": realm,
    }


@pytest.mark.usefixtures("connected")
async def test_webhooks_are_counted_by_what_became_of_them(gateway: Running) -> None:
    """Deliveries and the changes in them; what is parked, by its reason."""
    names = (
        'client_sync_webhooks_total{result="taken_in"}',
        'client_sync_webhooks_total{result="bad_signature"}',
        'client_sync_webhook_notices_total{result="written"}',
        'client_sync_webhook_notices_total{result="unknown_realm"}',
        'client_sync_dead_letters_total{reason="unknown_realm"}',
    )
    before = {name: await _figure(gateway, name) for name in names}

    assert await _deliver(gateway, orjson.dumps([_change("91"), _change("92")])) == 200
    assert await _deliver(gateway, b"[]", "somebody else's") == 403

    after = {name: await _figure(gateway, name) for name in names}
    assert {name: after[name] - before[name] for name in names} == dict.fromkeys(names, 1.0)


async def test_letters_that_wait_are_counted_by_reason(gateway: Running) -> None:
    """With the age of the oldest; who discards one is told of it no more. No series names a firm."""
    waiting = 'client_sync_dead_letters_waiting{reason="unreadable_webhook"}'
    oldest = 'client_sync_dead_letters_oldest_seconds{reason="unreadable_webhook"}'
    assert await _figure(gateway, waiting) == 0
    assert await _deliver(gateway, b"no JSON") == 200
    (letter,) = await gateway.dead_letters(1)

    assert await _figure(gateway, waiting) == 1
    assert 0 < await _figure(gateway, oldest) < 300

    path, why = f"/api/v1/dead-letters/{letter['id']}/discard", {"reason": "of nobody"}
    answer, _ = await gateway.ask("POST", path, token="dev-operator", body=why)
    assert answer.status == 200
    assert (await _figure(gateway, waiting), await _figure(gateway, oldest)) == (0, 0)


async def test_it_shows_how_far_the_read_model_is_behind(gateway: Running) -> None:
    """Nothing is in the log, so nothing is missing; and a page without a figure is no page."""
    async with gateway.http.get("/metrics") as answer:
        assert "client_sync_read_model_behind 0.0" in (await answer.text()).splitlines()
