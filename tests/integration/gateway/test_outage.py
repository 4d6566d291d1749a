"""While Kafka is away the gateway says so, quickly, and goes on by itself when it is back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from adapters.store.database import Database
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.web.console.frame import NOT_REACHED
from adapters.web.webhooks.route import ANSWER_WITHIN_SECONDS
from adapters.web.webhooks.signature import signature_of
from deploy.gateway import run_gateway
from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from deploy.settings import Settings
from domain.projection import Stretch
from streams.kafka.projector import LogLostError
from streams.kafka.topic_check import create_topics
from streams.wire.topics import topic_specs
from tests.integration.gateway.conftest import PARTITIONS, VERIFIER
from tests.integration.gateway.hearing import Stream, hearing
from tests.integration.gateway.sessions import COOKIE
from tests.patience import PATIENCE_SECONDS

INTUIT_WAITS_SECONDS = 3
"""For what has no bound of its own: more than a busy machine needs."""
BODY = orjson.dumps(
    [
        {
            "id": "e-1",
            "type": "qbo.customer.updated.v1",
            "time": "2026-09-01T10:00:00Z",
            "intuitentityid": "58",
            "intuitaccountid": "666",
        }
    ]
)


@pytest.fixture
async def own_broker(tmp_path: Path, jars: Path) -> AsyncIterator[LocalBroker]:
    """A broker that is not started yet, for one test to hurt."""
    broker = LocalBroker(BrokerSettings(tmp_path / "kafka", jars, free_port()))
    yield broker
    await broker.stop()


async def deliver(http: aiohttp.ClientSession) -> int:
    headers = {"intuit-signature": signature_of(BODY, VERIFIER)}
    async with http.post("/webhooks/quickbooks", data=BODY, headers=headers) as answer:
        return answer.status


async def taken_in(http: aiohttp.ClientSession) -> None:
    """Deliver as Intuit does: the same again until it is answered with 200."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (status := await deliver(http)) != 200:
            assert status == 503
            await asyncio.sleep(0.1)


async def readiness(http: aiohttp.ClientSession) -> tuple[int, dict[str, Any]]:
    async with http.get("/readyz") as answer:
        return answer.status, await answer.json()


async def until(http: aiohttp.ClientSession, status: int) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found, said = await readiness(http)
            if found == status:
                return said
            await asyncio.sleep(0.1)


async def session_of(http: aiohttp.ClientSession, settings: Settings) -> dict[str, str]:
    """Sign in; gives the header that a browser sends from then on."""
    form, sent = {"person": "dana"}, {"Origin": settings.http_url}
    async with http.post("/sign-in", data=form, headers=sent, allow_redirects=False) as answer:
        assert answer.status == 303
        return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE].value}"}


async def page(http: aiohttp.ClientSession, session: dict[str, str]) -> str:
    """Give the page of a firm's clients."""
    async with http.get("/firms/f-1/clients", headers=session) as answer:
        assert answer.status == 200
        return await answer.text()


async def told(stream: Stream, http: aiohttp.ClientSession, session: dict[str, str], *, away: bool) -> None:
    """Wait until an open page is told to look again, and then says whether Kafka is away.

    On a busy machine Kafka's answer may be late once, and pages hear of that too.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await stream.next("reload")
            if (NOT_REACHED in await page(http, session)) is away:
                return


async def test_a_gateway_starts_without_kafka_and_goes_on_when_it_comes(
    own_broker: LocalBroker, tmp_path: Path
) -> None:
    """Intuit gets its 503 within the time that it waits, so it sends again; nobody restarts anything.

    Open pages hear that Kafka is away, and that it is back: nothing that they say is known meanwhile.
    """
    settings = Settings(
        kafka_bootstrap=own_broker.bootstrap,
        partitions=PARTITIONS,
        data_folder=tmp_path,
        http_port=free_port(),
        qbo_webhook_verifiers=(VERIFIER,),
    )
    gateway = asyncio.create_task(run_gateway(settings))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{settings.http_port}") as http:
            await _until_it_answers(http, gateway)
            status, said = await readiness(http)
            assert (status, said["kafka"], said["database"]) == (503, "no answer", "ok")
            assert await deliver(http) == 503

            await own_broker.start()
            await own_broker.wait_ready()
            await create_topics(own_broker.bootstrap, topic_specs(35), PARTITIONS)
            assert (await until(http, 200))["records_behind"] == 0
            await taken_in(http)

            session = await session_of(http, settings)
            async with hearing(http, "f-1") as stream:
                await stream.next("ready")
                await until(http, 200)  # so that away is news
                own_broker.pause()
                # What it allows itself, and not what it took: a busy machine is late with everything.
                assert ANSWER_WITHIN_SECONDS < INTUIT_WAITS_SECONDS
                async with asyncio.timeout(PATIENCE_SECONDS):
                    assert await deliver(http) == 503
                assert (await readiness(http))[0] == 503
                await told(stream, http, session, away=True)

                own_broker.resume()
                await told(stream, http, session, away=False)
            await until(http, 200)
            await taken_in(http)
    finally:
        gateway.cancel()
        await asyncio.gather(gateway, return_exceptions=True)


async def test_a_database_of_another_log_is_refused(settings: Settings, prefix: str) -> None:
    """It shows more than the log holds, so nothing that it says could be trusted."""
    database = Database(settings.database)
    await prepare(database)
    projection = Projection(database)
    build = (await projection.build("log")).id
    await projection.apply(Stretch(partition=1, first=0, next_offset=7, decided=()), build)
    await database.close()

    with pytest.raises(LogLostError, match="up to offset 7 of partition 1"):
        await run_gateway(settings, prefix)


async def _until_it_answers(http: aiohttp.ClientSession, gateway: asyncio.Task[None]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if gateway.done():
                await gateway
            try:
                async with http.get("/healthz") as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
