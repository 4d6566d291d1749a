"""What a gateway counts, and `/metrics`, where Prometheus reads it."""

import math

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from adapters.web.parts import PARTS

WEBHOOKS = Counter(
    "client_sync_webhooks",
    "Deliveries of QuickBooks' webhooks by what became of them.",
    ["result"],
)
NOTICES = Counter(
    "client_sync_webhook_notices",
    "Changes that webhooks told of, by what became of them.",
    ["result"],
)
CONNECTIONS_REFUSED = Counter(
    "client_sync_connections_refused",
    "Connections that were closed at once, since there were too many: in_all, or of_a_peer.",
    ["why"],
)
REQUESTS_REFUSED = Counter(
    "client_sync_requests_refused",
    "Requests that were answered 429, since their caller asked too often: a person, or a stranger (not signed in).",
    ["who"],
)
READ_MODEL_BEHIND = Gauge(
    "client_sync_read_model_behind",
    "Offsets of the log that the read model does not show yet; not a number while Kafka gives no answer.",
)

PROXIED = frozenset({"Forwarded", "X-Forwarded-For", "Via"})


def add_metrics(app: web.Application) -> None:
    """Let an application show them: that of the gateway, or one on a port of its own."""
    app.router.add_get("/metrics", metrics)


async def metrics(request: web.Request) -> web.Response:
    """Write all that this process counts, in Prometheus' text format; not for who comes through a proxy, from outside."""
    if not PROXIED.isdisjoint(request.headers):
        raise web.HTTPNotFound
    behind = await request.app[PARTS].progress.behind()
    READ_MODEL_BEHIND.set(math.nan if behind is None else behind)
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
