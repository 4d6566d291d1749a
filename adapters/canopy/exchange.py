"""One request to Canopy and its answer; the wire's own errors become values here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
import orjson
import structlog
from opentelemetry import trace

from adapters.canopy.answers import Reply, moment
from adapters.canopy.meters import REQUESTS, SECONDS
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
        self, session: aiohttp.ClientSession, base_url: str, token: str, timeout_seconds: float
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
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
        url = f"{self._base_url}/v1/firms/{quote(firm, safe='')}/clients"
        if client is not None:
            url += f"/{quote(client, safe='')}"
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
                reply = Reply(
                    status=answer.status,
                    body=_json(await answer.read()),
                    at=moment(answer.headers.get("Date")) or datetime.now(UTC),
                    retry_after=_seconds(answer.headers.get("Retry-After")),
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


def _json(raw: bytes) -> object:
    """Parse a body; None if it is not JSON: what stands before Canopy may answer in HTML."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
