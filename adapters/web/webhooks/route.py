"""Takes in Intuit's webhooks: checks, writes to Kafka, answers. The work they cause is done elsewhere.

200 means: all of it is in Kafka, or parked where an operator sees it. Anything else makes Intuit send all of it
again, and hold back what comes after it; so only a bad signature (403) and an outage of ours (503) are refused. While
this gateway does not know all of the log, a company that it does not know is one of those.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

import structlog
from aiohttp import web

from adapters.store.connections import StoredConnection
from adapters.web.bodies import read_body
from adapters.web.meters import NOTICES, WEBHOOKS
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem
from adapters.web.webhooks.deliveries import DELIVERIES
from adapters.web.webhooks.notices import Notice, Notices, read_notices
from adapters.web.webhooks.parked_bodies import Parked, letters_of, pieces_of
from adapters.web.webhooks.signature import HEADER, is_signed
from domain.codes import ParkedCode
from domain.ids import RealmId
from domain.inputs import CustomerNotified
from domain.ports import KafkaAwayError

PATH = "/webhooks/quickbooks"
ANSWER_WITHIN_SECONDS = 2.7
"""Intuit gives 3 s (Webhooks, best practices); what takes longer is sent again."""

CAUGHT_UP_WITHIN_SECONDS = 1.5

LARGEST_BODY = 10 * 1024 * 1024
"""Bytes. Intuit asks for 2 MB at least."""

BODY_WITHIN_SECONDS = 5.0
"""More than Intuit's 3 s for everything: a body that is slower is none of theirs, or nobody waits for its answer."""

LARGE_BYTES = 128 * 1024
"""To read so much takes some milliseconds; more is read beside the event loop."""

MOST_NAMED = 10

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Firms = dict[RealmId, StoredConnection]

log = structlog.get_logger(__name__)


class _TooEarlyError(Exception):
    """A company may well be a firm's, for all that is known here."""


async def receive(request: web.Request) -> web.Response:
    """Take in one delivery."""
    parts = request.app[PARTS]
    signature = request.headers.get(HEADER)
    if signature is None:
        raise _not_signed(None, request.content_length)
    body = await read_body(request, LARGEST_BODY, BODY_WITHIN_SECONDS)
    if not await _aside(body, is_signed, body, signature, parts.verifiers):
        raise _not_signed(signature, len(body))
    try:
        await request.app[DELIVERIES].take_in(signature, lambda: _take_in(parts, body), ANSWER_WITHIN_SECONDS)
    except _TooEarlyError:
        WEBHOOKS.labels("too_early").inc()
        raise Problem(
            503,
            "read_model_behind",
            "Not all of the log is known here yet, so nobody can say whose company this is. Send it again.",
            headers={"Retry-After": "5"},
        ) from None
    except (KafkaAwayError, TimeoutError) as error:
        WEBHOOKS.labels("not_acknowledged").inc()
        raise KafkaAwayError(PATH) from error
    WEBHOOKS.labels("taken_in").inc()
    return web.Response()


def _not_signed(signature: str | None, size: int | None) -> Problem:
    # Anybody can send an unsigned body, so none of it is kept.
    WEBHOOKS.labels("bad_signature").inc()
    log.warning("webhook_signature_wrong", bytes=size, signed=signature is not None)
    return Problem(
        403,
        "bad_signature",
        "This was not signed by QuickBooks.",
        advice="The intuit-signature is not that of this body.",
    )


async def _aside(
    body: bytes, do: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs
) -> Answer:
    """Do what takes long for a large body beside the event loop, which others wait for."""
    if len(body) <= LARGE_BYTES:
        return do(*args, **kwargs)
    return await asyncio.to_thread(do, *args, **kwargs)


async def _take_in(parts: Parts, body: bytes) -> None:
    try:
        notices = await _aside(body, read_notices, body)
    except ValueError as wrong:
        await _park(parts, pieces_of(body), "unreadable_webhook", str(wrong))
        return
    firms = await _firms(parts, {notice.realm_id for notice in notices.customers})
    unknown = [notice for notice in notices.customers if notice.realm_id not in firms]
    connected = [
        (notified(notice, firm), notice.event_id)
        for notice in notices.customers
        if (firm := firms.get(notice.realm_id)) is not None and firm.status == "connected"
    ]
    await asyncio.gather(
        parts.notifications.publish_all(connected),
        _park_unknown(parts, body, notices, unknown),
        _park_unreadable(parts, body, notices),
    )
    _count(
        {
            "written": len(connected),
            "said_again": notices.said_again,
            "other_entity": notices.others,
            "of_disconnected": len(notices.customers) - len(connected) - len(unknown),
            "unknown_realm": len(unknown),
            "unreadable": len(notices.unreadable),
        }
    )


async def _firms(parts: Parts, realms: set[RealmId]) -> Firms:
    """Name the firms of companies; that one has none is believed only of a table that shows all of the log.

    Raises:
        _TooEarlyError: nobody can say yet whose company it is.
    """
    firms = await parts.connections.of_realms(realms)
    if all(realm in firms and firms[realm].status == "connected" for realm in realms):
        return firms
    try:
        async with asyncio.timeout(CAUGHT_UP_WITHIN_SECONDS):
            await parts.progress.caught_up()
    except TimeoutError:
        raise _TooEarlyError from None
    if not (await parts.read_model.build()).complete:
        raise _TooEarlyError
    firms = await parts.connections.of_realms(realms)
    if any(firm.status == "connecting" for firm in firms.values()):
        raise _TooEarlyError
    return firms


def notified(notice: Notice, connection: StoredConnection) -> CustomerNotified:
    """Say it as the engine hears it."""
    return CustomerNotified(
        firm_id=connection.firm_id,
        realm_id=notice.realm_id,
        customer_id=notice.customer_id,
        operation=notice.operation,
        time=notice.time,
        deleted_id=notice.deleted_id,
    )


async def _park_unknown(parts: Parts, body: bytes, notices: Notices, unknown: Sequence[Notice]) -> None:
    if unknown:
        letters = await _aside(body, letters_of, body, notices.around, [each.original for each in unknown])
        realms = sorted({notice.realm_id for notice in unknown})
        await _park(parts, letters, "unknown_realm", realms_named(unknown), realms)


def realms_named(unknown: Iterable[Notice]) -> str:
    """Name companies that nobody is connected to."""
    realms = sorted({notice.realm_id for notice in unknown})
    return f"no firm is connected to {some_of(realms, ', ')}"


async def _park_unreadable(parts: Parts, body: bytes, notices: Notices) -> None:
    if notices.unreadable:
        originals = [each.original for each in notices.unreadable]
        letters = await _aside(body, letters_of, body, notices.around, originals)
        why = some_of([each.why for each in notices.unreadable], "; ")
        await _park(parts, letters, "unreadable_webhook", why)


async def _park(
    parts: Parts,
    letters: Sequence[Parked],
    reason: ParkedCode,
    detail: str,
    realms: Sequence[RealmId] = (),
) -> None:
    log.warning(
        "webhook_parked", reason=reason, letters=len(letters), bytes=sum(len(each.body) for each in letters)
    )
    await asyncio.gather(
        *(
            parts.dead_letters.park(
                letter.body,
                key=None,
                reason=reason,
                detail=f"{detail} ({letter.remark})" if letter.remark else detail,
                source=PATH,
                realms=realms,
            )
            for letter in letters
        )
    )


def some_of(said: Sequence[str], between: str) -> str:
    """Name the first few, and say how many more there are: the sentence stands in a header."""
    more = len(said) - MOST_NAMED
    return between.join(said[:MOST_NAMED]) + (f"{between}and {more} more" if more > 0 else "")


def _count(told: dict[str, int]) -> None:
    for result, number in told.items():
        NOTICES.labels(result).inc(number)
    log.info("webhook_taken_in", **told)
