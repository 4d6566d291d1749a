"""What a gateway counts, and `/metrics`, where Prometheus reads it."""

import math
from typing import get_args

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from adapters.web.parts import PARTS, Parts
from domain.codes import ParkedCode, is_parked
from domain.projection import BeingBuiltError, StoreAwayError
from domain.read_budget import month_of

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

METERED_READS = Gauge(
    "client_sync_quickbooks_metered_reads",
    "Reads of QuickBooks in this calendar month (UTC), of all companies and processes, that Intuit meters (answered) or may "
    "meter (unanswered); not a number while that can't be told.",
    ["ended"],
)
READS_A_MONTH = Gauge(
    "client_sync_quickbooks_reads_a_month",
    "Reads of QuickBooks that a month has, as the settings say.",
)

LETTERS_WAITING = Gauge(
    "client_sync_dead_letters_waiting",
    "Dead letters that nobody has settled; not a number while that can't be told.",
    ["reason"],
)
LETTERS_OLDEST = Gauge(
    "client_sync_dead_letters_oldest_seconds",
    "Age of the oldest dead letter that nobody has settled.",
    ["reason"],
)
OTHER_REASON = "other"
"""Of another version: what a header says makes no series of its own."""

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
    await _look_at_letters(request.app[PARTS])
    await _look_at_reads(request.app[PARTS])
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _look_at_reads(parts: Parts) -> None:
    reads = parts.metered_reads
    READS_A_MONTH.set(reads.budget.reads_a_month)
    try:
        seen = await reads.of_month(month_of(parts.now()))
        answered, unanswered = float(seen.answered), float(seen.unanswered)
    except StoreAwayError:
        answered = unanswered = math.nan
    METERED_READS.labels("answered").set(answered)
    METERED_READS.labels("unanswered").set(unanswered)


async def _look_at_letters(parts: Parts) -> None:
    """Count the letters that wait. Every reason has its figure: one that is gone would keep its last."""
    count = dict.fromkeys((*get_args(ParkedCode), OTHER_REASON), 0.0)
    oldest = dict.fromkeys(count, 0.0)
    try:
        groups = await parts.desk.groups()
    except (BeingBuiltError, StoreAwayError):
        count = oldest = dict.fromkeys(count, math.nan)
    else:
        for each in groups:
            reason = each.reason if is_parked(each.reason) else OTHER_REASON
            count[reason] += each.count
            oldest[reason] = max(oldest[reason], (parts.now() - each.oldest).total_seconds())
    for reason, number in count.items():
        LETTERS_WAITING.labels(reason).set(number)
        LETTERS_OLDEST.labels(reason).set(oldest[reason])
