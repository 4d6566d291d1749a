"""Reads the bodies of Intuit's webhooks: CloudEvents, and the older `eventNotifications`.

The portal of an app chooses the format, and either may come (Intuit, Webhooks: CloudEvents migration). What `data`
holds is never trusted for values: it differs by source, so the customer is read anew.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from domain.ids import CustomerId, RealmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One customer changed. `operation`: created, updated, deleted, merged or one that we don't know.

    `deleted_id`: of a merge, the customer that is no more.
    """

    event_id: str
    realm_id: RealmId
    customer_id: CustomerId
    operation: str
    time: datetime
    deleted_id: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What a body holds. `others`: entities that are no customers. `unreadable`: why, for each that can't be read."""

    customers: tuple[Notice, ...]
    others: int
    unreadable: tuple[str, ...]


_LEGACY_OPERATIONS = {"create": "created", "update": "updated", "delete": "deleted", "merge": "merged"}


def read_notices(body: bytes) -> Notices:
    """Read a body.

    Raises:
        ValueError: it is of neither format. The message holds nothing of it.
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError("the body is not JSON") from None
    match parsed:
        case list():
            return _read(parsed, _cloud_event)
        case {"eventNotifications": list() as notifications}:
            return _read(list(_legacy_entities(notifications)), _legacy_event)
        # One event by itself: structured mode without the array.
        case {"specversion": _}:
            return _read([parsed], _cloud_event)
    raise ValueError("expected an array of CloudEvents, or an object with eventNotifications")


def moment(text: str) -> datetime:
    """Read a time with 0 to 9 fraction digits and an offset with or without its colon.

    Raises:
        ValueError: it is none, or has no offset.
    """
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)", text.strip()
    )
    if found is None:
        raise ValueError("expected a time as in 2026-09-01T10:00:00Z")
    fraction = f".{found[2].ljust(6, '0')}" if found[2] else ""
    return datetime.fromisoformat(found[1] + fraction + found[3])


def _read(events: list[Any], read_one: Callable[[Any], Notice | None]) -> Notices:
    customers: list[Notice] = []
    unreadable: list[str] = []
    others = 0
    for number, event in enumerate(events, 1):
        try:
            notice = read_one(event)
        except ValueError as wrong:
            unreadable.append(f"event {number}: {wrong}")
            continue
        if notice is None:
            others += 1
        else:
            customers.append(notice)
    return Notices(customers=tuple(customers), others=others, unreadable=tuple(unreadable))


def _cloud_event(event: Any) -> Notice | None:
    found = re.fullmatch(r"qbo\.([a-z]+)\.([a-z]+)\.v\d+", _text(event, "type").lower())
    if found is None or found[1] != "customer":
        return None
    data = event.get("data")
    deleted = data.get("deletedid") if isinstance(data, dict) else None
    return Notice(
        event_id=_text(event, "id"),
        realm_id=RealmId(_text(event, "intuitaccountid")),
        customer_id=CustomerId(_text(event, "intuitentityid")),
        operation=found[2],
        time=moment(_text(event, "time")),
        deleted_id=CustomerId(str(deleted)) if deleted else None,
    )


def _legacy_entities(notifications: list[Any]) -> Iterator[Any]:
    for notification in notifications:
        match notification:
            case {"realmId": realm, "dataChangeEvent": {"entities": list() as entities}}:
                for entity in entities:
                    # Not `entity | {…}`: what is no object is found unreadable one by one.
                    yield {"realmId": realm, **entity} if isinstance(entity, dict) else entity
            case _:
                yield None


def _legacy_event(event: Any) -> Notice | None:
    if _text(event, "name").lower() != "customer":
        return None
    realm, customer = _text(event, "realmId"), _text(event, "id")
    operation, time = _text(event, "operation").lower(), _text(event, "lastUpdated")
    deleted = event.get("deletedId")
    # The format has no id; a redelivery has the same of all four.
    digest = sha256(f"{realm}\n{customer}\n{operation}\n{time}".encode()).hexdigest()[:32]
    return Notice(
        event_id=digest,
        realm_id=RealmId(realm),
        customer_id=CustomerId(customer),
        operation=_LEGACY_OPERATIONS.get(operation, operation),
        time=moment(time),
        deleted_id=CustomerId(str(deleted)) if deleted else None,
    )


def _text(event: Any, name: str) -> str:
    value = event.get(name) if isinstance(event, dict) else None
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected {name}, a text that is not empty")
    return value
