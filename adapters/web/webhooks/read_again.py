"""Reads a webhook's body that was parked, as a delivery is read, with the companies that are connected by now."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.store.connections import Connections
from adapters.web.webhooks.notices import Notice, Notices, read_notices
from adapters.web.webhooks.route import notified, realms_named, some_of
from domain.codes import ParkedCode
from domain.ids import RealmId
from domain.inputs import CustomerNotified
from domain.letters import Misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """What can be used of a body, each notice with its event's id, and what is left of it, with the reason.

    `skipped`: notices of companies that have disconnected. `rest`: a body of what is left; empty: nothing, or all.
    """

    notified: tuple[tuple[CustomerNotified, str], ...] = ()
    skipped: int = 0
    misfit: Misfit | None = None
    rest: bytes = b""
    realms: tuple[RealmId, ...] = ()


async def read_again(connections: Connections, body: bytes) -> ReadAgain:
    """Read it."""
    try:
        notices = read_notices(body)
    except ValueError as wrong:
        return ReadAgain(misfit=Misfit(reason="unreadable_webhook", detail=str(wrong)))
    firms = await connections.of_realms({each.realm_id for each in notices.customers})
    usable = {realm: found for realm, found in firms.items() if found.status == "connected"}
    asleep = {realm for realm, found in firms.items() if found.status == "disconnected"}
    unknown = [
        each for each in notices.customers if each.realm_id not in usable and each.realm_id not in asleep
    ]
    told = tuple(
        (notified(each, usable[each.realm_id]), each.event_id)
        for each in notices.customers
        if each.realm_id in usable
    )
    left = [each.original for each in unknown] + [each.original for each in notices.unreadable]
    try:
        rest = notices.body_of(left) if told and left else b""
    except orjson.JSONEncodeError:  # nested deeper than can be written
        return ReadAgain(misfit=Misfit(reason="too_deep", detail="what would be left of it can't be written"))
    return ReadAgain(
        notified=told,
        skipped=sum(each.realm_id in asleep for each in notices.customers),
        misfit=_misfit(notices, unknown),
        rest=rest,
        realms=tuple(sorted({each.realm_id for each in unknown})),
    )


def _misfit(notices: Notices, unknown: Sequence[Notice]) -> Misfit | None:
    reason: ParkedCode
    if unknown:
        reason, detail = "unknown_realm", realms_named(unknown)
    elif notices.unreadable:
        reason, detail = "unreadable_webhook", some_of([each.why for each in notices.unreadable], "; ")
    else:
        return None
    return Misfit(reason=reason, detail=detail)
