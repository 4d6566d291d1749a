"""Shows a worker's metrics: it has no web server, so Prometheus gets a small one, in a thread of its own."""

import sys

from prometheus_client import start_http_server

from deploy.given_settings import PREFIX
from deploy.settings import Settings


def show_metrics(settings: Settings) -> None:
    """Open the port that was set, if one was.

    Raises:
        SystemExit: 2, with what to do: the port is in use.
    """
    if settings.metrics_port is None:
        return
    try:
        start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        sys.stderr.write(
            f"The metrics' port {settings.metrics_host}:{settings.metrics_port} can't be opened ({error.strerror}). "
            f"Set {PREFIX}METRICS_PORT to a free one, or leave it out.\n"
        )
        raise SystemExit(2) from None
