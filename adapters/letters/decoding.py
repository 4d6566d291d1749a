"""A letter's bytes, as far as they can be read: its shape for everybody who may see it, its values for who asks for them.

Without values stand ids, names of fields and words of ours, and whether something is there at all: what is wrong with a
message shows by these nearly always. A name that nobody of us gave may be a client's, so it is a value too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.bounds import too_deep
from domain.our_words import OUR_WORDS

MOST_SHOWN = 64 * 1024
"""Characters of a body that are shown; a page with more helps nobody. All of it lies in the topic."""

HIDDEN = "•••"

ATTRIBUTES = (
    *("specversion", "id", "source", "type", "subject", "time", "firmid", "actor", "cause"),
    *("datacontenttype", "dataschema", "deadletter", "traceparent", "intuitaccountid", "intuitentityid"),
)
"""A CloudEvent's own, ours, and Intuit's."""

_WEBHOOKS = frozenset(
    {"eventNotifications", "realmId", "dataChangeEvent", "entities", "lastUpdated", "deletedId", "deletedid"}
)
_NAMES = OUR_WORDS | _WEBHOOKS | frozenset(ATTRIBUTES) | {"data", "archived", "address"}
_SHOWN = frozenset(ATTRIBUTES) | {
    *("client_id", "customer_id", "deleted_id", "realm_id", "intent_id", "effect_id", "question", "choice"),
    *("version", "link_version", "sync_token", "customer_sync_token", "sync_client", "active", "archived"),
    *("type", "kind", "operation", "key", "code", "why", "replaces", "field", "presence", "creating"),
    *("editing", "conflicts", "anyway", "realmId", "lastUpdated", "deletedId", "deletedid"),
}
_PLAIN = re.compile(r"[\w.:@/+*-]{1,120}", re.ASCII)
"""An id, a time or a word, and no sentence or name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`what`: json, text or bytes. `attributes`: of a CloudEvent. `text`: of all of it; None: nothing can be shown so."""

    what: str
    attributes: dict[str, str]
    text: str | None
    cut: bool


def decoded(value: bytes, *, values: bool) -> Decoded:
    """Read a letter's bytes. `values`: with what clients' records hold."""
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        return _not_json(value, values=values)
    if too_deep(parsed):
        return _not_json(value, values=values)
    event = parsed if isinstance(parsed, dict) else {}
    shown = parsed if values else masked(parsed)
    attributes = {
        name: str(event[name] if values else _masked_at(name, event[name]))
        for name in ATTRIBUTES
        if isinstance(event.get(name), str | int | float)
    }
    text = orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()
    return Decoded(what="json", attributes=attributes, text=text[:MOST_SHOWN], cut=len(text) > MOST_SHOWN)


def firm_named(value: bytes) -> str | None:
    """Give the firm that an event says it is about, whatever its key says."""
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    firm = event.get("firmid") if isinstance(event, dict) else None
    return firm if isinstance(firm, str) else None


def masked(parsed: Any) -> Any:
    """Give JSON without values: texts and numbers only where they are ids or words."""
    if isinstance(parsed, dict):
        return {shown: _masked_at(name, value) for shown, name, value in _told_apart(parsed)}
    if isinstance(parsed, list):
        return [masked(each) for each in parsed]
    return None if parsed is None else HIDDEN


def _told_apart(fields: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Give each field with the name it is shown by. A name that is none of ours is shown as a number among its like."""
    unknown = 0
    for name, value in fields.items():
        shown = name
        if name not in _NAMES:
            unknown += 1
            shown = "…" if unknown == 1 else f"…{unknown}"
        yield shown, name, value


def _masked_at(name: str, value: Any) -> Any:
    if isinstance(value, dict | list):
        return masked(value)
    if value is None or name not in _SHOWN:
        return None if value is None else HIDDEN
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else HIDDEN
    return value


def _not_json(value: bytes, *, values: bool) -> Decoded:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return Decoded(
            what="bytes",
            attributes={},
            text=value[: MOST_SHOWN // 2].hex(" ") if values else None,
            cut=values and len(value) > MOST_SHOWN // 2,
        )
    return Decoded(
        what="text",
        attributes={},
        text=text[:MOST_SHOWN] if values else None,
        cut=values and len(text) > MOST_SHOWN,
    )
