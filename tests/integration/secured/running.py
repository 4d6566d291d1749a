"""A worker and a gateway on a Kafka that is secured, and something that they decide."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson

from tests import commands
from tests.chaos.processes import end, wait_for_answer
from tests.forked import Forked
from tests.integration.secured.broker import PASSWORD
from tests.patience import PATIENCE_SECONDS

OPERATOR = {"Authorization": "Bearer dev-operator"}


async def types(settings: dict[str, str], *words: str) -> tuple[int, str]:
    """Type a command; gives its exit code and all that it said."""
    done = await asyncio.to_thread(commands.run, words, settings)
    return done.returncode, (done.stdout + done.stderr).decode()


@asynccontextmanager
async def running_system(
    worker: dict[str, str], gateway: dict[str, str], folder: Path, url: str
) -> AsyncIterator[aiohttp.ClientSession]:
    """Run both until the end of the block, which begins when they have decided something; their log has no password.

    Gives the way to the gateway.
    """
    log = folder / "processes.log"
    processes = [
        Forked(("deploy", name), settings, log)
        for name, settings in (("worker", worker), ("gateway", gateway))
    ]
    try:
        await wait_for_answer(processes[1], f"{url}/healthz", log)
        async with aiohttp.ClientSession(url) as http:
            await _decided(http)
            yield http
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            end(process)
    assert PASSWORD not in log.read_text()


async def _decided(http: aiohttp.ClientSession) -> None:
    """Pause all firms by the API, until somebody has decided it."""
    headers = OPERATOR | {"Idempotency-Key": os.urandom(8).hex()}
    async with http.post("/api/v1/firms/*/pause", json={"reason": "a test"}, headers=headers) as answer:
        assert answer.status in {200, 202}, await answer.text()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with http.get("/readyz") as answer:
                ready = orjson.loads(await answer.read())
            if answer.status == 200 and ready["deciding"] == "ok":
                return
            await asyncio.sleep(0.2)
