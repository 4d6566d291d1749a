"""Reads the bodies of Intuit's webhooks: CloudEvents, and the older `eventNotifications`.

The portal of an app chooses the format, and either may come (Intuit, Webhooks: CloudEvents migration). What `data`
holds is never trusted for values: it differs by source, so the customer is read anew.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from domain.bounds import CODE, CUSTOMER, ID, REALM, Bound, within
from domain.ids import CustomerId, RealmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One customer changed. `operation`: created, updated, deleted, merged or one that we don't know.

    `deleted_id`: of a merge, the customer that is no more. `original`: the JSON of it alone, as an element of a body.
    """

    event_id: str
    realm_id: RealmId
    customer_id: CustomerId
    operation: str
    time: datetime
    original: Any
    deleted_id: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A notice that can't be read. `why` holds nothing of it."""

    why: str
    original: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What a body holds, each thing that is said of a customer once.

    `others`: entities that are no customers. `said_again`: notices that say what another one says.
    `around`: what stands around notices to make a body of them.
    """

    customers: tuple[Notice, ...]
    others: int
    said_again: int
    unreadable: tuple[Unreadable, ...]
    around: tuple[bytes, bytes]

    def body_of(self, originals: Iterable[Any]) -> bytes:
        """Make a body of some of the notices, of the format that they came in."""
        begin, end = self.around
        return begin + b",".join(map(orjson.dumps, originals)) + end


_LEGACY_OPERATIONS = {"create": "created", "update": "updated", "delete": "deleted", "merge": "merged"}
_CLOUD_EVENTS = (b"[", b"]")
_LEGACY = (b'{"eventNotifications":[', b"]}")

_KIND = re.compile(r"qbo\.([a-z]+)\.([a-z]+)\.v\d+")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)", re.ASCII)

# A notice as it is read, and as it stands in a body.
_Found = tuple[Any, Any]


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
            return _read(zip(parsed, parsed, strict=True), _cloud_event, _CLOUD_EVENTS)
        case {"eventNotifications": list() as notifications}:
            return _read(_legacy_entities(notifications), _legacy_event, _LEGACY)
        # One event by itself: structured mode without the array.
        case {"specversion": _}:
            return _read([(parsed, parsed)], _cloud_event, _CLOUD_EVENTS)
    raise ValueError("expected an array of CloudEvents, or an object with eventNotifications")


def moment(text: str) -> datetime:
    """Read a time with 0 to 9 fraction digits and an offset with or without its colon.

    Raises:
        ValueError: it is none, has no offset, or does not lie between 2000 and 2100.
    """
    found = _TIME.fullmatch(text.strip())
    fraction = f".{found[2].ljust(6, '0')}" if found and found[2] else ""
    try:
        told = datetime.fromisoformat(found[1] + fraction + found[3] if found else "")
    except ValueError:
        raise ValueError("expected a time as in 2026-09-01T10:00:00Z") from None
    return within(told)


def _read(
    found: Iterable[_Found], read_one: Callable[[Any, Any], Notice | None], around: tuple[bytes, bytes]
) -> Notices:
    customers: list[Notice] = []
    unreadable: list[Unreadable] = []
    others = 0
    for number, (event, original) in enumerate(found, 1):
        try:
            notice = read_one(event, original)
        except ValueError as wrong:
            unreadable.append(Unreadable(why=f"event {number}: {wrong}", original=original))
            continue
        if notice is None:
            others += 1
        else:
            customers.append(notice)
    once = _each_once(customers)
    return Notices(
        customers=once,
        others=others,
        said_again=len(customers) - len(once),
        unreadable=tuple(unreadable),
        around=around,
    )


def _each_once(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Keep the newest of those that say the same: of one customer, but for a merge always of two."""
    newest: dict[tuple[str, str, str, str | None], Notice] = {}
    for notice in notices:
        said = (notice.realm_id, notice.customer_id, notice.operation, notice.deleted_id)
        before = newest.get(said)
        if before is None or before.time < notice.time:
            newest[said] = notice
    return tuple(newest.values())


def _cloud_event(event: Any, original: Any) -> Notice | None:
    found = _KIND.fullmatch(_text(event, "type").lower())
    if found is None or found[1] != "customer":
        return None
    data = event.get("data")
    return Notice(
        event_id=_text(event, "id", ID),
        realm_id=RealmId(_text(event, "intuitaccountid", REALM)),
        customer_id=CustomerId(_text(event, "intuitentityid", CUSTOMER)),
        operation=found[2],
        time=moment(_text(event, "time")),
        deleted_id=_deleted(data.get("deletedid")) if isinstance(data, dict) else None,
        original=original,
    )


def _legacy_entities(notifications: list[Any]) -> Iterator[_Found]:
    for notification in notifications:
        match notification:
            case {"realmId": realm, "dataChangeEvent": {"entities": list() as entities}}:
                for entity in entities:
                    alone = {"realmId": realm, "dataChangeEvent": {"entities": [entity]}}
                    # Not `entity | {…}`: what is no object is found unreadable one by one.
                    yield {"realmId": realm, **entity} if isinstance(entity, dict) else entity, alone
            case _:
                yield None, notification


def _legacy_event(event: Any, original: Any) -> Notice | None:
    if _text(event, "name").lower() != "customer":
        return None
    realm, customer = _text(event, "realmId", REALM), _text(event, "id", CUSTOMER)
    operation, time = _text(event, "operation", CODE).lower(), _text(event, "lastUpdated")
    # The format has no id; a redelivery has the same of all four.
    digest = sha256(f"{realm}\n{customer}\n{operation}\n{time}".encode()).hexdigest()[:32]
    return Notice(
        event_id=digest,
        realm_id=RealmId(realm),
        customer_id=CustomerId(customer),
        operation=_LEGACY_OPERATIONS.get(operation, operation),
        time=moment(time),
        deleted_id=_deleted(event.get("deletedId")),
        original=original,
    )


def _deleted(given: Any) -> CustomerId | None:
    if not given:
        return None
    if not isinstance(given, str | int) or given is True or not CUSTOMER.holds(str(given)):
        raise ValueError(f"the deleted customer's id: expected {CUSTOMER.expected}")
    return CustomerId(str(given))


def _text(event: Any, name: str, bound: Bound = ID) -> str:
    """Read a text; what is out of bounds is not quoted, since it may be anything."""
    value = event.get(name) if isinstance(event, dict) else None
    if not isinstance(value, str) or not bound.holds(value):
        raise ValueError(f"{name}: expected {bound.expected}")
    return value
