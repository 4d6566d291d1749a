"""QuickBooks' door, as bare as can be: notes when an update arrives, and answers at once with the customer as it is then."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import orjson
from aiohttp import web

from tests.bench.synced import customer_json


class Door:
    """`arrived`: when the update of a customer came (seconds since 1970), by realm and customer's id."""

    def __init__(self) -> None:
        self.arrived: dict[tuple[str, str], float] = {}
        self.address = ""

    async def _update(self, request: web.Request) -> web.Response:
        at = time.time()
        sent = orjson.loads(await request.read())
        self.arrived[request.match_info["realm"], sent["Id"]] = at
        now = datetime.now(UTC).isoformat(timespec="seconds")
        customer = customer_json(int(sent["Id"]) - 1)
        customer |= {name: value for name, value in sent.items() if name != "sparse"}
        customer["SyncToken"] = str(int(sent["SyncToken"]) + 1)
        customer["MetaData"]["LastUpdatedTime"] = now
        return web.Response(
            body=orjson.dumps({"Customer": customer, "time": now}), content_type="application/json"
        )


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """Open it on a free port of the loopback address."""
    door = Door()
    app = web.Application()
    app.router.add_post("/v3/company/{realm}/customer", door._update)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        door.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield door
    finally:
        await runner.cleanup()
