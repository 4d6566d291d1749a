"""One gateway's API over HTTP: what is asked goes with the operator's token, and every way of getting no answer has a sentence.

It is the standard library's client: it is read in no time, follows nobody elsewhere with the token, and asks one thing after the other,
as a command does.
"""

import asyncio
import json
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Generic, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from deploy.operators.remote.addresses import with_query
from deploy.operators.remote.no_answer import (
    away,
    ca_unreadable,
    no_gateway,
    other_version,
    redirected,
    refusal,
    too_often,
    untrusted,
)
from deploy.settings import Settings

Model = TypeVar("Model", bound=BaseModel)
Port = TypeVar("Port")

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""Longer than a gateway looks for who decides, and as long as a page of a long list takes on a busy day."""

TRIES = 3
"""So often something is sent whose answer did not come; with its key it is done once."""

CHUNK = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
MOST_WAITS = 5
LONGEST_WAIT_SECONDS = 10.0
POSITION = "Sync-Position"
LINES_TYPE = "application/jsonl"
JSON_TYPES = ("application/json", "application/problem+json")


@dataclass(frozen=True, slots=True)
class Reply(Generic[Model]):
    """An answer. `position`: what a later read is to be as new as; empty: nothing was said of it."""

    body: Model
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """`seconds`: until its answer begins; None: as for most."""

    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]
    seconds: float | None


class Gateway:
    """Asks one. Where it does not answer as it should, `AskedInVainError` or `SaidNoError` say why."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.api
        self._token = settings.token
        self._ca_file = settings.api_ca_file
        self._connection: HTTPConnection | None = None

    async def get(
        self,
        path: str,
        answer: type[Model],
        query: Mapping[str, object] | None = None,
        *,
        position: str = "",
        seconds: float | None = None,
    ) -> Reply[Model]:
        """Read something. `query`: None is left out; `position`: as of which it has to be."""
        headers = {POSITION: position} if position else {}
        return await self._asked(
            _Request(method="GET", path=with_query(path, query), body=None, headers=headers, seconds=seconds),
            answer,
        )

    async def send(
        self,
        method: str,
        path: str,
        answer: type[Model],
        body: Mapping[str, object],
        *,
        key: str | None = None,
        seconds: float | None = None,
    ) -> Reply[Model]:
        """Ask for something to be done, once, however often it has to be sent. `key`: what it is known by."""
        headers = {"Idempotency-Key": key or uuid4().hex, "Content-Type": "application/json"}
        raw = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
        return await self._asked(
            _Request(method=method, path=path, body=raw, headers=headers, seconds=seconds), answer
        )

    def lines(self, path: str, query: Mapping[str, object]) -> Iterator[str]:
        """Read lines as they come.

        Raises:
            AskedInVainError: also where it breaks off: what came is not all of it.
        """
        request = _Request(method="GET", path=with_query(path, query), body=None, headers={}, seconds=None)
        response = self._sent(request)
        if response.status != 200:  # noqa: PLR2004
            raise self._no(request, response, self._read(response))
        if response.headers.get_content_type() != LINES_TYPE:
            raise no_gateway(self._address, response)
        try:
            yield from _lines(response)
        except (OSError, HTTPException, UnicodeDecodeError) as broken:
            raise away(self._address, broken, broken_off=True) from None
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _asked(self, request: _Request, answer: type[Model]) -> Reply[Model]:
        for _ in range(MOST_WAITS):
            response = self._sent(request)
            raw = self._read(response)
            if response.status != 429:  # noqa: PLR2004
                return self._reply(request, response, raw, answer)
            wait = response.headers.get("Retry-After", "1")
            await asyncio.sleep(min(float(wait) if wait.isdigit() else 1.0, LONGEST_WAIT_SECONDS))
        raise too_often(self._address)

    def _reply(
        self, request: _Request, response: HTTPResponse, raw: bytes, answer: type[Model]
    ) -> Reply[Model]:
        if response.status not in (200, 202):
            raise self._no(request, response, raw)
        if response.headers.get_content_type() not in JSON_TYPES:
            raise no_gateway(self._address, response)
        try:
            body = answer.model_validate_json(raw)
        except ValidationError:
            raise other_version(
                self._address, f"answers {_said(request)} in a way that is not known here"
            ) from None
        return Reply(body, response.headers.get(POSITION, ""))

    def _no(self, request: _Request, response: HTTPResponse, raw: bytes) -> Exception:
        if 300 <= response.status < 400:  # noqa: PLR2004
            return redirected(self._address, response)
        if response.headers.get_content_type() not in JSON_TYPES:
            return no_gateway(self._address, response)
        return refusal(self._address, _said(request), response, raw)

    def _sent(self, request: _Request) -> HTTPResponse:
        """Send it; again where a connection had been closed meanwhile, or ends before the answer."""
        for n in range(1, TRIES + 1):
            sent = False
            try:
                connection = self._connected()
                sent = True
                if connection.sock is not None:
                    connection.sock.settimeout(request.seconds or ANSWER_SECONDS)
                headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
                connection.request(
                    request.method, request.path, request.body, headers | dict(request.headers)
                )
                return connection.getresponse()
            except (OSError, HTTPException, UnicodeError) as broken:  # UnicodeError: of a host's name
                self.close()
                if isinstance(broken, ssl.SSLError) and not sent:
                    raise untrusted(self._address, broken) from None
                if n == TRIES or not sent or isinstance(broken, TimeoutError):
                    asked = sent and request.method != "GET"
                    raise away(self._address, broken, uncertain=asked) from None
        raise AssertionError("the last try ends it")

    def _connected(self) -> HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self._address)
            host, port = parts.hostname or "", parts.port
            if parts.scheme == "https":
                connection: HTTPConnection = HTTPSConnection(
                    host, port, timeout=CONNECT_SECONDS, context=self._trust()
                )
            else:
                connection = HTTPConnection(host, port, timeout=CONNECT_SECONDS)
            connection.connect()
            self._connection = connection
        return self._connection

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except (OSError, ssl.SSLError):
            raise ca_unreadable() from None

    def _read(self, response: HTTPResponse) -> bytes:
        """Read an answer: within bounds of size and time, however slowly it comes."""
        raw, give_up = bytearray(), time.monotonic() + ANSWER_SECONDS
        try:
            while chunk := response.read1(CHUNK):
                raw += chunk
                if len(raw) > MOST_BYTES:
                    self.close()
                    raise no_gateway(self._address, response)
                if time.monotonic() > give_up:
                    raise TimeoutError
            if response.length:
                raise IncompleteRead(bytes(raw), response.length)
        except (OSError, HTTPException) as broken:
            self.close()
            raise away(self._address, broken, broken_off=True) from None
        # `read1` does not notice itself that it has read the last byte. The next request over this connection would be
        # sent, its answer refused as one too many, and all of it asked for once more.
        response.close()
        return bytes(raw)


def _lines(response: HTTPResponse) -> Iterator[str]:
    """Split an answer into lines. Not as `HTTPResponse` does by itself: it takes a connection's end for the answer's.

    Raises:
        IncompleteRead: it is not all of it.
    """
    rest = b""
    while chunk := response.read1(CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in whole)
        if len(rest) > MOST_BYTES:
            break
    if rest or response.length:
        raise IncompleteRead(b"")


@asynccontextmanager
async def asking(settings: Settings, port: Callable[[Gateway], Port]) -> AsyncIterator[Port]:
    """Open a port for as long as a command runs: all that it asks goes over one connection."""
    gateway = Gateway(settings)
    # asyncio's own would only cancel the task, which hears of it once the gateway has answered.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield port(gateway)
    finally:
        signal.signal(signal.SIGINT, before)
        gateway.close()


def _said(request: _Request) -> str:
    return f"{request.method} {request.path.partition('?')[0]}"
