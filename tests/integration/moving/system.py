"""What is done to a system while it is verified and moved: commands, stops, changes by hand, another cluster."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.kafka.broker import LocalBroker
from deploy.kafka.ports import free_port
from deploy.kafka.settings import BrokerSettings
from tests.chaos import processes
from tests.chaos.processes import GATEWAY, GROUP, wait_for_answer
from tests.chaos.stack import JARS
from tests.forked import Forked
from tests.story import operators
from tests.story.company import Company

Json = dict[str, Any]


@dataclass(slots=True)
class System:
    """A company and the processes around it; clients `ana` and `cleo` are linked, `ben` is no longer."""

    company: Company
    ana: str
    ben: str
    cleo: str
    customers: dict[str, str]
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return self.company.stack.folder / "client-sync.sqlite"

    async def types(self, *words: str, code: int = 0) -> list[Json]:
        """Type a command with `--json`; it must end with this exit code."""
        return await operators.types(self.company, *words, code=code)

    async def finds(self, *words: str) -> list[Json]:
        """Verify, and give what is found."""
        return (await self.types("verify", *words, code=1))[:-1]

    async def is_clean(self, *words: str) -> Json:
        """Verify, and find nothing; gives the summary."""
        (summary,) = await self.types("verify", *words)
        assert summary["findings"] == 0
        return summary

    async def until_clean(self, what: str) -> None:
        """Verify until nothing is found."""
        found: list[Json] = []

        async def is_clean() -> bool:
            nonlocal found
            *found, _ = await operators.types(self.company, "verify", code=None)
            return not found

        try:
            await self.company.until(is_clean, what, 120)
        except AssertionError as late:
            log = (self.company.stack.folder / "gateway.log").read_text(errors="replace")[-2000:]
            raise AssertionError(f"{late}\nit finds {found}\n{log}") from None

    def sql(self, statement: str, *values: object) -> None:
        """Change a table by hand."""
        with sqlite3.connect(self.database) as connection:
            assert connection.execute(statement, values).rowcount == 1
        connection.close()

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        """Set the group's offset, as `kafka-consumer-groups --reset-offsets` does while no worker runs."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.company.stack.bootstrap, group_id=GROUP, enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, partition)])
            await consumer.commit({TopicPartition(topic, partition): offset})
        finally:
            await consumer.stop()

    async def committed(self, topic: str, partition: int) -> int:
        """Give the group's offset."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.company.stack.bootstrap)
        await admin.start()
        try:
            wanted = TopicPartition(topic, partition)
            found = await admin.list_consumer_group_offsets(GROUP, partitions=[wanted])
            return int(found[wanted].offset)
        finally:
            await admin.close()

    async def stop_worker(self) -> None:
        """End it as an operator does."""
        await self.company.stack.fleet.stop()

    async def start_worker(self) -> None:
        """Start one on the cluster that the settings name now."""
        self.company.stack.fleet.start()  # with the settings as they are by now

    async def stop_gateway(self) -> None:
        """End the one that runs."""
        gateway = self.company.stack.others.pop()
        gateway.terminate()
        await asyncio.to_thread(processes.end, gateway)

    async def start_gateway(self) -> None:
        """Start one on the cluster that the settings name now."""
        stack = self.company.stack
        log = stack.folder / "gateway.log"
        gateway = Forked(GATEWAY, stack.settings, log)
        stack.others.append(gateway)
        await wait_for_answer(gateway, f"http://127.0.0.1:{stack.http_port}/readyz", log)

    async def go_to_another_cluster(self) -> None:
        """Let the settings name a new one, on another machine: it has topics, and nothing in them."""
        stack = self.company.stack
        folder = stack.folder / "another"
        broker = LocalBroker(BrokerSettings(folder / "kafka", JARS, free_port()))
        await broker.start()
        self._opened.push_async_callback(broker.stop)
        await broker.wait_ready()
        stack.bootstrap = broker.bootstrap
        stack.settings |= {
            "CLIENT_SYNC_KAFKA_BOOTSTRAP": broker.bootstrap,
            "CLIENT_SYNC_DATA_FOLDER": str(folder),
        }
        await self.types("topics", "create")

    async def lose_the_log(self) -> None:
        """Delete its topic, and create it anew."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.company.stack.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics(["sync.log"])
            while "sync.log" in await admin.list_topics():  # noqa: ASYNC110  (Kafka tells nobody)
                await asyncio.sleep(0.1)
        finally:
            await admin.close()
        await self.types("topics", "create")
