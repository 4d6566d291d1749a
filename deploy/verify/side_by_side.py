"""Verifies the partitions of a long log in several processes: it is the processor that is waited for."""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from adapters.store.database import Database
from adapters.store.whole_tables import WholeTables
from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from deploy.verify.findings import Finding
from deploy.verify.partition import PartitionCheck, Stood
from streams.kafka.log_messages import LogMessages
from streams.wire.topics import LOG

MOST_PROCESSES = 8


async def verify_side_by_side(
    settings: Settings, numbers: Sequence[int], prefix: str
) -> AsyncIterator[tuple[Stood, list[Finding]]]:
    """Verify partitions, a process for each processor."""
    processes = min(os.cpu_count() or 1, len(numbers), MOST_PROCESSES)
    # Not forked: this process has threads and connections.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
    try:
        loop = asyncio.get_running_loop()
        verifying = [
            loop.run_in_executor(pool, _verify, settings, number, len(numbers), prefix) for number in numbers
        ]
        for each in asyncio.as_completed(verifying):
            yield await each
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _verify(settings: Settings, number: int, partitions: int, prefix: str) -> tuple[Stood, list[Finding]]:
    return asyncio.run(_verify_one(settings, number, partitions, prefix))


async def _verify_one(
    settings: Settings, number: int, partitions: int, prefix: str
) -> tuple[Stood, list[Finding]]:
    found: list[Finding] = []
    store = Database(settings.database)  # whoever asked has prepared it
    try:
        async with LogMessages(kafka_servers(settings), prefix + LOG) as messages:
            check = PartitionCheck(messages, WholeTables(store), partitions, found.append)
            return await check.run(number), found
    finally:
        await store.close()
