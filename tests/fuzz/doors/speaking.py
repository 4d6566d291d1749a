"""How a side answers: in volume by a session that is none, in part by a server on the loopback address."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from multidict import CIMultiDict

from tests.fuzz.odd import BYTES, CANARY, Change, Template, changes, maybe_bytes, written

STATUSES = (200,) * 12 + (
    201,
    204,
    206,
    302,
    400,
    400,
    401,
    403,
    404,
    405,
    409,
    412,
    422,
    429,
    429,
    500,
    502,
    503,
    599,
    999,
)
HEADERS: tuple[tuple[str, str], ...] = (
    *(
        ("Retry-After", value)
        for value in (
            *(
                "0",
                "-1",
                "1",
                "3600",
                "9" * 40,
                "1e5",
                "nan",
                "inf",
                "1.5",
                "",
                "soon",
                "\u0663",
                "0x10",
                CANARY,
            ),
            *(
                "Fri, 31 Dec 9999 23:59:59 -1200",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Mon, 01 Jan 0001 00:00:00 +1200",
            ),
        )
    ),
    *(
        ("Date", value)
        for value in ("", "x" * 5000, "Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 23 Nov 2026", "0", "\xff")
    ),
    *(("intuit_tid", value) for value in ("", CANARY, "x" * 5000, "\xff\xfe")),
    *(("Content-Encoding", value) for value in ("gzip", "br", "identity", "x")),
    *(
        ("Content-Type", value)
        for value in ("text/html", "application/json; charset=utf-99", "", "image/png")
    ),
)
MANGLED: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: raw[: len(raw) // 2],
    lambda raw: raw.replace(b"HTTP/1.1", b"HTTP/9.9"),
    lambda raw: raw.replace(b"Content-Length: ", b"Content-Length: 9"),
    lambda raw: raw.replace(b"Content-Length: ", b"Content-Length: -"),
    lambda raw: raw.replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nX-Length"),
    lambda raw: b"\xff" * 200 + raw,
    lambda _: b"",
    lambda _: b"\r\n\r\n",
    lambda raw: raw.replace(b"\r\n", b"\r\nX-Long: " + b"y" * 20_000 + b"\r\n", 1),
)


@dataclass(frozen=True)
class Spoken:
    """One answer: to what, and what is odd about it. `mangled`: in its bytes on the wire; `by_wire`: through a server."""

    ask: int
    template: int
    changes: list[Change]
    in_bytes: int | None
    status: int
    header: int | None
    by_wire: bool
    mangled: int | None

    def body(self, template: Template) -> tuple[bytes, int]:
        """Write its body, and say how many hostile values are in the answer."""
        value, values = template.spoilt(self.changes)
        content = written(value)
        if self.in_bytes is not None:
            content, values = BYTES[self.in_bytes](content), values + 1
        values += (
            (self.status != 200) + (self.header is not None) + (self.by_wire and self.mangled is not None)
        )
        return content, values


def spoken(asks: int, templates: int) -> st.SearchStrategy[list[Spoken]]:
    """Give some answers."""
    one = st.builds(
        Spoken,
        st.integers(0, asks - 1),
        st.integers(0, templates - 1),
        changes,
        maybe_bytes,
        st.integers(0, len(STATUSES) - 1).map(STATUSES.__getitem__),
        _or_none(len(HEADERS), 3),
        st.integers(0, 15).map(lambda number: number == 1),
        _or_none(len(MANGLED), 2),
    )
    return st.lists(one, min_size=1, max_size=8)


def _or_none(many: int, times: int) -> st.SearchStrategy[int | None]:
    return st.integers(0, many * times).map(lambda number: number if number < many else None)


class _Content:
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for begin in range(0, len(self._content), size):
            yield self._content[begin : begin + size]


class _Answer:
    def __init__(self, status: int, headers: CIMultiDict[str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = _Content(content)

    def close(self) -> None:
        pass


class Said:
    """A session whose every request has this answer."""

    def __init__(self) -> None:
        self.answer = _Answer(200, CIMultiDict(), b"")

    def says(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        """Answer so from now on."""
        self.answer = _Answer(status, CIMultiDict(headers), content)

    @asynccontextmanager
    async def request(self, *_: Any, **__: Any) -> AsyncIterator[_Answer]:
        """Answer."""
        yield self.answer


class Wire:
    """A server that answers every request with the same bytes, and hangs up."""

    def __init__(self) -> None:
        self.raw = b""
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve."""
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()

    def says(self, status: int, headers: list[tuple[str, str]], content: bytes, mangled: int | None) -> None:
        """Answer so from now on."""
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        first = f"HTTP/1.1 {status} So\r\nConnection: close\r\nContent-Length: {len(content)}\r\n"
        raw = (first + head + "\r\n").encode("utf-8", "replace") + content
        self.raw = raw if mangled is None else MANGLED[mangled](raw)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.raw)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
