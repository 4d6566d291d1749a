"""JSON Schemas of our topics, one file a topic, made from what reads them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from deploy.contracts.messages import CLIENT, Kind, kinds
from domain.bounds import BATCH, ENGINE, FIRM, ID, KEY, PERSON, REALM, Bound
from domain.ids import ALL_FIRMS
from streams.kafka.dead_letters import ALWAYS, HEADERS
from streams.wire.inputs import GO_FOR_ALL, INTENT
from streams.wire.topics import DEAD_LETTERS, LOG

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
TIME = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$",
}
REF = "#/$defs/{model}"
IN_THE_ENVELOPE = ("firm_id", "intent_id")
"""Fields of our inputs that stand in the event's attributes, not in its data."""


@cache
def topic_schemas() -> Mapping[str, Schema]:
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
        "required": list(ALWAYS),
    }


def _topic(topic: str, of_it: list[Kind]) -> Schema:
    named, shared = GenerateJsonSchema(ref_template=REF).generate_definitions(
        [(kind.type, "validation", kind.data) for kind in of_it]
    )
    defs: Schema = {name: _plain(schema) for name, schema in shared.items()}
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
            "id": {**_text(ID), "description": "of this event alone; sent again, it keeps it"},
            "source": {**TEXT, "description": "where it comes from"},
            "type": {"const": kind.type},
            "subject": {"type": "string", "description": "what it is about"},
            "time": {**TIME, "description": "when it happened"},
            "datacontenttype": {"type": "string"},
            "firmid": {**_firm(kind), "description": "the firm"},
            "actor": _actor(kind),
            "cause": {**_text(ID), "description": "the id of what led to this"},
            **_batch(kind),
            "traceparent": {
                "type": "string",
                "description": "the trace that this belongs to, as the W3C writes it",
            },
            "data": _data(kind, data, defs),
        },
        "required": [
            *("specversion", "id", "source", "type", "firmid", "data"),
            *(["time"] if kind.needs_time else []),
            *(["actor"] if kind.type.startswith(INTENT) else []),
        ],
    }


def _text(bound: Bound) -> Schema:
    return {"type": "string", "pattern": bound.pattern, "maxLength": bound.most}


def _firm(kind: Kind) -> Schema:
    """Bound a firm's id; a log may hold older ones."""
    if kind.topic == LOG:
        return dict(TEXT)
    return {"anyOf": [_text(FIRM), {"const": ALL_FIRMS}]} if kind.type in GO_FOR_ALL else _text(FIRM)


def _actor(kind: Kind) -> Schema:
    if kind.type.startswith(INTENT):
        return {**_text(PERSON), "description": "who asks for it: user:ID"}
    return {**_text(ID), "description": "who: user:ID or system:NAME"}


def _batch(kind: Kind) -> Schema:
    if not kind.type.startswith(INTENT):
        return {}
    return {"batch": {**_text(BATCH), "description": "names what is asked for together with this"}}


def _data(kind: Kind, data: Schema, defs: Schema) -> Schema:
    if kind.type.startswith(CLIENT):
        return _client(data, defs)
    if kind.topic == LOG:
        return _decision(data, defs)
    if kind.type.startswith("sync.outcome"):
        properties = {"effect_id": _text(ID), "key": _text(KEY), "result": data}
        realm = {"anyOf": [_text(REALM), {"type": "null"}], "description": "the company that was asked"}
        described = {**properties, "realm_id": realm}
        return {"type": "object", "properties": described, "required": list(properties)}
    if kind.type.startswith((INTENT, "qbo.")):
        shape = defs[data["$ref"].rsplit("/", 1)[1]]
        _without_envelope(shape)
    return data


def _client(data: Schema, defs: Schema) -> Schema:
    """Add what the reader of events knows of a client beside the fields: the toggle."""
    defs[data["$ref"].rsplit("/", 1)[1]]["properties"]["sync_client"] = {
        "anyOf": [{"type": "boolean"}, {"type": "null"}],
        "description": "counts in a created event only; absent: as the firm's settings say",
    }
    return data


def _decision(data: Schema, defs: Schema) -> Schema:
    """Say what a version looks like, which is read of any record: one that does not look so is nobody's."""
    defs[data["$ref"].rsplit("/", 1)[1]]["properties"]["engine"] = {
        "anyOf": [_text(ENGINE), {"type": "null"}],
        "description": "the version of the program that decided it; absent: nobody can say",
    }
    return data


def _without_envelope(schema: Schema) -> None:
    for name in IN_THE_ENVELOPE:
        schema["properties"].pop(name, None)
    schema["required"] = [name for name in schema.get("required", ()) if name not in IN_THE_ENVELOPE]


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
