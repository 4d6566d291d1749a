"""Is the process there, and can it do its work?"""

import asyncio
from contextlib import suppress

import orjson
from aiohttp import web

from adapters.store.connection_check import Checked
from adapters.web.parts import PARTS
from domain.projection import Build, StoreAwayError
from domain.stops import Stop

FEW_ENOUGH = 1000
"""So many records of the log may be still to be shown: under load some always are."""

WITHIN_SECONDS = 3.0

LOST = "its file was deleted or replaced; start the gateway again"


async def alive(_: web.Request) -> web.Response:
    """Answer, and nothing more: a restart would not mend Kafka."""
    return _json(200, {"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """Say for each part whether it is ready; 503 if one is not.

    While the read model is built again it is ready all the same: intents and webhooks are taken, and sending them
    elsewhere would help nobody, since all gateways read the same tables. It is ready as well while a partition is
    stopped, and names it: the firms of all others are served, and every gateway reads the same log. And while nobody
    decides: what is asked and told is taken in, and kept until somebody does.
    """
    parts = request.app[PARTS]
    behind = await parts.progress.behind()
    build, beside, database = None, None, "no answer"
    with suppress(StoreAwayError, TimeoutError):
        async with asyncio.timeout(WITHIN_SECONDS):
            build = await parts.read_model.build()
            beside = await parts.read_model.unfolded_beside()
        database = LOST if parts.read_model.is_lost() else "ok"
    shows = _shows(build, behind)
    said = {
        "kafka": "ok" if behind is not None else "no answer",
        "database": database,
        "deciding": parts.deciding.now(),
        "connections": _compared(parts.connection_notes.last),
        "read_model": shows,
        "records_behind": behind,
        "built_beside": {"records_to_fold": beside} if beside is not None else None,
        "stopped_partitions": [_stopped(stop) for stop in parts.progress.stopped().values()],
    }
    fine = behind is not None and shows in {"ok", "being_built_again"} and database == "ok"
    return _json(200 if fine else 503, said)


def _stopped(stop: Stop) -> dict[str, object]:
    return {
        "partition": stop.partition,
        "offset": stop.offset,
        "reason": stop.reason.value,
        "detail": stop.detail,
        "what_to_do": stop.what_to_do,
    }


def _shows(build: Build | None, behind: int | None) -> str:
    if build is not None and not build.complete:
        return "being_built_again" if build.again else "being_built"
    return "ok" if behind is not None and behind <= FEW_ENOUGH else "behind"


def _compared(found: Checked) -> str:
    """Say how the companies of firms compare with the log: that they had to be mended is worth a look, and no outage."""
    if found.contested:
        return f"several firms have {', '.join(found.contested)} in the log"
    return f"{found.mended} mended from the log" if found.mended else "ok"


def _json(status: int, body: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
