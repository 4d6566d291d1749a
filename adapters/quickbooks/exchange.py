"""One request to QuickBooks and its answer; the wire's own errors become values here."""

from collections.abc import Mapping
from http import HTTPStatus

import aiohttp
import orjson
import structlog
from opentelemetry import trace

from adapters.departures import BeforeEach
from adapters.quickbooks.answers import Reply, doubts_the_token, lets_nobody_in
from adapters.quickbooks.faults import faults_in
from adapters.quickbooks.metered import CountsReads
from adapters.quickbooks.meters import REQUESTS, SECONDS, answer_in
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError, Tokens
from adapters.wire import address, answered_at, read_json, wait_asked_for
from domain.bounds import CODE
from domain.ids import RealmId
from domain.obstacles import Obstacle
from domain.ports import TryLater

log = structlog.get_logger()
tracer = trace.get_tracer(__name__)

# Everything below 75 is answered as 75 (Intuit, since August 2025); later numbers may break, so it is named.
MINOR_VERSION = "75"

# Of the time for a whole request. A host that is away is told apart from an answer that is slow to come.
CONNECT_SHARE = 0.5


AWAY_SECONDS = 2.0
"""When a token that can't be had just now is asked for again."""


class Exchange:
    """Sends requests to a realm. The token is asked for anew each time, and kept nowhere.

    A token that is not taken (401) is replaced, and the request made once more; what is then let in nowhere is said to
    who keeps the tokens, and none of the company's requests leaves any more.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: Tokens,
        timeout_seconds: float,
        before_each: BeforeEach,
        reads: CountsReads,
    ) -> None:
        self._reads = reads
        self._session = session
        self._base_url = base_url
        self._tokens = tokens
        self._before_each = before_each
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)

    async def get(self, realm: RealmId, path: tuple[str, ...], **query: str) -> Reply | TryLater:
        """Read what lies at the path, below the realm's company."""
        return await self._send("GET", realm, path, query, None)

    async def post(
        self, realm: RealmId, path: tuple[str, ...], body: Mapping[str, object], request_id: str
    ) -> Reply | TryLater:
        """Write. The same body gives the same bytes, and the same request id the first one's answer."""
        return await self._send("POST", realm, path, {"requestid": request_id}, orjson.dumps(body))

    async def _send(
        self, method: str, realm: RealmId, path: tuple[str, ...], query: Mapping[str, str], body: bytes | None
    ) -> Reply | TryLater:
        with (
            # An exception's text may hold a client's values.
            tracer.start_as_current_span(
                f"quickbooks {method} {path[0]}",
                kind=trace.SpanKind.CLIENT,
                attributes={"realm_id": realm, "request_id": query.get("requestid", "")},
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            SECONDS.labels(method, path[0]).time(),
        ):
            reply = await self._ask(method, realm, path, query, body)
            status, fault = answer_in(reply)
            span.set_attributes({"status": status, "fault": fault})
        REQUESTS.labels(method, path[0], status, fault).inc()
        if method == "GET":
            self._count(realm, reply)
        return reply

    def _count(self, realm: RealmId, reply: Reply | TryLater) -> None:
        """Count a read that Intuit meters, or may."""
        if isinstance(reply, Reply):
            if reply.status == HTTPStatus.OK:
                self._reads.count(realm, answered=True)
        elif reply.may_have_happened:
            self._reads.count(realm, answered=False)

    async def _ask(
        self, method: str, realm: RealmId, path: tuple[str, ...], query: Mapping[str, str], body: bytes | None
    ) -> Reply | TryLater:
        seen = log.bind(realm_id=realm, method=method, resource=path[0], request_id=query.get("requestid"))
        try:
            token = await self._tokens.token(realm)
            reply = await self._ask_with(token, seen, method, realm, path, query, body)
            if isinstance(reply, Reply) and doubts_the_token(reply):
                another = await self._tokens.another(realm, token)
                if another is not None:
                    token = another
                    reply = await self._ask_with(token, seen, method, realm, path, query, body)
            if isinstance(reply, TryLater):
                return reply
            if lets_nobody_in(reply):
                await self._tokens.refused(realm, token)
            else:
                await self._tokens.accepted(realm)
        except NoTokenError:
            seen.warning("quickbooks_has_no_token")
            return TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)
        except TokenAwayError as away:
            seen.warning("quickbooks_token_away", reason=str(away))
            return TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=False, after_seconds=AWAY_SECONDS)
        return reply

    async def _ask_with(
        self,
        token: str,
        seen: structlog.stdlib.BoundLogger,
        method: str,
        realm: RealmId,
        path: tuple[str, ...],
        query: Mapping[str, str],
        body: bytes | None,
    ) -> Reply | TryLater:
        if (not_now := await self._before_each()) is not None:
            return not_now
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = address(self._base_url, "v3", "company", realm, *path)
        try:
            async with self._session.request(
                method,
                url,
                params={"minorversion": MINOR_VERSION, **query},
                data=body,
                headers=headers,
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
                intuit_tid = answer.headers.get("intuit_tid", "")  # what Intuit's support asks for
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            seen.warning("quickbooks_unreachable", error=type(error).__name__)
            return TryLater(why=Obstacle.UNREACHABLE, may_have_happened=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            seen.warning("quickbooks_gave_no_answer", error=type(error).__name__)
            return TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
        faults = faults_in(reply.body)
        if reply.status != HTTPStatus.OK or faults:
            codes = [fault.code for fault in faults]
            seen.warning(
                "quickbooks_refused",
                status=reply.status,
                codes=codes,
                # Whoever answers may write anything there, and a log line is no place for it.
                intuit_tid=intuit_tid if CODE.holds(intuit_tid) else None,
            )
        return reply
