"""A gateway that does not answer as it should: a sentence each, its exit code, and the token goes nowhere else."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.kafka.ports import free_port
from deploy.operators.remote import acts, gateway
from tests.certificates import Authority
from tests.forked import ROOT
from tests.patience import PATIENCE_SECONDS
from tests.unit.deploy.test_every_command import typed

TOKEN = "a-token-of-lee"
PROBLEM = "application/problem+json"
JSON = "application/json"


def _problem(status: int, code: str, detail: str) -> bytes:
    return json.dumps({"status": status, "code": code, "detail": detail}).encode()


@dataclass(slots=True)
class Answering:
    """What a server answers whoever asks. `cut`: so many bytes are promised more than come; `chunks`: the body is in them, and ends as it does; `pause`: seconds behind each half of a body; `first`: before all others."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    chunks: bool = False
    hangs: bool = False
    pause: float = 0.0
    first: list["Answering"] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Each request's line, and its token."""
    keys: list[str] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """Give what answers so."""
        answering = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Keep it quiet."""

            def do_GET(self) -> None:
                """Answer."""
                answering.asked.append((self.requestline, self.headers.get("Authorization", "")))
                if key := self.headers.get("Idempotency-Key"):
                    answering.keys.append(key)
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                told = answering.first.pop(0) if answering.first else answering
                if told.hangs:
                    self.close_connection = True
                    return
                self.send_response(told.status)
                self.send_header("Content-Type", told.kind)
                if told.chunks:
                    self.send_header("Transfer-Encoding", "chunked")
                else:
                    self.send_header("Content-Length", str(len(told.body) + told.cut))
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                # In two pieces, as a long one comes: whoever reads it does not see its end in the first.
                middle = len(told.body) // 2
                for piece in (told.body[:middle], told.body[middle:]):
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(answering.pause)
                self.close_connection = told.chunks or bool(told.cut)

            do_POST = do_DELETE = do_GET  # noqa: N815  (http.server's names)

        return Handler


class Server(ThreadingHTTPServer):
    """Says nothing of connections that we end."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Let only a test say what is wrong."""


@contextmanager
def serving(answering: Answering, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve it on this machine; gives the address."""
    server = Server(("127.0.0.1", 0), answering.handler())
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def me(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set but who asks."""
    for name, value in (("API", ""), ("TOKEN", TOKEN), ("KAFKA_BOOTSTRAP", ""), ("DATABASE_URL", "")):
        monkeypatch.setenv(f"CLIENT_SYNC_{name}", value)


def firms(address: str, *more: str) -> tuple[int, str]:
    """Ask for all firms; gives the exit code, and what was said, which never holds the token."""
    return ended("--api", address, "firms", *more)


def ended(*words: str) -> tuple[int, str]:
    """Type it, for people and for jq: both end alike."""
    plain, told = typed(*words), typed(*words, "--json")
    assert plain.exit_code == told.exit_code
    assert plain.stdout == told.stdout == ""
    (line,) = told.stderr.splitlines()
    said: dict[str, Any] = json.loads(line)
    assert TOKEN not in plain.output + told.output
    return plain.exit_code, said["error"]


@pytest.mark.parametrize(
    ("answering", "code", "words"),
    [
        (Answering(401, _problem(401, "not_signed_in", "…"), PROBLEM), 1, "does not take this token"),
        (
            Answering(403, _problem(403, "role_too_low", "Only operators can do this."), PROBLEM),
            1,
            "Only operators",
        ),
        (Answering(404, _problem(404, "not_found", "…"), PROBLEM), 2, "does not know GET /api/v1/firms"),
        (Answering(200, b'{"companies": []}'), 2, "in a way that is not known here"),
        (Answering(200, b"<h1>Sign in</h1>", "text/html"), 4, "no gateway of ours: it sent text/html"),
        (Answering(502, b"<h1>Bad Gateway</h1>", "text/html"), 4, "with status 502"),
        (Answering(500, b"[]"), 4, "no gateway of ours"),
        (
            Answering(503, _problem(503, "database_away", "The database gives no answer."), PROBLEM),
            4,
            "The database",
        ),
        (Answering(503, _problem(503, "read_model_behind", "Built again."), PROBLEM), 1, "Built again."),
        (
            Answering(302, b"", "text/html", {"Location": "https://sign-in.example/"}),
            2,
            "to https://sign-in.example",
        ),
        (Answering(200, b'{"firms": [', cut=5), 4, "broke off its answer"),
        (Answering(hangs=True), 4, "so nothing was done"),
    ],
    ids=[
        "token",
        "role",
        "no such route",
        "other answer",
        "a proxy's page",
        "a proxy's error",
        "no problem document",
        "database away",
        "being built",
        "redirected",
        "broken off",
        "closed",
    ],
)
def test_each_has_its_sentence(answering: Answering, code: int, words: str) -> None:
    """And is asked with the token alone."""
    with serving(answering) as address:
        exit_code, said = firms(address)

    assert exit_code == code
    assert words in said
    assert {token for _, token in answering.asked} == {f"Bearer {TOKEN}"}


def test_nobody_there_is_said() -> None:
    """With the address, and what to set."""
    code, said = firms(f"http://127.0.0.1:{free_port()}")

    assert code == 4
    assert "No gateway answers at http://127.0.0.1:" in said
    assert "CLIENT_SYNC_API" in said


def test_one_that_is_silent_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection, and says nothing."""
    monkeypatch.setattr(gateway, "ANSWER_SECONDS", 0.2)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    try:
        code, said = firms(f"http://127.0.0.1:{listening.server_address[1]}")
    finally:
        listening.server_close()

    assert code == 4
    assert "TimeoutError" in said


def test_who_is_asked_too_often_is_asked_again_later() -> None:
    """As it says when."""
    busy = Answering(429, _problem(429, "too_many_requests", "…"), PROBLEM, {"Retry-After": "0"})
    answering = Answering(200, b'{"firms": [], "cursor": null}', first=[busy, busy], pause=0.05)
    with serving(answering) as address:
        assert typed("--api", address, "firms").exit_code == 0

    assert len(answering.asked) == 3


def test_what_is_asked_is_sent_again_with_its_key() -> None:
    """Where the connection ends before the answer: it is done once however often it comes."""
    decided = {"verdict": "applied", "code": "pause", "facts": {}, "position": "p0:7"}
    waits = {"work": [], "rows": 0, "paused_since": None, "paused_by": None, "paused_reason": None}
    said = {"decided": True, "decisions": [decided], **waits}
    answering = Answering(200, json.dumps(said).encode(), first=[Answering(hangs=True)])
    with serving(answering) as address:
        done = typed("--api", address, "pause", "--firm", "f-1", "--reason", "why not", "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[0])["positions"] == ["p0:7"]
    first, again = answering.keys
    assert first == again


def test_what_nobody_decides_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken in: exit code 3, and whoever asks again is warned."""
    monkeypatch.setattr(acts, "DECIDED_SECONDS", 0.0)
    with serving(Answering(202, b'{"decided": false, "decisions": []}')) as address:
        code, said = ended("--api", address, "resume", "--all", "--reason", "why not")

    assert code == 3
    assert said.startswith("It is taken in, and will be decided once a worker runs")


def test_what_may_have_been_taken_in_is_said_to_be_uncertain() -> None:
    """Where no answer comes, however often it is sent."""
    answering = Answering(hangs=True)
    with serving(answering) as address:
        code, said = ended("--api", address, "disconnect", "f-1", "--yes")

    assert code == 4
    assert "not certain whether that was taken in" in said


EXPORT = ("audit", "export", "--firm", "f-1")


def test_an_export_that_breaks_off_is_not_all_of_it() -> None:
    """What came stands there, and the exit code says that more was to come."""
    with serving(Answering(body=b'8\r\n{"x":1}\n\r\n', kind="application/jsonl", chunks=True)) as address:
        done = typed("--api", address, *EXPORT)

    assert done.exit_code == 4
    assert done.stdout == '{"x":1}\n'
    assert "what came is not all of it" in done.stderr


def test_a_page_is_no_export() -> None:
    """None of it is written where an audit is expected."""
    with serving(Answering(body=b"<h1>Sign in</h1>", kind="text/html")) as address:
        code, said = ended("--api", address, *EXPORT)

    assert code == 4
    assert "no gateway of ours" in said


def test_who_is_kept_waiting_can_end_it() -> None:
    """Once is enough, also where the gateway takes the question and is silent."""
    settings = {"CLIENT_SYNC_TOKEN": TOKEN, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        words = ("--api", f"http://127.0.0.1:{silent.getsockname()[1]}", "firms")
        command = subprocess.Popen(
            (sys.executable, "-m", "deploy", *words), env=settings, stderr=subprocess.PIPE
        )
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(1)
            command.send_signal(signal.SIGINT)
            _, said = command.communicate(timeout=PATIENCE_SECONDS)

    assert command.returncode == 130, said
    assert b"Traceback" not in said


@pytest.mark.parametrize(
    "address",
    ["http://sync.example.com", "http://10.0.0.7:8080", "ftp://127.0.0.1", "https://sync.example.com:99999"],
)
def test_a_token_goes_to_no_other_machine_in_clear(address: str) -> None:
    """It is refused before anything is sent."""
    code, said = firms(address)

    assert code == 2
    assert said.splitlines()[1].startswith("CLIENT_SYNC_API: ")


@pytest.mark.parametrize(
    "token", ["", "two words", "line\nbreak", "Zoë"], ids=["none", "blank", "lines", "letters"]
)
def test_a_token_that_can_be_none_is_named_without_its_value(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked."""
    monkeypatch.setenv("CLIENT_SYNC_TOKEN", token)

    code, said = firms("http://127.0.0.1:1")

    assert code == 2
    assert said.splitlines()[-1].startswith("CLIENT_SYNC_TOKEN: expected")
    assert not token or token not in said


def test_a_token_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by an option, which goes before what is set."""
    monkeypatch.setenv("CLIENT_SYNC_TOKEN_FILE", str(tmp_path / "none"))
    (tmp_path / "token").write_text("another-token\n")
    answering = Answering(200, b'{"firms": [], "cursor": null}')
    with serving(answering) as address:
        done = typed("--api", address, "--token-file", str(tmp_path / "token"), "firms")

    assert done.exit_code == 0, done.output
    assert answering.asked[0][1] == "Bearer another-token"


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate, and the file of who signed it."""
    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("gateway"))
    return context, authority.file


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tls: tuple[ssl.SSLContext, Path]) -> None:
    """And nothing was sent; with its authority it is asked."""
    answering = Answering(200, b'{"firms": [], "cursor": null}')
    with serving(answering, tls[0]) as address:
        code, said = firms(address)
        assert answering.asked == []
        trusted = typed_with_authority(address, tls[1])

    assert code == 4
    assert "can't be trusted" in said
    assert "CLIENT_SYNC_API_CA_FILE" in said
    assert trusted.exit_code == 0, trusted.output


def typed_with_authority(address: str, file: Path) -> Any:
    """Ask for all firms, where this file's authorities are trusted."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("CLIENT_SYNC_API_CA_FILE", str(file))
        return typed("--api", address, "firms")


def test_what_speaks_no_tls_is_said_so() -> None:
    """As a port that takes plain HTTP."""
    answering = Answering()
    with serving(answering) as address:
        code, said = firms(address.replace("http:", "https:"))

    assert code == 4
    assert "does not speak TLS" in said
    assert answering.asked == []


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    """Before anybody is asked."""
    (tmp_path / "none.pem").write_text("none")

    ended = typed_with_authority("https://127.0.0.1:1", tmp_path / "none.pem")

    assert ended.exit_code == 2
    assert "CLIENT_SYNC_API_CA_FILE: expected certificates" in ended.stderr
