"""Takes in Intuit's webhooks: checks, writes to Kafka, answers. The work they cause is done elsewhere.

200 means: all of it is in Kafka, or parked where an operator sees it. Anything else makes Intuit send all of it
again, and hold back what comes after it; so only a bad signature (403) and an outage of ours (503) are refused.
"""

import asyncio

import structlog
from aiohttp import web

from adapters.store.connections import StoredConnection
from adapters.web.meters import NOTICES, WEBHOOKS
from adapters.web.notices import Notice, read_notices
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem
from adapters.web.signature import HEADER, is_signed
from domain.ids import RealmId
from domain.inputs import CustomerNotified
from domain.ports import KafkaAwayError

PATH = "/webhooks/quickbooks"
ANSWER_WITHIN_SECONDS = 2.7
"""Intuit gives 3 s (Webhooks, best practices); what takes longer is sent again."""

log = structlog.get_logger(__name__)


async def receive(request: web.Request) -> web.Response:
    """Take in one delivery."""
    parts = request.app[PARTS]
    body = await request.read()
    if not is_signed(body, request.headers.get(HEADER), parts.verifiers):
        # Anybody can send an unsigned body, so none of it is kept.
        WEBHOOKS.labels("bad_signature").inc()
        log.warning("webhook_signature_wrong", bytes=len(body), signed=HEADER in request.headers)
        raise Problem(403, "bad_signature", "The intuit-signature is not that of this body.")
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            await _take_in(parts, body)
    except (KafkaAwayError, TimeoutError) as error:
        WEBHOOKS.labels("not_acknowledged").inc()
        raise KafkaAwayError(PATH) from error
    WEBHOOKS.labels("taken_in").inc()
    return web.Response()


async def _take_in(parts: Parts, body: bytes) -> None:
    try:
        notices = read_notices(body)
    except ValueError as wrong:
        await _park(parts, body, "unreadable_webhook", str(wrong))
        return
    realms = {notice.realm_id for notice in notices.customers}
    firms = {realm: await parts.connections.of_realm(realm) for realm in sorted(realms)}
    connected = [
        (notice, firm)
        for notice in notices.customers
        if (firm := firms[notice.realm_id]) is not None and firm.status == "connected"
    ]
    await asyncio.gather(*(_publish(parts, notice, firm) for notice, firm in connected))
    unknown = [realm for realm, firm in firms.items() if firm is None]
    if unknown:
        said = f"no firm is connected to {', '.join(unknown)}; connect it, then redrive"
        await _park(parts, body, "unknown_realm", said)
    if notices.unreadable:
        await _park(parts, body, "unreadable_webhook", "; ".join(notices.unreadable[:5]))
    told = {
        "written": len(connected),
        "other_entity": notices.others,
        "of_disconnected": sum(_is_asleep(firms, notice.realm_id) for notice in notices.customers),
        "unknown_realm": sum(firms[notice.realm_id] is None for notice in notices.customers),
        "unreadable": len(notices.unreadable),
    }
    for result, number in told.items():
        NOTICES.labels(result).inc(number)
    log.info("webhook_taken_in", **told)


async def _publish(parts: Parts, notice: Notice, connection: StoredConnection) -> None:
    notified = CustomerNotified(
        firm_id=connection.firm_id,
        realm_id=notice.realm_id,
        customer_id=notice.customer_id,
        operation=notice.operation,
        time=notice.time,
        deleted_id=notice.deleted_id,
    )
    await parts.notifications.publish(notified, notice.event_id)


async def _park(parts: Parts, body: bytes, reason: str, detail: str) -> None:
    log.warning("webhook_parked", reason=reason, bytes=len(body))
    await parts.dead_letters.park(body, key=None, reason=reason, detail=detail, source=PATH)


def _is_asleep(firms: dict[RealmId, StoredConnection | None], realm: RealmId) -> bool:
    firm = firms[realm]
    return firm is not None and firm.status != "connected"
