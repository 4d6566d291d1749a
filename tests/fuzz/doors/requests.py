"""Requests as JSON values, so that anything can stand in any of their places; and how they go over the wire."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.web.api.operations import Nothing
from adapters.web.app import OPERATIONS
from adapters.web.webhooks.route import PATH as WEBHOOK
from adapters.web.webhooks.signature import HEADER, signature_of
from tests.fuzz.door import must
from tests.fuzz.odd import Template, written

VERIFIER = "verifier"
ANSWER_WITHIN_SECONDS = 20.0
UNREADABLE = 400
FORMS = {
    "/sign-in": {"person": "dana", "next": "/firms/f-1"},
    "/sign-out": {},
    "/firms/{firm}/remarks": {"email": "x"},
}
FIELDS: Mapping[str, Any] = {
    "customer_id": "58",
    "display_name": "Fiona",
    "type": "individual",
    "address": {"line1": "1 Elm St", "city": "Chicago"},
    "email": "fiona@example.com",
    "question": "q-1",
    "answer": "canopy",
    "reason": "We had the wrong one",
    "realm_id": "91301",
    "limit": "10",
    "status": "synced",
    "q": "Fio",
    "search": "Fio",
    "sync_client": True,
    "clients": ["c-1", "c-2"],
    "customer_ids": ["58"],
}
"""What is fine in a field of this name; in others stands a number."""


def templates(app: web.Application, links: list[tuple[str, str]]) -> tuple[Template, ...]:
    """Give a request for each route that the application has, and more of those that carry a body."""
    told = {(each.method, each.path): each for each in OPERATIONS}
    made = []
    for route in app.router.routes():
        resource = route.resource
        if resource is None or route.method == "HEAD":
            continue
        path = resource.canonical
        operation = told.get((route.method, path))
        for client, customer in links if operation is not None else links[:1]:
            value: dict[str, Any] = {
                "path": {
                    "firm": "f-1",
                    "client": client,
                    "customer": customer,
                    "elsewhere": "x",
                    "sign_in": "x",
                },
                "query": _fields(operation.query)
                if operation
                else {
                    "next": "/firms/f-1",
                    "q": "Fio",
                    "zone": "UTC",
                    "state": "s",
                    "code": "c",
                    "realmId": "91",
                },
                "headers": {
                    "Authorization": "Bearer dev-operator",
                    "If-Match": '"1"',
                    "Sync-Position": "p3:1",
                    "Sec-Fetch-Site": "same-origin",
                    "Content-Type": "application/json",
                    "Cookie": "client_sync_session=x; zone=UTC",
                },
                "body": _fields(operation.body) if operation else FORMS.get(path, {}),
            }
            if client == links[0][0]:
                value["headers"] |= {"Idempotency-Key": "key-1"}
            made.append(Template(value, (route.method, path)))
    return (*made, *_webhooks() * 12)


def _fields(model: Any) -> dict[str, Any]:
    return (
        {}
        if model is Nothing
        else {name: FIELDS.get(name, 1) for name in model.model_fields if name != "cursor"}
    )


def _webhooks() -> list[Template]:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "intuit.x",
        "type": "qbo.customer.updated.v1",
        "time": "2026-11-23T10:00:00Z",
        "intuitentityid": "58",
        "intuitaccountid": "91301",
        "data": {},
    }
    entities = [
        {"name": "Customer", "id": "58", "operation": "Update", "lastUpdated": "2026-11-23T10:00:00.000Z"},
        {
            "name": "Customer",
            "id": "59",
            "operation": "Merge",
            "deletedId": "58",
            "lastUpdated": "2026-11-23T10:00:00Z",
        },
    ]
    legacy = {"eventNotifications": [{"realmId": "91301", "dataChangeEvent": {"entities": entities}}]}
    bodies = (
        [event, event | {"id": "e-2", "intuitentityid": "60"}, event | {"intuitaccountid": "7"}],
        legacy,
        event,
    )
    headers = {HEADER: "signed", "Content-Type": "application/json"}
    return [
        Template({"path": {}, "query": {}, "headers": headers, "body": body}, ("POST", WEBHOOK))
        for body in bodies
    ]


def content_of(request: Any, path: str) -> bytes:
    """Write the body of a request."""
    body = request.get("body") if isinstance(request, dict) else None
    if path in FORMS:
        return _form(body)
    return b"" if body == {} and path != WEBHOOK else written(body)


def raw(method: str, path: str, request: Any, content: bytes) -> bytes:
    """Write a request as it goes over the wire; nothing of it may end a line, since that would be another request."""
    request = request if isinstance(request, dict) else {}
    address = path
    for name, value in _pairs(request.get("path")):
        for place in (f"{{{name}}}", f"{{{name}:.*}}"):
            address = address.replace(place, _quoted(value))
    query = _form(request.get("query")).decode()
    signed = {HEADER: signature_of(content, VERIFIER)}
    head = [f"{method} {address}{'?' + query if query else ''} HTTP/1.1".encode()]
    for name, value in _pairs(request.get("headers")):
        head.append(_line(name) + b": " + _line(signed.get(name, value) if value == "signed" else value))
    if path in FORMS:
        head = [line for line in head if not line.startswith(b"Content-Type:")]
        head.append(b"Content-Type: application/x-www-form-urlencoded")
    return b"\r\n".join((*head, b"Content-Length: %d" % len(content), b"", content))


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else written(value).decode()


def _quoted(value: Any) -> str:
    return quote(_text(value).encode("utf-8", "surrogatepass"), safe="")


def _form(value: Any) -> bytes:
    pairs = [(_text(name), _text(each)) for name, each in _pairs(value)]
    return urlencode(pairs, errors="surrogatepass").encode()


def _line(value: Any) -> bytes:
    return _text(value).encode("utf-8", "surrogatepass").translate(None, b"\r\n")


class Caller:
    """Sends requests to the gateway, one after the other on one connection for as long as it is open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Give the status, the headers and the body of an answer."""
        host = b"\r\nHost: 127.0.0.1:%d" % self._port
        first, rest = request.split(b"\r\n", 1)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                reader, writer = await self._open()
                writer.write(first + host + b"\r\n" + rest)
                return await self._answer(reader)
        except TimeoutError:
            must(holds=False, said="no answer in time")
        except (ConnectionError, asyncio.IncompleteReadError) as wrong:
            must(holds=False, said=f"hung up without an answer: {wrong!r}")
        raise AssertionError

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._connection is None or self._connection[1].is_closing() or self._connection[0].at_eof():
            self.close()
            self._connection = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        return self._connection

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = b""
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        if "content-length" not in headers or headers.get("connection") == "close" or status == UNREADABLE:
            self.close()  # a stream of events has no end, and behind what is no request nothing is read
        return status, headers, body

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection[1].close()
            self._connection = None
