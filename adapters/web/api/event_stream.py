"""`GET /events`: tells an open page which clients changed, as it happens. Ids and status words only, no values.

Each event's id is the position in the log up to which its hearer has been told everything. A browser that lost
the connection sends the last one back, and hears what it missed from `history`, or `reload` where that is too much.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import orjson
from aiohttp import web

from adapters.store.status import status_word
from adapters.web.api.open_streams import STREAMS
from adapters.web.api.operations import FIRM_PATH
from adapters.web.api.positions import HEADER, Position, read_position, wait_for
from adapters.web.auth.people import Role
from adapters.web.auth.who_asks import admit, has_ended, token_of
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import FirmId
from domain.projection import Listening, News, StoreAwayError
from domain.rows import CustomerRow, LinkRow, Row, Tombstone

PATH = FIRM_PATH + "/events"

BEAT_SECONDS = 10.0
LONGEST_SECONDS = 600.0
"""After these a stream ends, and the browser comes again: so a session that has run out hears nothing for long."""
WRITE_SECONDS = 20.0
MOST_REPLAYED = 256

_HEADERS = {
    "Content-Type": "text/event-stream",
    "X-Accel-Buffering": "no",  # a proxy that collects would make live late
}


async def stream_events(request: web.Request) -> web.StreamResponse:
    """Tell until the hearer goes, signs out, or has listened long enough."""
    parts = request.app[PARTS]
    firm = FirmId(request.match_info["firm"])
    person = await admit(request, Role.VIEWER, firm)
    response = web.StreamResponse(headers=_HEADERS)
    with (
        parts.watcher.listen(firm) as listening,
        request.app[STREAMS].open(token_of(request), person.id, listening),
    ):
        at = Position(parts.partition_of(firm), parts.watcher.position(parts.partition_of(firm)))
        first = b"retry: 1000\n\n" + await _missed(parts, firm, _since(request), at)
        await response.prepare(request)
        # Gone, or asked to come again: neither is an error.
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                await _write(request, response, first)
                await _tell(request, response, listening, at.partition)
    return response


async def _tell(
    request: web.Request, response: web.StreamResponse, listening: Listening, partition: int
) -> None:
    watcher = request.app[PARTS].watcher
    clock = asyncio.get_running_loop().time
    looked_at = clock()
    while True:
        news = await _next(listening)
        # No await since: all before it is in this news, or was in one before.
        at = Position(partition, watcher.position(partition))
        over = news is not None and news.over
        if not over and clock() - looked_at >= BEAT_SECONDS:
            over, looked_at = await _has_ended(request), clock()
        if over:
            await _write(request, response, _event("ended", at))
            return
        if news is None:
            await _write(request, response, _event("beat", at))
        elif news.missed:
            await _write(request, response, _event("reload", at))
        else:
            await _write(request, response, _changes((seen.decided.row for seen in news.seen), at))


async def _has_ended(request: web.Request) -> bool:
    """Say whether the session is over; signing out at this gateway is told at once, at another one it is seen here."""
    try:
        return await has_ended(request)
    except (StoreAwayError, Problem):
        return False  # looked at again at the next beat


async def _next(listening: Listening) -> News | None:
    """Give the next news; None if it is time to show that we are still here."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            return await listening.next()
    except TimeoutError:
        return None


async def _missed(parts: Parts, firm: FirmId, since: Position | None, at: Position) -> bytes:
    """Tell what was decided between `since` and `at`, the moment from which on everything is heard."""
    if since is None:
        return _event("ready", at)
    if since.partition != at.partition:
        return _event("reload", at)  # a position of another log
    try:
        await wait_for(parts.progress, at)
    except Problem:
        return _event("reload", at)
    rows = await parts.read_model.changes.since(
        firm, at.partition, since.next_offset, at.next_offset, MOST_REPLAYED
    )
    return _event("reload", at) if rows is None else _changes(rows, at) + _event("ready", at)


def _since(request: web.Request) -> Position | None:
    """Read where the hearer is: what it was told last, or the position of what it shows."""
    told = (
        request.headers.get("Last-Event-ID") or request.headers.get(HEADER) or request.query.get("position")
    )
    try:
        return read_position(told) if told else None
    except Problem:
        return Position(-1, 0)


def _changes(rows: Iterable[Row | Tombstone], at: Position) -> bytes:
    """Write one event a row. The id comes with the last one only: before that, not everything was told."""
    told = [_change(row, at) for row in rows if not isinstance(row, Tombstone)]
    if told:
        told[-1] = f"id: {at}\n{told[-1]}"
    return "".join(told).encode()


def _change(row: Row, at: Position) -> str:
    told: dict[str, str]
    match row:
        case LinkRow():
            name, told = "link", {"client_id": row.client_id, "status": status_word(row)}
        case CustomerRow():
            name, told = "customer", {"customer_id": row.customer_id}
        case FirmRow() | AllFirmsRow():
            name, told = "firm", {}
    data = orjson.dumps(told | {"version": row.version, "position": str(at)}).decode()
    return f"event: {name}\ndata: {data}\n\n"


def _event(name: str, at: Position) -> bytes:
    return f'id: {at}\nevent: {name}\ndata: {{"position":"{at}"}}\n\n'.encode()


async def _write(request: web.Request, response: web.StreamResponse, data: bytes) -> None:
    """Send; who takes nothing for so long is let go, and hears what it missed when it comes again."""
    try:
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(data)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise
