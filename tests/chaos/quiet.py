"""Waits until an engine has nothing left to do: no lag, nothing pending in the log, and nobody asking outside."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from tests.chaos.checker.history import INPUTS, LOG
from tests.chaos.checker.nothing_left import is_sweep

STILL_SECONDS = 3.0
"""Longer than a webhook's way to the log, so that what is on the wire still shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far an engine is. `lag`: inputs that are not committed; `pending`: rows with work to do, not counting sweeps."""

    lag: int
    pending: int
    records: int
    statuses: dict[str, int]


class Watcher:
    """Follows `sync.log` and the group's commits from outside."""

    def __init__(self, bootstrap: str, group: str) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._rows: dict[bytes, dict[str, Any]] = {}
        self._records = 0
        self.ends: dict[int, int] = {}
        """Where each partition of the log was last seen to end."""
        self._consumer = AIOKafkaConsumer(
            LOG,
            bootstrap_servers=bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)

    async def start(self) -> None:
        """Begin at the log's first record."""
        await self._consumer.start()
        await self._admin.start()

    async def stop(self) -> None:
        """Let go of the broker."""
        await self._consumer.stop()
        await self._admin.close()

    async def state(self) -> State:
        """Look once."""
        partitions = [TopicPartition(LOG, p) for p in self._consumer.partitions_for_topic(LOG) or ()]
        ends = await self._consumer.end_offsets(partitions)
        self.ends |= {p.partition: max(end, self.ends.get(p.partition, 0)) for p, end in ends.items()}
        while any([await self._consumer.position(p) < end for p, end in ends.items()]):
            for messages in (await self._consumer.getmany(timeout_ms=200)).values():
                for message in messages:
                    self._take(message)
        statuses: dict[str, int] = {}
        for row in self._rows.values():
            if row["kind"] == "link":
                statuses[row["status"]] = statuses.get(row["status"], 0) + 1
        return State(
            lag=await self._lag(),
            pending=sum(
                not all(is_sweep(effect) for effect in row.get("pending") or ())
                for row in self._rows.values()
            ),
            records=self._records,
            statuses=statuses,
        )

    async def quiet(self, within: float, undelivered: Callable[[], Awaitable[int]]) -> bool:
        """Wait until nothing is pending and nothing moves; False if that is not so within so many seconds.

        `undelivered` counts what the stand-ins have yet to tell.
        """
        deadline = time.monotonic() + within
        still_since, last = time.monotonic(), -1
        while time.monotonic() < deadline:
            state = await self.state()
            if state.lag or state.pending or state.records != last or await undelivered():
                still_since, last = time.monotonic(), state.records
            elif time.monotonic() - still_since >= STILL_SECONDS:
                return True
            await asyncio.sleep(0.3)
        return False

    def _take(self, message: Any) -> None:
        data = orjson.loads(message.value)["data"]
        self._records += 1
        if data["at"] == message.offset:
            self._rows[message.key] = data["row"]

    async def _lag(self) -> int:
        topics = {topic["topic"]: topic for topic in await self._admin.describe_topics()}
        partitions = [
            TopicPartition(name, each["partition"]) for name in INPUTS for each in topics[name]["partitions"]
        ]
        ends = await self._consumer.end_offsets(partitions)
        try:
            committed = await self._admin.list_consumer_group_offsets(self._group)
        except GroupCoordinatorNotAvailableError:  # until the first worker has joined
            committed = {}
        done = {partition: offset.offset for partition, offset in committed.items()}
        return sum(max(0, end - max(0, done.get(partition, 0))) for partition, end in ends.items())
