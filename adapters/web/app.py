"""All routes in one place. Console and metrics add their own, after these."""

from functools import cache

import orjson
from aiohttp import web

from adapters.web import health
from adapters.web.api.activity import ACTIVITY
from adapters.web.api.answering import answering
from adapters.web.api.audit import EXPORTS, OpenExports, export_audit
from adapters.web.api.audit import PATH as AUDIT_PATH
from adapters.web.api.batches import BATCHES
from adapters.web.api.client_writes import CLIENT_WRITES
from adapters.web.api.clients import CLIENTS
from adapters.web.api.connection import CONNECTION
from adapters.web.api.customers import CUSTOMERS
from adapters.web.api.dead_letters import DEAD_LETTERS
from adapters.web.api.decisions import DECISIONS
from adapters.web.api.event_stream import PATH as EVENTS_PATH
from adapters.web.api.event_stream import stream_events
from adapters.web.api.firms import FIRMS
from adapters.web.api.free_names import FREE_NAMES
from adapters.web.api.health import HEALTH
from adapters.web.api.held import HELD, RELEASE_HELD
from adapters.web.api.held_again_preview import HELD_AGAIN_PREVIEW
from adapters.web.api.links import LINKS
from adapters.web.api.match_preview import MATCH_PREVIEW
from adapters.web.api.matching import MATCHING
from adapters.web.api.open_streams import STREAMS, OpenStreams
from adapters.web.api.openapi import openapi
from adapters.web.api.operations import Operation
from adapters.web.api.past import PAST
from adapters.web.api.pause import PAUSE
from adapters.web.api.pending import PENDING
from adapters.web.api.replays import REPLAYS
from adapters.web.api.restore_preview import RESTORE_PREVIEW
from adapters.web.api.settings import SETTINGS
from adapters.web.api.status import STATUS
from adapters.web.api.suggestions import SUGGESTIONS
from adapters.web.api.timeline import TIMELINE
from adapters.web.api.undo_preview import UNDO_PREVIEW
from adapters.web.api.unmatch_preview import UNMATCH_PREVIEW
from adapters.web.api.why import WHY
from adapters.web.bodies import LARGEST_FORM, ROOM, BodyRoom, bodies_in_time
from adapters.web.headers import add_headers
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import problems_as_documents
from adapters.web.request_limits import ALLOWED, LIMITS, RequestLimits, within_limits
from adapters.web.webhooks.deliveries import DELIVERIES, Deliveries
from adapters.web.webhooks.route import PATH as WEBHOOKS_PATH
from adapters.web.webhooks.route import receive

API_VERSION = "1"

OPERATIONS: tuple[Operation, ...] = (
    *CLIENTS,
    *TIMELINE,
    *ACTIVITY,
    *PAST,
    *WHY,
    *FREE_NAMES,
    *CLIENT_WRITES,
    *LINKS,
    *SUGGESTIONS,
    *MATCHING,
    *BATCHES,
    *MATCH_PREVIEW,
    *RESTORE_PREVIEW,
    *UNMATCH_PREVIEW,
    *UNDO_PREVIEW,
    *HELD_AGAIN_PREVIEW,
    *CUSTOMERS,
    *SETTINGS,
    *CONNECTION,
    *HEALTH,
    *PAUSE,
    RELEASE_HELD,
    *PENDING,
    *HELD,
    *DEAD_LETTERS,
    *FIRMS,
    *STATUS,
    *DECISIONS,
    *REPLAYS,
)


def create_app(parts: Parts, *, takes_webhooks: bool = True) -> web.Application:
    """Build the application; who runs it owns the parts, and closes them. Without webhooks: another port has them."""
    app = _bounded(parts)
    app.middlewares.append(within_limits)
    app[LIMITS] = RequestLimits(ALLOWED)
    app[STREAMS] = OpenStreams()
    app.on_shutdown.append(app[STREAMS].end_all)
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, answering(operation))
    app.router.add_get(EVENTS_PATH, stream_events)
    app[EXPORTS] = OpenExports()
    app.router.add_get(AUDIT_PATH, export_audit)
    if takes_webhooks:
        _take_webhooks(app)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    description = _description()

    async def described(_: web.Request) -> web.Response:
        return web.Response(body=description, content_type="application/json")

    app.router.add_get("/openapi.json", described)
    return app


def create_webhook_app(parts: Parts) -> web.Application:
    """Build what the port of the webhooks answers: these, and whether the process is there."""
    app = _bounded(parts)
    _take_webhooks(app)
    app.router.add_get("/healthz", health.alive)
    return app


def _bounded(parts: Parts) -> web.Application:
    """Begin an application: whatever it will answer, within bounds and with our headers."""
    app = web.Application(middlewares=[problems_as_documents, bodies_in_time], client_max_size=LARGEST_FORM)
    app.on_response_prepare.append(add_headers)
    app[PARTS] = parts
    app[ROOM] = BodyRoom()
    return app


def _take_webhooks(app: web.Application) -> None:
    app[DELIVERIES] = Deliveries()
    app.on_cleanup.append(app[DELIVERIES].end_all)
    app.router.add_post(WEBHOOKS_PATH, receive)


@cache
def _description() -> bytes:
    return orjson.dumps(openapi(OPERATIONS, API_VERSION))
