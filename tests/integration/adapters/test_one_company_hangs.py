"""Ten companies take half a minute for every answer: an eleventh does not notice, over real connections."""

import asyncio
import time
from collections.abc import AsyncIterator
from statistics import median

import orjson
import pytest
from aiohttp import web

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from deploy.worker import open_session
from domain.ids import CustomerId, RealmId
from domain.outcomes import CustomerRead
from domain.rate import AFTER_TAKE_OVER, QUICKBOOKS_RATE
from domain.urgency import Urgency
from streams.kafka.wall_clock import WallClock
from streams.worker.limiters import Doors
from streams.worker.permit import Permit, before_each_request
from tests.integration.adapters.outside import Outside
from tests.patience import PATIENCE_SECONDS

HANGING = [RealmId(str(n)) for n in range(10)]
QUICK = RealmId("10")
READS = 30
LOSES_LESS_SECONDS = 0.05
CUSTOMER = {
    "Id": "58",
    "SyncToken": "0",
    "DisplayName": "Ann Lee",
    "MetaData": {
        "CreateTime": "2026-11-23T10:00:00-08:00",
        "LastUpdatedTime": "2026-11-23T10:00:00-08:00",
    },
}


@pytest.fixture
async def quickbooks(outside: Outside) -> AsyncIterator[QuickBooksApi]:
    """As a worker has it, in front of companies of which ten hang."""
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.path.split("/")[3] in HANGING:
            await over.wait()
        return web.Response(body=orjson.dumps({"Customer": CUSTOMER}), content_type="application/json")

    outside.answer = answer
    async with open_session() as session:
        yield QuickBooksApi(session, outside.url, OneToken("token"), before_each=before_each_request)
        over.set()


async def read(quickbooks: QuickBooksApi, doors: Doors, realm: RealmId) -> float:
    """Read a customer as a lane does; gives the seconds that it took, with the wait for its turn."""
    begun = time.monotonic()
    limiter = doors.quickbooks.of(realm)
    async with limiter.turn(limiter.ask(Urgency.PERSON)) as granted:
        assert isinstance(granted, Permit)
        await granted.door.moment()
        granted.leaves()
        assert isinstance(await quickbooks.read_customer(realm, CustomerId("58")), CustomerRead)
    return time.monotonic() - begun


async def spread(quickbooks: QuickBooksApi, doors: Doors) -> list[float]:
    """Read now and then, never sooner than the eleventh company's turn comes."""
    took = []
    for _ in range(READS):
        await asyncio.sleep(1 / QUICKBOOKS_RATE.per_second)
        took.append(await read(quickbooks, doors, QUICK))
    return took


async def test_ten_companies_that_hang_cost_an_eleventh_nothing(
    quickbooks: QuickBooksApi, outside: Outside
) -> None:
    """They hold ten connections each, and no more; the eleventh is answered as when it was alone."""
    doors = Doors(WallClock())
    await read(quickbooks, doors, QUICK)
    await asyncio.sleep(AFTER_TAKE_OVER.step_seconds)
    alone = await spread(quickbooks, doors)
    hang = [
        asyncio.create_task(read(quickbooks, doors, realm))
        for realm in HANGING
        for _ in range(2 * QUICKBOOKS_RATE.at_once)
    ]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            before = len(outside.asked)
            while len(outside.asked) - before < len(HANGING) * QUICKBOOKS_RATE.at_once:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        beside = await spread(quickbooks, doors)
        assert len(outside.asked) - before == len(HANGING) * QUICKBOOKS_RATE.at_once + READS
    finally:
        for task in hang:
            task.cancel()
        await asyncio.gather(*hang, return_exceptions=True)

    # The middle of thirty: other work on the machine makes the worst of them, on either side.
    assert median(beside) - median(alone) < LOSES_LESS_SECONDS, (alone, beside)
