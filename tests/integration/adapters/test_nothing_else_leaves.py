"""What is in an event and is not ours to pass on never leaves: tax numbers, birthdays, and all that only Canopy has.

Each kind of work outside is really asked for, of a server that writes down every byte. A kind that is new must be
built here first: `effects` says so.
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import unquote_plus

import aiohttp
import orjson
import pytest

from adapters.canopy.api import CanopyApi
from adapters.canopy.mapping import AddressRecord, client_of
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.spelling import ADDRESS_PARTS, MORE_LINES, PATHS
from adapters.quickbooks.tokens import OneToken
from domain.effects import Effect
from domain.fields import Field
from domain.ids import FirmId, RealmId
from domain.inputs import ClientObserved
from streams.wire.inputs import Message, partition_of, read_input
from streams.worker.attempts import Attempts
from tests.integration.adapters.outside import Outside

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CANARY = "canary"
OURS: dict[str, Any] = {
    "client_id": "c-1",
    "version": 3,
    "type": "individual",
    "display_name": "Ann Lee",
    "first_name": "Ann",
    "middle_name": "Bo",
    "last_name": "Lee",
    "company_name": "Lee Ltd",
    "email": "ann@example.com",
    "phone": "1",
    "mobile": "2",
    "fax": "3",
    "address": {
        "line1": "1 High St",
        "line2": "Floor 2",
        "city": "Chicago",
        "region": "IL",
        "postal_code": "60616",
        "country": "US",
    },
}
CANOPYS_OWN = (
    *(
        "ssn",
        "ein",
        "tin",
        "tax_id",
        "birthdate",
        "occupation",
        "employer",
        "owner",
        "tags",
        "groups",
        "contacts",
    ),
    *("external_id", "custom_fields", "notes", "referral_source", "client_facing_name", "spouse", "status"),
    # Called as QuickBooks calls its own, which a body that took over unknown fields would set there.
    *("PrimaryTaxIdentifier", "Notes", "ResaleNum", "BusinessNumber", "GSTIN", "PrintOnCheckName", "values"),
)
IN_QUICKBOOKS = {path[0] for path in PATHS.values()}
IN_BILLADDR = {*ADDRESS_PARTS.values(), *MORE_LINES, "Id"}


def an_event() -> bytes:
    """A client event that says much more than it should, at every level."""
    extra = {name: f"{CANARY}-{name}-000-12-3456" for name in CANOPYS_OWN}
    event = {
        "specversion": "1.0",
        "id": "evt-1",
        "type": "canopy.client.edited.v1",
        "time": "2026-11-23T10:00:00Z",
        "firmid": "f-1",
        **{f"x{name.lower().replace('_', '')}": value for name, value in extra.items()},
        "data": OURS | extra | {"address": OURS["address"] | extra, "nested": extra},
    }
    return orjson.dumps(event)


def client_read() -> ClientObserved:
    """The event, as the worker's own reader gives it to the engine."""
    message = Message(
        topic="canopy.client-events",
        partition=partition_of("f-1", 8),
        offset=0,
        key=None,
        value=an_event(),
        at=NOON,
    )
    given, _ = read_input(message, 8, client_of)
    assert isinstance(given, ClientObserved)
    return given


def effects() -> Iterator[Effect]:
    """One of every kind, with all that is known of the client in it."""
    client = client_read().client
    known = {
        "id": "effect-1",
        "values": client.values,
        "asked_by": "rule",
        "planned_at": NOON,
        "customer_id": "58",
        "customer_ids": ("58",),
        "sync_token": 1,
        "client_id": client.client_id,
        "client_version": client.version,
        "client_type": client.type,
        "names": (client.values[Field.DISPLAY_NAME],),
    }
    for kind in get_args(Effect):
        must = [each.name for each in fields(kind) if each.default is each.default_factory is MISSING]
        assert set(must) <= set(known), f"say here how {kind.__name__} is built"
        yield kind(**{name: known[name] for name in must})


def keys_of(body: object, path: str = "") -> Iterator[str]:
    """Name every key of a body, with its path."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield path + name
            yield from keys_of(value, f"{path}{name}.")
    elif isinstance(body, list):
        for value in body:
            yield from keys_of(value, path)


QUICKBOOKS_TAKES = {
    *("Id", "SyncToken", "sparse"),
    *(".".join(path[: n + 1]) for path in PATHS.values() for n in range(len(path))),
    *(f"BillAddr.{part}" for part in IN_BILLADDR),
}
CANOPY_TAKES = {
    *(field.value for field in Field),
    *(f"address.{part}" for part in AddressRecord.model_fields),
    *("type", "sync_client"),
}


@pytest.mark.parametrize("effect", list(effects()), ids=lambda effect: effect.kind)
async def test_only_the_fields_that_are_kept_in_step_leave(
    effect: Effect, session: aiohttp.ClientSession, outside: Outside
) -> None:
    """Whatever an event holds: no byte of it but those fields stands in a body, an address or a header."""
    attempts = Attempts(
        firm=FirmId("f-1"),
        realm=RealmId("9130357766890012"),
        quickbooks=QuickBooksApi(session, outside.url, OneToken("token")),
        canopy=CanopyApi(session, outside.url, "token"),
        since=NOON,
    )

    await attempts.send(effect)

    assert bool(outside.asked) == (effect.kind != "plan_links"), "it was really asked for"
    for request, body in zip(outside.asked, outside.bodies, strict=True):
        sent = unquote_plus(f"{request.raw_path} {dict(request.headers)}") + body.decode()
        assert CANARY not in sent.casefold()
        assert "000-12-3456" not in sent
        if body:
            takes = QUICKBOOKS_TAKES if "/company/" in request.path else CANOPY_TAKES
            assert set(keys_of(orjson.loads(body))) <= takes


def test_the_engine_never_sees_what_it_may_not_pass_on() -> None:
    """What is read of an event holds nothing else, so no row and no record of the log does."""
    seen = client_read()

    assert set(seen.client.values) == set(Field), "every field of ours was in the event"
    assert CANARY not in repr(seen)
