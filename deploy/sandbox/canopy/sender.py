"""Publish what waits in the outbox, in order per firm; while Kafka is away it waits, and goes on afterwards."""

import asyncio
import time
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from deploy.sandbox.canopy.outbox import Outbox

TOPIC = "canopy.client-events"
MOST_AT_ONCE = 500
TRY_AGAIN_AFTER = 0.5
STOP_WITHIN = 2.0
HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """One idempotent producer; the partition is Kafka's default, murmur2 of the firm's id."""

    outbox: Outbox
    bootstrap: str
    topic_prefix: str

    async def send(self) -> None:
        """Publish for ever."""
        said = False
        while True:
            await self.outbox.filled.wait()
            producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all", enable_idempotence=True)
            try:
                await producer.start()
                said = False
                await self._send_with(producer)
            except KafkaError as error:  # away, or without the topic: the events stay where they are
                if not said:
                    log.info("events_wait", reason=type(error).__name__)
                said = True
                await asyncio.sleep(TRY_AGAIN_AFTER)
            finally:
                await _stop(producer)

    async def _send_with(self, producer: AIOKafkaProducer) -> None:
        while True:
            await self.outbox.filled.wait()
            self.outbox.filled.clear()
            try:
                await self._send_due(producer)
            except BaseException:
                self.outbox.filled.set()  # there is still something to send
                raise
            next_due = self.outbox.next_due()
            if next_due is not None:  # delayed on demand, or more than one round of them
                asyncio.get_running_loop().call_later(
                    max(0.0, next_due - time.time()), self.outbox.filled.set
                )

    async def _send_due(self, producer: AIOKafkaProducer) -> None:
        events = self.outbox.due(MOST_AT_ONCE)
        # Handed over in order, acknowledged together: the producer keeps the order of a partition, also when it retries.
        acknowledgements = [
            await producer.send(
                f"{self.topic_prefix}{TOPIC}", event.event, key=event.firm.encode(), headers=HEADERS
            )
            for event in events
        ]
        await asyncio.gather(*acknowledgements)
        self.outbox.sent(events)


async def _stop(producer: AIOKafkaProducer) -> None:
    # It would wait for Kafka as long as that is away; what is not acknowledged is in the outbox anyway. In a task of its own, since
    # aiokafka overhears a cancellation that comes while it lets go of a connection: this task would then publish for ever.
    stopping = asyncio.create_task(producer.stop())
    try:
        await asyncio.wait([stopping], timeout=STOP_WITHIN)
    finally:
        stopping.cancel()
