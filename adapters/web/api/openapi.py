"""`/openapi.json`, made from the operations and their models."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from adapters.web.api.answering import KEY_HEADER
from adapters.web.api.audit import CONTENT_TYPE as LINES
from adapters.web.api.audit import PATH as AUDIT_PATH
from adapters.web.api.audit import ROLE as AUDIT_ROLE
from adapters.web.api.event_stream import PATH as EVENTS_PATH
from adapters.web.api.operations import Nothing, Operation
from adapters.web.api.positions import HEADER
from adapters.web.api.positions import PATTERN as POSITION_PATTERN
from adapters.web.auth.session_cookie import SAFE_METHODS
from adapters.web.problems import CONTENT_TYPE
from domain.bounds import BATCH, CLIENT, CUSTOMER, FIRM, IDEMPOTENCY_KEY, Bound
from domain.letters import LETTER

_REF = "#/components/schemas/{model}"


TOO_MANY = "Asked too often; `Retry-After` says in how many seconds to go on."
_EVENTS = (
    "A stream of events `link` (client_id, status, version, position), `customer` (customer_id, …), `firm`, and "
    "`ready`, `beat`, `reload` (too much was missed: read everything again) and `ended` (with its session). Ids "
    "and words, never values. Send a position back, as `Last-Event-ID` or `position`, to miss nothing; read rows "
    "with `Sync-Position` set to the event's position."
)


_AUDIT = (
    "JSON lines in the order in which they were decided, as `client-sync audit export` writes them; docs/audit.md says what they hold. They hold "
    "clients' values. An answer that breaks off is not all of it: ask again."
)

_IN_PATHS: Mapping[str, Bound] = {
    "firm": FIRM,
    "client": CLIENT,
    "customer": CUSTOMER,
    "letter": LETTER,
    "replay": BATCH,
    "batch": BATCH,
}
_POSITION: Mapping[str, Any] = {"type": "string", "pattern": POSITION_PATTERN}
_IF_MATCH: Mapping[str, Any] = {"type": "string", "pattern": r'^(\*|"?[0-9]{1,18}"?)$'}


class ProblemDocument(BaseModel):
    """RFC 9457. `code` is stable; `detail` says to people what to do, `advice` to programs; `facts` explain a refusal."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    advice: str | None = None
    facts: dict[str, Any] | None = None


def openapi(operations: Iterable[Operation], version: str) -> Mapping[str, Any]:
    """Describe the API."""
    operations = tuple(operations)
    bodies = {each.body for each in operations if each.body is not Nothing}
    answers = {each.answer for each in operations} | {ProblemDocument}
    queries = {each.query for each in operations if each.query is not Nothing}
    models: list[tuple[type[BaseModel], Any]] = [
        *((body, "validation") for body in _by_name(bodies | queries)),
        *((answer, "serialization") for answer in _by_name(answers)),
    ]
    named, definitions = models_json_schema(models, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _described(each, named, definitions)
    paths[EVENTS_PATH] = {"get": _events(named)}
    paths[AUDIT_PATH] = {"get": _audit(named)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Single Client Sync", "version": version},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _by_name(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _described(operation: Operation, named: Mapping[Any, Any], definitions: Mapping[str, Any]) -> Any:
    answer = {"application/json": {"schema": named[operation.answer, "serialization"]}}
    problem = {CONTENT_TYPE: {"schema": named[ProblemDocument, "serialization"]}}
    answers: dict[str, Any] = {"200": {"description": operation.answer.__doc__, "content": answer}}
    parameters = [
        _parameter(name, "path", _bounded(_IN_PATHS[name]), required=True)
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.method in SAFE_METHODS:
        parameters.append(_parameter(HEADER, "header", _POSITION))
    else:
        parameters.append(_parameter(KEY_HEADER, "header", _bounded(IDEMPOTENCY_KEY)))
        if operation.method == "PATCH":
            parameters.append(_parameter("If-Match", "header", _IF_MATCH))
        answers["202"] = {"description": "Taken in; `Location` says where to look.", "content": answer}
        answers["409"] = {"description": "Refused, with the reason.", "content": problem}
    answers["429"] = {"description": TOO_MANY, "content": problem}
    answers["default"] = {"description": "A problem.", "content": problem}
    if operation.query is not Nothing:
        schema = definitions["$defs"][named[operation.query, "validation"]["$ref"].rsplit("/", 1)[1]]
        parameters += [
            _parameter(name, "query", described, required=name in schema.get("required", ()))
            for name, described in schema["properties"].items()
        ]
    said: dict[str, Any] = {
        "summary": operation.summary,
        "description": f"For the role {operation.role.name.lower()} and above.",
        "parameters": parameters,
        "responses": answers,
    }
    if operation.body is not Nothing:
        schema = named[operation.body, "validation"]
        said["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return said


def _events(named: Mapping[Any, Any]) -> Any:
    """Describe the stream of events."""
    problem = {CONTENT_TYPE: {"schema": named[ProblemDocument, "serialization"]}}
    text = {"type": "string"}
    return {
        "summary": "Hear what changes",
        "description": "For the role viewer and above.",
        "parameters": [
            _parameter("firm", "path", _bounded(FIRM), required=True),
            _parameter("position", "query", _POSITION),
            _parameter("Last-Event-ID", "header", _POSITION),
        ],
        "responses": {
            "200": {"description": _EVENTS, "content": {"text/event-stream": {"schema": text}}},
            "429": {"description": TOO_MANY, "content": problem},
        },
    }


def _audit(named: Mapping[Any, Any]) -> Any:
    """Describe the export of the audit, of which each line is a JSON document."""
    problem = {CONTENT_TYPE: {"schema": named[ProblemDocument, "serialization"]}}
    return {
        "summary": "Every decision of the firm or of one client, a line each",
        "description": f"For the role {AUDIT_ROLE.name.lower()} and above.",
        "parameters": [
            _parameter("firm", "path", _bounded(FIRM), required=True),
            _parameter("client", "query", _bounded(CLIENT)),
            _parameter(HEADER, "header", _POSITION),
        ],
        "responses": {
            "200": {"description": _AUDIT, "content": {LINES: {"schema": {"type": "string"}}}},
            "429": {"description": TOO_MANY, "content": problem},
            "default": {"description": "A problem.", "content": problem},
        },
    }


def _bounded(bound: Bound) -> dict[str, Any]:
    return {"type": "string", "pattern": bound.pattern, "minLength": 1, "maxLength": bound.most}


def _parameter(name: str, where: str, schema: Any, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "schema": schema}
