"""Is the process there, and can it do its work?"""

import asyncio

import orjson
from aiohttp import web

from adapters.web.parts import PARTS
from domain.projection import StoreAwayError

FEW_ENOUGH = 1000
"""So many records of the log may be still to be shown: under load some always are."""

WITHIN_SECONDS = 3.0


async def alive(_: web.Request) -> web.Response:
    """Answer, and nothing more: a restart would not mend Kafka."""
    return _json(200, {"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """Say for each part whether it is ready; 503 if one is not."""
    parts = request.app[PARTS]
    behind = await parts.progress.behind()
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            await parts.read_model.positions()
        database = "ok"
    except (StoreAwayError, TimeoutError):
        database = "no answer"
    caught_up = behind is not None and behind <= FEW_ENOUGH
    said = {
        "kafka": "ok" if behind is not None else "no answer",
        "database": database,
        "read_model": "ok" if caught_up else "behind",
        "records_behind": behind,
    }
    return _json(200 if caught_up and database == "ok" else 503, said)


def _json(status: int, body: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
