"""What strangers can hold of a gateway is bounded, and what they are answered says nothing of its insides."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import ClientSession, web

from adapters.web import bodies, server
from adapters.web.bodies import ROOM, BodyRoom, bodies_in_time, read_body
from adapters.web.headers import REQUEST_ID_HEADER, add_headers
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem, problems_as_documents
from adapters.web.server import GatewayRunner, Places
from deploy import gateway as wiring
from deploy.kafka.ports import free_port
from deploy.settings import Settings

SHORT_SECONDS = 0.5
LONG_SECONDS = 10.0

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[..., "asyncio.Future[Peer]"]


async def _read(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await read_body(request, most=100_000))))


async def _ignore(_: web.Request) -> web.Response:
    await asyncio.sleep(LONG_SECONDS)
    return web.Response()


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


async def _broken(_: web.Request) -> web.Response:
    raise RuntimeError("a client's value")


class Server:
    """A server with our bounds; `peer` opens connections to it, from any address of the loopback net."""

    def __init__(self, port: int, connections: AsyncExitStack) -> None:
        self.port = port
        self._connections = connections

    async def peer(self, sent: bytes = b"", address: str = "127.0.0.1") -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        self._connections.callback(writer.close)
        writer.write(sent)
        await writer.drain()
        return reader, writer


@asynccontextmanager
async def serving(places: Places | None = None) -> AsyncIterator[Server]:
    app = web.Application(middlewares=[problems_as_documents, bodies_in_time])
    app[ROOM] = BodyRoom(most=200_000)
    app.on_response_prepare.append(add_headers)
    app.router.add_post("/read", _read)
    app.router.add_post("/ignore", _ignore)
    app.router.add_get("/endless", _endless)
    app.router.add_get("/broken", _broken)
    port = free_port()
    runner = GatewayRunner(app, places or Places(), 0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with AsyncExitStack() as connections:
            yield Server(port, connections)
    finally:
        await runner.cleanup()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is waited for comes within half a second, or not at all."""
    monkeypatch.setattr(server, "HEAD_WITHIN_SECONDS", SHORT_SECONDS)
    monkeypatch.setattr(server, "LINGER_SECONDS", SHORT_SECONDS)
    monkeypatch.setattr(server, "TAKEN_WITHIN_SECONDS", SHORT_SECONDS)
    monkeypatch.setattr(bodies, "WITHIN_SECONDS", SHORT_SECONDS)


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Give what is answered until the connection is closed."""
    async with asyncio.timeout(LONG_SECONDS):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


def head(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"\r\n"])
async def test_a_head_that_does_not_come_is_given_up(sent: bytes) -> None:
    """Also where a little more of it comes all the time."""
    async with serving() as gateway:
        reader, writer = await gateway.peer(sent)
        closed = asyncio.create_task(all_of(reader))
        while not closed.done():
            if sent:
                writer.write(b"a")
            await asyncio.wait([closed], timeout=0.05)
        assert b" 200 " not in closed.result()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("path", ["/read", "/ignore", "/nowhere"])
@pytest.mark.parametrize(
    ("header", "part"), [("Content-Length: 90000", b"x" * 5), ("Transfer-Encoding: chunked", b"1\r\nx\r\n")]
)
async def test_a_body_that_does_not_come_is_given_up(path: str, header: str, part: bytes) -> None:
    """Whether its route reads it, does something else or does not exist; also where it drips."""
    async with serving() as gateway:
        reader, writer = await gateway.peer(head(path, header))
        answer = asyncio.create_task(reader.readline())
        async with asyncio.timeout(LONG_SECONDS):
            while not answer.done():
                writer.write(part)
                await asyncio.wait([answer], timeout=0.05)
        assert answer.result().startswith(b"HTTP/1.1 404 " if path == "/nowhere" else b"HTTP/1.1 408 ")
        await all_of(reader)


@pytest.mark.usefixtures("impatient")
async def test_a_request_that_was_sent_whole_may_take_longer() -> None:
    """The bounds are on what others send, not on how long we work."""
    async with serving() as gateway:
        reader, _ = await gateway.peer(head("/ignore", "Content-Length: 2") + b"{}")
        answer = asyncio.create_task(reader.readline())
        await asyncio.wait([answer], timeout=4 * SHORT_SECONDS)
        assert not answer.done()
        answer.cancel()


@pytest.mark.usefixtures("impatient")
async def test_who_takes_nothing_of_an_answer_is_cut_off() -> None:
    """What waits to be taken is held by us."""
    places = Places(most=1)
    async with serving(places) as gateway:
        await gateway.peer(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(LONG_SECONDS):
            while True:
                reader, _ = await gateway.peer(head("/read", "Content-Length: 0"))
                if (await reader.readline()).startswith(b"HTTP/1.1 200 "):
                    return


@pytest.mark.parametrize("places", [Places(most=3), Places(most_of_a_peer=3)], ids=["in all", "of a peer"])
async def test_there_are_no_more_connections_than_places(places: Places) -> None:
    """Who is too many is told so, and let in once another has gone."""
    async with serving(places) as gateway:
        peers = [await gateway.peer() for _ in range(3)]

        reader, _ = await gateway.peer(head("/read", "Content-Length: 0"))
        assert (await all_of(reader)).startswith(b"HTTP/1.1 503 ")

        peers[0][1].close()
        async with asyncio.timeout(LONG_SECONDS):
            while True:
                reader, _ = await gateway.peer(head("/read", "Content-Length: 0"))
                if (await reader.readline()).startswith(b"HTTP/1.1 200 "):
                    return


async def test_one_peer_keeps_no_other_out() -> None:
    """It has its own share of the places."""
    async with serving(Places(most_of_a_peer=3)) as gateway:
        for _ in range(5):
            await gateway.peer(address="127.0.0.2")

        reader, _ = await gateway.peer(head("/read", "Content-Length: 0"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_large_bodies_share_a_room_and_keep_no_small_one_out() -> None:
    """Each is smaller than what is taken, and all together are more: then one has to come again."""
    async with serving() as gateway, ClientSession(f"http://127.0.0.1:{gateway.port}") as http:
        half = head("/read", "Content-Length: 100000") + b"x" * 99_000
        for _ in range(5):
            await gateway.peer(half)
        async with asyncio.timeout(LONG_SECONDS):
            while True:  # until those have been read
                async with http.post("/read", data=b"x" * 100_000) as answer:
                    if answer.status == 503:
                        break
                    assert answer.status == 200
        async with http.post("/read", data=b"x" * 60_000) as answer:
            assert (answer.status, await answer.text()) == (200, "60000")


async def test_a_body_that_is_too_large_is_refused() -> None:
    """By what is announced of it, or once so much has come."""
    async with serving() as gateway, ClientSession(f"http://127.0.0.1:{gateway.port}") as http:

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(200):
                yield b"x" * 1000

        for body in (b"x" * 100_001, chunks()):
            async with http.post("/read", data=body) as answer:
                assert answer.status == 413


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd", "nonsense"])
async def test_a_body_is_taken_as_it_is_or_not_at_all(encoding: str) -> None:
    """Nothing is unpacked, so nothing unpacked has to be bounded."""
    async with serving() as gateway, ClientSession(f"http://127.0.0.1:{gateway.port}") as http:
        sent = {"Content-Encoding": encoding}
        async with http.post("/read", data=b"\x1f\x8b\x08nonsense", headers=sent) as answer:
            assert (answer.status, (await answer.json())["code"]) == (415, "content_encoding_not_taken")
            assert "aiohttp" not in await answer.text()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /a-secret-address HTTP/9.9\r\n\r\n",
        b"a-secret-address\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\na-secret-address\r\n\r\n",
        head("/read", "Content-Length: a-secret-address"),
        b"GET /" + b"a-secret-address" * 1000 + b" HTTP/1.1\r\n\r\n",
        head("/read", "X-A: " + "a-secret-address" * 1000),
        head("/read", "Transfer-Encoding: chunked") + b"a-secret-address\r\n",
    ],
)
async def test_what_can_not_be_read_is_not_quoted(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in the answer nor in the log; nor does the answer name what runs here."""
    with caplog.at_level(logging.INFO):
        async with serving() as gateway:
            reader, _ = await gateway.peer(sent)
            answer = await all_of(reader)

    assert answer.partition(b"\r\n")[0].endswith(b" 400 Bad Request")
    for secret in (b"a-secret-address", b"aiohttp", b"Python"):
        assert secret not in answer
    assert b"Server: client-sync\r\n" in answer
    assert b"Cache-Control: no-cache, no-store\r\n" in answer
    assert "a-secret-address" not in caplog.text


@pytest.mark.parametrize("sent", [b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"])
async def test_every_answer_forbids_to_keep_it_guess_at_it_and_frame_it(sent: bytes) -> None:
    """In these words, and not in whatever our list says: also where no route was reached."""
    async with serving() as gateway:
        reader, _ = await gateway.peer(sent)
        answer = b""
        async with asyncio.timeout(LONG_SECONDS):
            while b"\r\n\r\n" not in answer:
                answer += await reader.readline()

    assert {
        b"Cache-Control: no-cache, no-store",
        b"X-Content-Type-Options: nosniff",
        b"Referrer-Policy: same-origin",
        b"Cross-Origin-Opener-Policy: same-origin",
        b"Server: client-sync",
    } <= set(answer.split(b"\r\n"))
    policy = next(line for line in answer.split(b"\r\n") if line.startswith(b"Content-Security-Policy: "))
    for rule in (b"default-src 'none'", b"script-src 'self'", b"base-uri 'none'", b"frame-ancestors 'none'"):
        assert rule in policy
    assert b"unsafe" not in policy


async def test_the_port_of_the_metrics_is_bounded_as_the_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has its headers and its places, and does not say what runs here."""
    monkeypatch.setattr(wiring, "MOST_SCRAPERS", 3)
    app = web.Application()
    app[PARTS] = cast(Parts, None)
    port = free_port()
    settings = SimpleNamespace(sandbox=False, metrics_host="127.0.0.1", metrics_port=port)
    async with wiring._metrics(app, cast(Settings, settings)), AsyncExitStack() as connections:
        gateway = Server(port, connections)
        # To who comes through a proxy it shows nothing, so it has nothing to look up.
        reader, _ = await gateway.peer(
            b"GET /metrics HTTP/1.1\r\nHost: x\r\nVia: a\r\nConnection: close\r\n\r\n"
        )
        answer = await all_of(reader)
        peers = [await gateway.peer() for _ in range(4)]
        async with asyncio.timeout(LONG_SECONDS):
            refused = await peers[-1][0].readline()

    assert answer.startswith(b"HTTP/1.1 404 ")
    for line in (
        b"Server: client-sync",
        b"Cache-Control: no-cache, no-store",
        b"X-Content-Type-Options: nosniff",
    ):
        assert line in answer.split(b"\r\n")
    assert b"aiohttp" not in answer
    assert refused.startswith(b"HTTP/1.1 503 ")


async def test_an_answer_and_the_log_name_a_failure_alike() -> None:
    """Whoever is shown it can say which one it was; what it is stands in the log only."""
    async with (
        serving() as gateway,
        ClientSession(f"http://127.0.0.1:{gateway.port}") as http,
        http.get("/broken") as answer,
    ):
        said = await answer.json()

    assert (answer.status, said["code"]) == (500, "internal_error")
    assert answer.headers[REQUEST_ID_HEADER] in said["detail"]
    assert "value" not in said["detail"]


def test_a_room_is_as_large_as_before_once_all_have_gone() -> None:
    """Also when a body was too much for it."""
    room = BodyRoom(most=100)
    with room.share() as first, room.share() as second:
        first.grow(bodies.SMALL_BYTES + 90)
        second.grow(bodies.SMALL_BYTES)
        with pytest.raises(Problem):
            second.grow(11)
        assert room.held == 90
    assert room.held == 0
