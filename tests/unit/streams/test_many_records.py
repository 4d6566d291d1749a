"""Many records for Kafka are few batches, each acknowledged once: one by one they take longer than a webhook's sender waits."""

import asyncio
from collections import Counter
from typing import Any

from streams.kafka.acknowledged_producer import FEW, AcknowledgedProducer

ROOM = 1_000


class Batch:
    """Has room for so many records."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes, bytes]] = []

    def append(self, *, key: bytes, value: bytes, timestamp: None) -> object | None:  # noqa: ARG002
        """Take a record; None: it is full."""
        if len(self.records) == ROOM:
            return None
        self.records.append((key, value))
        return self


class Producer:
    """Kafka's, which acknowledges at once. `acknowledged`: what each acknowledgement was for."""

    def __init__(self) -> None:
        self.acknowledged: list[list[tuple[bytes, bytes]]] = []

    async def partitions_for(self, _topic: str) -> set[int]:
        """There are four."""
        return set(range(4))

    def create_batch(self) -> Batch:
        """Give an empty one."""
        return Batch()

    async def send_batch(self, batch: Batch, _topic: str, *, partition: int) -> Any:  # noqa: ARG002
        """Take many records."""
        return self._taken(batch.records)

    async def send(self, _topic: str, value: bytes, *, key: bytes) -> Any:
        """Take one record."""
        return self._taken([(key, value)])

    def _taken(self, records: list[tuple[bytes, bytes]]) -> Any:
        self.acknowledged.append(records)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def test_seven_thousand_records_are_as_many_batches_as_they_fill() -> None:
    """Each record is in one, in the order of its key."""
    producer = Producer()
    writer = AcknowledgedProducer("nowhere:1")
    writer._producer = producer
    records = [(b"f-1", str(n).encode()) for n in range(7 * ROOM)]

    await writer.send_all("topic", records)

    assert [len(each) for each in producer.acknowledged] == [ROOM] * 7
    assert [record for each in producer.acknowledged for record in each] == records


async def test_few_records_leave_with_whatever_else_is_on_its_way() -> None:
    """They need no batch of their own."""
    producer = Producer()
    writer = AcknowledgedProducer("nowhere:1")
    writer._producer = producer
    records = [(f"f-{n}".encode(), b"x") for n in range(FEW)]

    await writer.send_all("topic", records)

    assert Counter(record for each in producer.acknowledged for record in each) == Counter(records)
