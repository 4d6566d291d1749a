"""An example of every type of message, filled in from its schema, so that a new field or type has one by itself."""

from collections.abc import Mapping
from typing import Any

from deploy.contracts.messages import Kind, kinds
from deploy.contracts.schemas import topic_schemas
from streams.wire.topics import CLIENT_EVENTS

NOON = "2026-11-23T10:00:00Z"
VALUES: Mapping[str, Any] = {
    "id": "evt-1",
    "datacontenttype": "application/json",
    "firmid": "f-1",
    "firm_id": "f-1",
    "actor": "user:dana",
    "client_id": "c-1001",
    "version": 1,
    "display_name": "Fiona Gallagher",
    "first_name": "Fiona",
    "middle_name": "Grace",
    "last_name": "Gallagher",
    "company_name": None,
    "email": "fiona@example.com",
    "phone": "(312) 555-0100",
    "mobile": None,
    "fax": None,
    "address": {
        "line1": "2119 S Wallace St",
        "line2": None,
        "city": "Chicago",
        "region": "IL",
        "postal_code": "60616",
        "country": "US",
    },
    "active": True,
    "sync_client": True,
    "customer_id": "58",
    "realm_id": "9130357766890012",
    "operation": "Update",
    "effect_id": "4c1f0e0d9be4f5a1b7d4a2c9e0f81234",
    "key": "link/f-1/c-1001",
    "at": 4711,
    "code": "client_created",
    "engine": "1.4.0",
    "positions": {"canopy.client-events": 12},
    "reason": "Two clients of one name, and I took the wrong one",
}
"""What stands in a field of this name, where its schema allows more than one thing."""

LEFT_OUT = frozenset({"archived", "batch", "traceparent", "cause", "subject", "intents"})


def examples() -> dict[str, dict[str, Any]]:
    """Give an example of each type of event. Those of clients tell the life of one, so their versions grow."""
    schemas = topic_schemas()
    return {
        kind.type: _client(n, _example(kind, schemas[kind.topic]))
        if kind.topic == CLIENT_EVENTS
        else _example(kind, schemas[kind.topic])
        for n, kind in enumerate(kinds(), 1)
    }


def _example(kind: Kind, schema: Mapping[str, Any]) -> dict[str, Any]:
    defs = schema["$defs"]
    filled: dict[str, Any] = _filled(kind.type, defs[kind.type], defs)
    return filled | {"source": "/client-sync"}


def _client(version: int, event: dict[str, Any]) -> dict[str, Any]:
    data = {**event["data"], "version": version}
    if version > 1:
        del data["sync_client"]
    ours = {"id": f"evt-{version}", "source": "/canopy", "subject": data["client_id"], "data": data}
    return event | ours


def _filled(name: str, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _filled(name, defs[schema["$ref"].rsplit("/", 1)[1]], defs)
    for one_of_them in ("const", "default"):
        if one_of_them in schema and name not in VALUES:
            return schema[one_of_them]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" and "properties" in schema:
        return {
            field: _filled(field, described, defs)
            for field, described in schema["properties"].items()
            if field not in LEFT_OUT
        }
    if name in VALUES:
        return VALUES[name]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if choice.get("type") != "null":
            return _filled(name, choice, defs)
    return _plain_value(schema)


def _plain_value(schema: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "string":
            return NOON if schema.get("format") == "date-time" else "…"
        case "integer":
            return 1
        case "boolean":
            return True
        case "array":
            return []
        case _:
            return {}
