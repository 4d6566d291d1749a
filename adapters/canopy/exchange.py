"""One request to Canopy and its answer; the wire's own errors become values here."""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
import orjson
import structlog
from opentelemetry import trace

from adapters.canopy.answers import Reply
from adapters.canopy.meters import REQUESTS, SECONDS
from adapters.departures import BeforeEach, at_once
from adapters.wire import address, answered_at, read_json, wait_asked_for
from domain.ids import ClientId, FirmId
from domain.obstacles import Obstacle
from domain.ports import TryLater

log = structlog.get_logger()
tracer = trace.get_tracer(__name__)

# Of the time for a whole request. A host that is away is told apart from an answer that is slow to come.
CONNECT_SHARE = 0.5


class Exchange:
    """Sends requests about firms' clients."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: str,
        timeout_seconds: float,
        before_each: BeforeEach = at_once,
    ) -> None:
        self._session = session
        self._before_each = before_each
        self._base_url = base_url
        self._headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)

    async def send(
        self,
        method: str,
        firm: FirmId,
        client: ClientId | None = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Reply | TryLater:
        """Ask about one client, or about all of the firm's. The same body gives the same bytes."""
        with (
            # An exception's text may hold a client's values.
            tracer.start_as_current_span(
                f"canopy {method} clients",
                kind=trace.SpanKind.CLIENT,
                attributes={
                    "firm_id": firm,
                    "client_id": client or "",
                    "request_id": (headers or {}).get("Idempotency-Key", ""),
                },
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            SECONDS.labels(method).time(),
        ):
            reply = await self._ask(method, firm, client, query, headers, body)
            status = reply.why if isinstance(reply, TryLater) else str(reply.status)
            span.set_attribute("status", status)
        REQUESTS.labels(method, status).inc()
        return reply

    async def _ask(
        self,
        method: str,
        firm: FirmId,
        client: ClientId | None,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        body: Mapping[str, object] | None,
    ) -> Reply | TryLater:
        seen = log.bind(firm_id=firm, client_id=client, method=method)
        url = address(self._base_url, "v1", "firms", firm, "clients", *(() if client is None else (client,)))
        if (not_now := await self._before_each()) is not None:
            return not_now
        content = {} if body is None else {"Content-Type": "application/json"}
        try:
            async with self._session.request(
                method,
                url,
                params=query,
                data=None if body is None else orjson.dumps(body),
                headers={**self._headers, **content, **(headers or {})},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                at = answered_at(answer)
                reply = Reply(
                    status=answer.status,
                    body=await read_json(answer),
                    at=at,
                    retry_after=wait_asked_for(answer, at),
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            seen.warning("canopy_unreachable", error=type(error).__name__)
            return TryLater(why=Obstacle.UNREACHABLE, may_have_happened=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            seen.warning("canopy_gave_no_answer", error=type(error).__name__)
            return TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
        if reply.status >= HTTPStatus.BAD_REQUEST:
            seen.warning("canopy_refused", status=reply.status)
        return reply
