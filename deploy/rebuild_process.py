"""Builds the read model anew in a process beside the gateway: what it takes of the processor is not taken from those whom the gateway answers.

The process is told the settings on its standard input, where no list of processes shows a secret, and ends with the gateway: then its input does.
"""

import asyncio
import base64
import os
import pickle
import sys
from contextlib import suppress
from typing import NoReturn

import structlog

from adapters.store.database import Database
from adapters.store.projection import Projection
from deploy.kafka_servers import kafka_servers
from deploy.logs import set_up_logs
from deploy.settings import Settings
from domain.projection import StoreAwayError
from streams.kafka.rebuilder import Rebuilder

LOOK_EVERY_SECONDS = 1.0
AGAIN_AFTER_SECONDS = 5.0
NICER_BY = 5
"""So much less the processor is its own than the gateway's. Not by all: whoever writes waits for it where there is one writer at a time."""

log = structlog.get_logger(__name__)


class RebuildProcess:
    """Starts the process whenever there is something to build, or to clear away, and again if it ends before that is done."""

    def __init__(self, settings: Settings, projection: Projection, prefix: str) -> None:
        self._told = base64.b64encode(pickle.dumps((settings, prefix))) + b"\n"
        self._projection = projection

    async def run(self) -> NoReturn:
        """Look for good."""
        while True:
            if await self._is_needed() and await self._ended_with() != 0:
                log.warning("rebuild_broke_off", again_after_seconds=AGAIN_AFTER_SECONDS)
                await asyncio.sleep(AGAIN_AFTER_SECONDS)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _is_needed(self) -> bool:
        try:
            return await self._projection.has_work_beside()
        except StoreAwayError:
            return False  # /readyz says so

    async def _ended_with(self) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE
        )
        try:
            await _tell(process, self._told)
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _tell(process: asyncio.subprocess.Process, told: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(told)
        with suppress(ConnectionError):  # it has ended already, and says why
            await process.stdin.drain()


async def _build(settings: Settings, prefix: str) -> None:
    database = Database(settings.database)
    try:
        building = asyncio.create_task(
            Rebuilder(kafka_servers(settings), Projection(database), prefix).until_built()
        )
        parent = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
        await asyncio.wait([building, parent], return_when=asyncio.FIRST_COMPLETED)
        if not building.done():
            os._exit(1)  # the gateway is gone; what was applied is in the database
        building.result()
    finally:
        await database.close()


def main() -> None:
    """Build what standard input says."""
    # From our own parent alone, who has the same rights.
    settings, prefix = pickle.loads(base64.b64decode(sys.stdin.buffer.readline()))  # noqa: S301
    set_up_logs("rebuild", settings.log_format)
    os.nice(NICER_BY)
    asyncio.run(_build(settings, prefix))
    # A thread still waits for the end of the input.
    os._exit(0)


if __name__ == "__main__":
    main()
