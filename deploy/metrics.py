"""Shows a worker's metrics: it has no web server, so Prometheus gets a small one, in a thread of its own.

Bounded as a gateway's are: each connection is among the files that the worker needs for Kafka and both outsides, and a stranger may open
them without end.
"""

import socket
import sys
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore, Thread, Timer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from prometheus_client import make_wsgi_app

from adapters.web.headers import HEADERS, KEPT_BY_NOBODY
from deploy.given_settings import PREFIX
from deploy.settings import Settings

MOST_SCRAPERS = 20
"""Connections at once."""

WITHIN_SECONDS = 30.0
"""From when a connection is open until all of the answer is taken. Prometheus itself gives up after ten."""

SENT_ALONG = {name: value for name, value in HEADERS.items() if name != "Server"}
SENT_ALONG["Cache-Control"] = KEPT_BY_NOBODY
PROXIED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_VIA")

_FULL = (
    b"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nServer: client-sync\r\n\r\n"
)

log = structlog.get_logger(__name__)


def show_metrics(settings: Settings) -> None:
    """Open the port that was set, if one was.

    Raises:
        SystemExit: 2, with what to do: the port is in use.
    """
    if settings.metrics_port is None:
        return
    try:
        server = MetricsServer(settings.metrics_host, settings.metrics_port)
    except OSError as error:
        sys.stderr.write(
            f"The metrics' port {settings.metrics_host}:{settings.metrics_port} can't be opened ({error.strerror}). "
            f"Set {PREFIX}METRICS_PORT to a free one, or leave it out.\n"
        )
        raise SystemExit(2) from None
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Connection(WSGIRequestHandler):
    """One connection: a request, and its answer. What is no request is not quoted, and nobody is told which versions run here."""

    def version_string(self) -> str:
        """Name us as every port does."""
        return HEADERS["Server"]

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what can't be read, in the status' own words."""
        super().send_error(code, explain="")

    def end_headers(self) -> None:
        """Send our headers along with a refusal; an answer has them already."""
        for name, value in SENT_ALONG.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of each scrape."""


class MetricsServer(ThreadingMixIn, WSGIServer):
    """Each connection in a thread, and no more of them than places."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        self.address_family, address = found[0][0], found[0][4]
        self._places = BoundedSemaphore(MOST_SCRAPERS)
        super().__init__((str(address[0]), port), _Connection)
        self.set_app(_metrics)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let it in, if there is a place."""
        if not self._places.acquire(blocking=False):
            request.sendall(_FULL)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer it, but wait for nobody for good: who sends or takes a byte now and then, neither."""
        late = Timer(WITHIN_SECONDS, _hang_up, (request,))
        late.daemon = True
        late.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            late.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Note that a connection broke off; a trace would quote nothing that helps."""
        log.info("scrape_broke_off", error=type(sys.exception()).__name__)


def _hang_up(request: socket.socket) -> None:
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has gone meanwhile


def _metrics(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Write them, not for who comes through a proxy, from outside."""
    named = [("Server", HEADERS["Server"]), *SENT_ALONG.items()]
    if any(header in environ for header in PROXIED):
        start_response("404 Not Found", [*named, ("Content-Length", "0")])
        return ()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, *named], *more)

    shown: Iterable[bytes] = _APP(environ, start)
    return shown


_APP = make_wsgi_app()
