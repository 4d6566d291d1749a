"""Appends to the log: one record batch a decision, whole or not at all, durable when `append` returns."""

import asyncio
import math
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.kafka.opening import start
from streams.kafka.servers import Servers, reached
from streams.worker.ports import AppendFailedError, DecisionTooLargeError

LARGEST_DECISION_BYTES = 2 * 1024 * 1024 - 64 * 1024
"""What one decision may weigh, below the topic's 2 MiB, with room for the batch's own framing."""


TURN_SECONDS = 0.5


class LogWriter:
    """The log's own producer. `bound_seconds` ends an append that an idempotent producer would retry for ever."""

    def __init__(self, bootstrap: Servers, topic: str, bound_seconds: float) -> None:
        self._topic = topic
        self._bound = bound_seconds
        self._producer = AIOKafkaProducer(
            **reached(bootstrap),
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_request_size=2 * 1024 * 1024,
            max_batch_size=2 * 1024 * 1024,
        )

    async def start(self) -> None:
        """Connect."""
        await start(self._producer)

    async def stop(self) -> None:
        """Disconnect."""
        await self._producer.stop()

    async def append(self, partition: int, records: Sequence[tuple[bytes, bytes]]) -> int:
        """Append keys and values as one batch, and give the offset at which its first record lies.

        Raises:
            DecisionTooLargeError: nothing was sent.
            AppendFailedError: it may lie in the log or not.
        """
        # `append` of a batch takes one record over its size without a word, so the size is looked at here.
        weight = sum(len(key) + len(value) + 64 for key, value in records)
        if weight > LARGEST_DECISION_BYTES:
            raise DecisionTooLargeError(
                f"the decision weighs {weight} bytes, {LARGEST_DECISION_BYTES} fit into one batch"
            )
        batch = self._producer.create_batch()
        for key, value in records:
            if batch.append(key=key, value=value, timestamp=None) is None:
                raise DecisionTooLargeError(
                    f"{len(records)} records of {weight} bytes do not fit into one batch"
                )
        sending = asyncio.create_task(self._send(batch, partition))
        # In turns and not by the clock: a process that was paused must still hear where its batch lies.
        for _ in range(math.ceil(self._bound / TURN_SECONDS)):
            done, _pending = await asyncio.wait({sending}, timeout=TURN_SECONDS)
            if done:
                return _offset(sending, partition)
        sending.cancel()
        raise AppendFailedError(f"partition {partition}: Kafka has not answered for {self._bound:g} s")

    async def _send(self, batch: BatchBuilder, partition: int) -> int:
        # The first await takes the batch, the second is its acknowledgement.
        sent = await (await self._producer.send_batch(batch, self._topic, partition=partition))
        return int(sent.offset)


def _offset(sending: asyncio.Task[int], partition: int) -> int:
    try:
        return sending.result()
    except (MessageSizeTooLargeError, RecordListTooLargeError) as wrong:
        raise DecisionTooLargeError("Kafka does not take a batch of its size") from wrong
    except KafkaError as wrong:
        raise AppendFailedError(f"partition {partition}: {wrong!r}") from wrong
