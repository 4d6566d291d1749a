"""Ends a worker whose inputs stand still: what waits is there, and nothing of it has been committed for a while.

In a thread and an event loop of its own, since what it watches for may hang ours; and by SIGKILL, since asking
Faust to stop does not return when an agent hangs.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.wire.meters import INPUTS_WAITING


def watch_progress(
    bootstrap: Servers,
    group: str,
    topics: Iterable[str],
    ours: Callable[[], frozenset[int]],
    rows_folded: Callable[[], int],
    still_seconds: float,
) -> threading.Thread:
    """Start watching.

    `still_seconds`: how long a partition may wait without any of it being committed, and without `rows_folded` growing:
    who takes over a partition with a long log is at work on it.
    """
    watch = _Watch(bootstrap, group, tuple(topics), ours, rows_folded, still_seconds)
    thread = threading.Thread(target=lambda: asyncio.run(watch.run()), name="watchdog", daemon=True)
    thread.start()
    return thread


class _Watch:
    def __init__(
        self,
        bootstrap: Servers,
        group: str,
        topics: tuple[str, ...],
        ours: Callable[[], frozenset[int]],
        rows_folded: Callable[[], int],
        still_seconds: float,
    ) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = topics
        self._ours = ours
        self._rows_folded = rows_folded
        self._folded = 0
        self._still = still_seconds
        self._since: dict[TopicPartition, tuple[int, float]] = {}
        self._shown: set[TopicPartition] = set()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._still / 6)
            try:
                await self._look()
            except (KafkaError, OSError):
                self._since.clear()  # Kafka away is no fault of the worker's

    async def _look(self) -> None:
        wanted = [TopicPartition(topic, number) for topic in self._topics for number in self._ours()]
        self._forget_all_but(wanted)
        if not wanted:
            return
        async with (
            opened(AIOKafkaAdminClient(**reached(self._bootstrap))) as admin,
            opened(AIOKafkaConsumer(**reached(self._bootstrap), group_id=None)) as reader,
        ):
            committed = await admin.list_consumer_group_offsets(self._group, partitions=wanted)
            ends = await reader.end_offsets(wanted)
        now = time.monotonic()
        folded = self._rows_folded()
        if folded != self._folded:
            self._folded = folded
            self._since.clear()
        for partition in wanted:
            found = committed.get(partition)
            at = max(found.offset if found is not None else 0, 0)
            self._shown.add(partition)
            INPUTS_WAITING.labels(*partition).set(max(ends[partition] - at, 0))
            before = self._since.get(partition)
            if at >= ends[partition] or before is None or before[0] != at:
                self._since[partition] = (at, now)
            elif now - before[1] > self._still:
                self._end(partition, at, ends[partition])

    def _forget_all_but(self, ours: Iterable[TopicPartition]) -> None:
        """Show no more what went to another worker, which shows it now."""
        for partition in self._shown.difference(ours):
            INPUTS_WAITING.remove(*partition)
            self._shown.discard(partition)

    def _end(self, partition: TopicPartition, at: int, end: int) -> None:
        sys.stderr.write(
            f"{partition.topic}/{partition.partition} has stood at offset {at} of {end} for over {self._still:.0f} s: "
            "this worker ends itself, and another takes over\n"
        )
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
