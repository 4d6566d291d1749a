"""What is to be said about an event that the worker reads: what is lost, asked or adapted on the way."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from adapters.canopy.mapping import AddressRecord, ClientRecord
from deploy.lint.finding import Finding
from domain.fields import Field
from domain.inputs import ClientObserved
from domain.limits import CannotBeSent, adapted, nameless, not_taken

ATTRIBUTES = frozenset(
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "firmid",
        "actor",
        "cause",
        "data",
        "traceparent",
        "tracestate",
    ]
)
DATA = frozenset(ClientRecord.model_fields) | {"sync_client"}
RECOMMENDED = {
    "source": "say where the event comes from, as in /canopy (CloudEvents asks for it)",
    "subject": "name the client here too, so that others can filter without reading the data",
    "datacontenttype": "write application/json",
    "actor": "say who changed the client, as user:ID or system:NAME: it stands on the timeline",
}
_ACTOR = re.compile(r"(user|system):.+")


def remarks_on(event: Mapping[str, Any], seen: ClientObserved | None) -> Iterator[Finding]:
    """Say what a producer of client events would want to know."""
    yield from _unknown("$", event, ATTRIBUTES)
    yield from _missing(event)
    yield from _odd(event)
    data = event.get("data")
    if seen is None or not isinstance(data, Mapping):
        return
    yield from _unknown("$.data", data, DATA)
    if isinstance(data.get("address"), Mapping):
        yield from _unknown("$.data.address", data["address"], AddressRecord.model_fields)
    if data.get("sync_client") is not None and seen.happened != "created":
        yield _warning("$.data.sync_client", "it counts only in a created event", "leave it out here")
    if event.get("subject") not in (None, data.get("client_id")):
        yield _warning("$.subject", "it is another than data.client_id", "name the same client in both")
    if seen.happened != "deleted":
        yield from _values(seen)


def _unknown(path: str, names: Mapping[str, Any], known: Collection[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.8)
            said = "it is not read, which is no error"
            mend = f"did you mean {near[0]}?" if near else None
            yield Finding(level="note", path=f"{path}.{name}", said=said, mend=mend)


def _missing(event: Mapping[str, Any]) -> Iterator[Finding]:
    for name, mend in RECOMMENDED.items():
        if not event.get(name):
            yield Finding(level="note", path=f"$.{name}", said="it is not there, and would help", mend=mend)


def _odd(event: Mapping[str, Any]) -> Iterator[Finding]:
    actor, content = event.get("actor"), event.get("datacontenttype")
    if isinstance(actor, str) and actor and not _ACTOR.fullmatch(actor):
        yield _warning("$.actor", "expected user:ID or system:NAME", RECOMMENDED["actor"])
    if content not in (None, "") and not str(content).startswith("application/json"):
        yield _warning(
            "$.datacontenttype", "the data is read as JSON all the same", RECOMMENDED["datacontenttype"]
        )


def _values(seen: ClientObserved) -> Iterator[Finding]:
    values = seen.client.values
    if nameless(values):
        yield _warning(
            "$.data.display_name",
            "nothing names this client: no customer can be created for it",
            "write a display name, or a first, middle or last name",
        )
    for field, why in not_taken("quickbooks", values).items():
        yield _not_taken(field, why)
    for field, value in values.items():
        answer = adapted("quickbooks", field, value)
        if not isinstance(answer, CannotBeSent) and answer.value != value:
            yield Finding(
                level="note",
                path=f"$.data.{field}",
                said="QuickBooks is sent it with single blanks, and a dash for each colon of a name; Canopy's stays",
            )


def _not_taken(field: Field, why: CannotBeSent) -> Finding:
    path = f"$.data.{field}" + (f".{why.part}" if why.part else "")
    said, mend = _said_of(why)
    return _warning(path, f"{said}: a person will have to mend it", mend)


def _said_of(wrong: CannotBeSent) -> tuple[str, str]:
    """Say what is wrong, and what to do about it."""
    match wrong.why:
        case "too_long":
            return f"QuickBooks takes at most {wrong.most} characters here", "shorten it"
        case "shows_nothing":
            return "it has blanks or control characters only", "write what QuickBooks takes"
        case "not_an_email":
            return (
                "QuickBooks takes one email address here, as in ann@example.com",
                "write what QuickBooks takes",
            )
        case "must_not_be_empty":
            return "QuickBooks keeps no customer without it", "write what QuickBooks takes"


def _warning(path: str, said: str, mend: str) -> Finding:
    return Finding(level="warning", path=path, said=said, mend=mend)
