"""The control requests that both stand-ins have: read the ledger, ask for faults and latency, start again."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from deploy.sandbox.faults import Fault
from deploy.sandbox.reception import CONTROL, Desk


class Latency(BaseModel):
    """How long each request takes from now on."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(ge=0, le=120)]


@web.middleware
async def wrong_use(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a control request that does not fit its model with 422 and what is wrong with it."""
    try:
        return await handler(request)
    except ValidationError as wrong:
        if not request.path.startswith(CONTROL):
            raise
        text = wrong.json(include_url=False, include_input=False, include_context=False)
        return web.Response(status=422, text=text, content_type="application/json")


def control_routes(desk: Desk, reset: Callable[[], Awaitable[None]]) -> list[web.RouteDef]:
    """Make the shared control routes; `reset` brings the stand-in back to how it first started."""

    async def ledger(request: web.Request) -> web.StreamResponse:
        since = TypeAdapter(int).validate_python(request.query.get("since", "0"))
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        opening = b"["
        # Page by page, so that a long ledger does not hold up other requests.
        for page in desk.ledger.pages(since):
            await response.write(opening + b",\n".join(page))
            opening = b",\n"
        await response.write(b"[]" if opening == b"[" else b"]")
        await response.write_eof()
        return response

    async def faults(_: web.Request) -> web.Response:
        return _json([fault.model_dump(mode="json") for fault in desk.faults.waiting()])

    async def add_fault(request: web.Request) -> web.Response:
        fault = Fault.model_validate_json(await request.read())
        desk.faults.add(fault)
        return _json(fault.model_dump(mode="json"))

    async def clear_faults(_: web.Request) -> web.Response:
        desk.faults.clear()
        return _json([])

    async def latency(request: web.Request) -> web.Response:
        wanted = Latency.model_validate_json(await request.read())
        desk.latency = wanted.seconds
        return _json(wanted.model_dump())

    async def start_again(_: web.Request) -> web.Response:
        desk.faults.clear()
        desk.state.clear()
        await reset()
        return _json({"reset": True})

    return [
        web.get("/_control/ledger", ledger),
        web.get("/_control/faults", faults),
        web.post("/_control/faults", add_fault),
        web.delete("/_control/faults", clear_faults),
        web.post("/_control/latency", latency),
        web.post("/_control/reset", start_again),
    ]


def _json(value: Any) -> web.Response:
    return web.json_response(value)
