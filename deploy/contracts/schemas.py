"""JSON Schemas of our topics, one file a topic, made from what reads them."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from deploy.contracts.messages import CLIENT, INTENT, Kind, kinds
from domain.limits import MOST_IN_CANOPY
from streams.dead_letters import HEADERS
from streams.long_ids import IDS, MOST_IN_AN_ID
from streams.topics import DEAD_LETTERS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
ID: Mapping[str, Any] = {**TEXT, "maxLength": MOST_IN_AN_ID}
TIME = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$",
}
IN_THE_ENVELOPE = ("firm_id", "intent_id")
"""Fields of our inputs that stand in the event's attributes, not in its data."""


def topic_schemas() -> dict[str, Schema]:
    """Give the schema of each topic's values; of the dead letters, whose values may be anything, of their headers."""
    by_topic: dict[str, list[Kind]] = {}
    for kind in kinds():
        by_topic.setdefault(kind.topic, []).append(kind)
    return {topic: _topic(topic, of_it) for topic, of_it in by_topic.items()} | {
        DEAD_LETTERS: dead_letter_headers()
    }


def dead_letter_headers() -> Schema:
    """Describe the headers of a dead letter."""
    return {
        "$schema": DRAFT,
        "title": f"{DEAD_LETTERS}: headers",
        "type": "object",
        "properties": {
            name: {"type": "string", "description": described} for name, described in HEADERS.items()
        },
        "required": list(HEADERS),
    }


def _topic(topic: str, of_it: list[Kind]) -> Schema:
    named, shared = TypeAdapter.json_schemas([(kind.type, "validation", kind.reader) for kind in of_it])
    defs: Schema = {name: _plain(schema) for name, schema in shared.get("$defs", {}).items()}
    events = {kind.type: _event(kind, _plain(named[kind.type, "validation"]), defs) for kind in of_it}
    return {
        "$schema": DRAFT,
        "title": topic,
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in events],
        "$defs": events | defs,
    }


def _event(kind: Kind, data: Schema, defs: Schema) -> Schema:
    return {
        "title": kind.type,
        "description": kind.summary,
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {**ID, "description": "of this event alone; sent again, it keeps it"},
            "source": {**TEXT, "description": "where it comes from"},
            "type": {"const": kind.type},
            "subject": {"type": "string", "description": "what it is about"},
            "time": {**TIME, "description": "when it happened"},
            "datacontenttype": {"type": "string"},
            "firmid": {**ID, "description": "the firm"},
            "actor": {"type": "string", "description": "who: user:ID or system:NAME"},
            "cause": {"type": "string", "description": "the id of what led to this"},
            "traceparent": {
                "type": "string",
                "description": "the trace that this belongs to, as the W3C writes it",
            },
            "data": _data(kind, data, defs),
        },
        "required": [
            *("specversion", "id", "source", "type", "firmid", "data"),
            *(["time"] if kind.needs_time else []),
        ],
    }


def _data(kind: Kind, data: Schema, defs: Schema) -> Schema:
    if kind.type.startswith(CLIENT):
        return _client(data, defs)
    if kind.type.startswith("sync.outcome"):
        properties = {"effect_id": dict(ID), "key": dict(TEXT), "result": data}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if kind.type.startswith((INTENT, "qbo.")):
        shape = defs[data["$ref"].rsplit("/", 1)[1]]
        _without_envelope(shape)
        _with_an_end(shape)
    return data


def _client(data: Schema, defs: Schema) -> Schema:
    """Add what the reader of events knows of a client beside the fields: the toggle, and how long a text may be."""
    record = defs[data["$ref"].rsplit("/", 1)[1]]
    _with_an_end(record)
    record["properties"]["sync_client"] = {
        "anyOf": [{"type": "boolean"}, {"type": "null"}],
        "description": "counts in a created event only; absent: as the firm's settings say",
    }
    for described in (record, defs["AddressRecord"]):
        for field in described["properties"].values():
            for choice in field.get("anyOf", ()):
                if choice.get("type") == "string":
                    choice["maxLength"] = MOST_IN_CANOPY
    return data


def _without_envelope(schema: Schema) -> None:
    for name in IN_THE_ENVELOPE:
        schema["properties"].pop(name, None)
    schema["required"] = [name for name in schema.get("required", ()) if name not in IN_THE_ENVELOPE]


def _with_an_end(schema: Schema) -> None:
    """Say how long an id may be, wherever one stands."""
    for name, described in schema["properties"].items():
        if name in IDS:
            for text in (described, *described.get("anyOf", ())):
                if text.get("type") == "string":
                    text["maxLength"] = MOST_IN_AN_ID


def _plain(schema: Any, *, names: bool = False) -> Any:
    """Leave out the titles that repeat the name above them, and OpenAPI's discriminator, which others read as theirs.

    `names`: the keys of this object are names of fields or models, and not words of a schema.
    """
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(value, names=not names and key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or key not in ("title", "discriminator")
    }
