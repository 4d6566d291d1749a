"""What strangers can hold of a worker by the port of its metrics is bounded, and says nothing of its insides."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread
from typing import Any

import pytest

from deploy import metrics
from deploy.kafka.ports import free_port
from deploy.metrics import MetricsServer
from tests.patience import PATIENCE_SECONDS

SHORT_SECONDS = 0.5
PLACES = 3
ASK = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Open a connection to a server of few places, and send something."""
    monkeypatch.setattr(metrics, "MOST_SCRAPERS", PLACES)
    port = free_port()
    server = MetricsServer("127.0.0.1", port)
    serving = Thread(target=server.serve_forever)
    serving.start()
    with ExitStack() as opened:

        def connect(sent: bytes) -> socket.socket:
            peer = opened.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS))
            peer.sendall(sent)
            return peer

        yield connect
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it within half a second, or not at all."""
    monkeypatch.setattr(metrics, "WITHIN_SECONDS", SHORT_SECONDS)


def all_of(peer: socket.socket) -> bytes:
    """Give what is answered until the connection is closed."""
    answer = b""
    try:
        while some := peer.recv(65536):
            answer += some
    except ConnectionResetError:
        pass
    return answer


def test_who_asks_is_answered_with_our_headers(connect: Connect) -> None:
    """As at a gateway's port: nobody keeps it, and nobody learns what runs here."""
    answer = all_of(connect(ASK))

    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0].endswith(b" 200 OK")
    assert {
        b"Server: client-sync",
        b"Cache-Control: no-cache, no-store",
        b"X-Content-Type-Options: nosniff",
    } <= set(lines)
    assert b"Python" not in head
    assert b"# HELP " in body


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_head_that_does_not_come_is_given_up(connect: Connect, sent: bytes) -> None:
    """Also where a little more of it comes all the time."""
    peer = connect(sent)
    peer.settimeout(0.05)
    while True:
        try:
            answer = peer.recv(65536)
        except TimeoutError:
            if sent:
                peer.send(b"a")
            continue
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
        break

    assert b" 200 " not in answer


@pytest.mark.usefixtures("impatient")
def test_who_takes_nothing_of_an_answer_is_cut_off(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """And gives its place back."""
    answers = iter([endless] * PLACES)
    true = metrics._APP

    def answer(*asked: Any) -> Any:
        return next(answers, true)(*asked)

    monkeypatch.setattr(metrics, "_APP", answer)
    for _ in range(PLACES):
        connect(ASK)

    assert comes_in(connect)


def endless(_environ: object, start: Callable[..., object]) -> Iterator[bytes]:
    """An answer that nobody can take whole."""
    start("200 OK", [])
    while True:
        yield b"x" * 65536


def test_there_are_no_more_connections_than_places(connect: Connect) -> None:
    """Who is too many is told so, and let in once another has gone."""
    peers = [connect(b"") for _ in range(PLACES)]

    assert all_of(connect(b"")).startswith(b"HTTP/1.0 503 ")

    peers[0].close()
    assert comes_in(connect)


def comes_in(connect: Connect) -> bool:
    """Ask until somebody has a place."""
    while not all_of(connect(ASK)).startswith(b"HTTP/1.0 200 "):
        pass
    return True


@pytest.mark.parametrize("sent", [b"a-secret-address\r\n\r\n", b"GET /a-secret-address HTTP/9.9\r\n\r\n"])
def test_what_can_not_be_read_is_not_quoted(connect: Connect, sent: bytes) -> None:
    """Nor does the refusal name what runs here."""
    answer = all_of(connect(sent))

    assert b"a-secret-address" not in answer
    assert b"Python" not in answer
    assert b" 200 " not in answer


@pytest.mark.parametrize("header", [b"X-Forwarded-For", b"Forwarded", b"Via"])
def test_who_comes_through_a_proxy_is_shown_nothing(connect: Connect, header: bytes) -> None:
    """A proxy lets people in from outside."""
    answer = all_of(connect(ASK[:-2] + header + b": a\r\n\r\n"))

    assert b" 404 " in answer.partition(b"\r\n")[0]
