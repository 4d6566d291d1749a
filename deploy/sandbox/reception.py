"""What happens to every request of both stand-ins: ledger, faults, latency. Control requests pass untouched."""

import asyncio
from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.sandbox.faults import OF_REQUESTS, Do, Fault, Faults
from deploy.sandbox.junk import spoil
from deploy.sandbox.ledger import Call, Ledger
from deploy.sandbox.replays import Replays
from deploy.sandbox.state import State

CONTROL = "/_control/"
CALL = web.RequestKey("call", Call)
TENANT = "tenant"
"""The name of the realm or firm in all paths."""


@dataclass(slots=True)
class Answer:
    """What an operation came to: the JSON to answer with, and the id of the record that it changed, if any."""

    status: int
    body: bytes
    changed: str | None = None


@dataclass(slots=True)
class Desk:
    """What both stand-ins have on their desk."""

    state: State
    ledger: Ledger
    faults: Faults
    replays: Replays
    latency: float
    """Seconds that each request takes; half before it is carried out, half after."""

    def carry_out(self, call: Call, operation: Callable[[], Answer]) -> Answer:
        """Do it in one transaction with its ledger entry and its kept answer. Exceptions of the operation undo it."""
        with self.state.transaction():
            answer = operation()
            if answer.changed is not None:
                self.ledger.commit(call.n, answer.changed)
            if call.request_id is not None and call.method != "GET" and call.tenant is not None:
                self.replays.keep(call, answer.status, answer.body)
        return answer


def open_desk(path: str, latency: float) -> Desk:
    """Open or create the state at `path` (or `:memory:`)."""
    state = State(path)
    return Desk(state, Ledger(state), Faults(), Replays(state), latency)


async def call_of(request: web.Request, request_id: str | None) -> Call:
    """Read a whole request."""
    return Call(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        tenant=request.match_info.get(TENANT),
        request_id=request_id,
        body=await request.read(),
    )


def reception(
    desk: Desk,
    request_id_of: Callable[[web.Request], str | None],
    refuse: Callable[[int], web.Response],
    *,
    secret: Container[str] = frozenset(),
) -> Middleware:
    """Make the outermost middleware; `refuse` words an answer with a given status as this stand-in would.

    Of requests to `secret` paths the ledger says that they came and how they ended, and nothing of what was said.
    """

    @web.middleware
    async def receive(request: web.Request, handler: Handler) -> web.StreamResponse:
        call = await call_of(request, request_id_of(request))
        if request.path.startswith(CONTROL):
            request[CALL] = call
            return await handler(request)
        is_secret = request.path in secret
        call = replace(call, n=desk.ledger.open(replace(call, query={}, body=b"") if is_secret else call))
        request[CALL] = call
        fault = desk.faults.take(call, OF_REQUESTS)
        if fault is not None and fault.do is Do.TIMEOUT_BEFORE:
            return await _hang_up(desk, request, call, fault)
        try:
            response = await _answer(desk, request, handler, fault, refuse)
        except Exception:  # a bug of ours: the caller gets a 500 without words
            desk.ledger.finish(call.n, web.HTTPInternalServerError.status_code, b"", "bug")
            raise
        if fault is not None and fault.do is Do.TIMEOUT_AFTER:
            return await _hang_up(desk, request, call, fault)
        if fault is not None and fault.do is Do.JUNK and isinstance(response, web.Response):
            response.body = spoil(_bytes_of(response), fault.turn)
        body = b"" if is_secret else _bytes_of(response)
        desk.ledger.finish(call.n, response.status, body, fault.do if fault else None)
        return response

    return receive


async def _answer(
    desk: Desk,
    request: web.Request,
    handler: Handler,
    fault: Fault | None,
    refuse: Callable[[int], web.Response],
) -> web.StreamResponse:
    await asyncio.sleep(desk.latency / 2)
    if fault is not None and fault.do is Do.STATUS:
        return _refused(refuse(fault.status), fault)
    try:
        response = await handler(request)
    except web.HTTPException as unknown_path:
        return refuse(unknown_path.status)
    await asyncio.sleep(desk.latency / 2)
    return response


def _refused(response: web.Response, fault: Fault) -> web.Response:
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    return response


def _bytes_of(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""


async def _hang_up(desk: Desk, request: web.Request, call: Call, fault: Fault) -> web.Response:
    """Close the connection; the response that aiohttp wants from us can no longer be written."""
    await asyncio.sleep(fault.seconds)
    desk.ledger.finish(call.n, None, b"", fault.do)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
