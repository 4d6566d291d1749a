"""Writes QuickBooks' notifications to `qbo.notifications`, as CloudEvents of ours."""

import asyncio
from collections.abc import Sequence

import orjson

from domain.inputs import CustomerNotified
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.wire.inputs import NOTIFIED
from streams.wire.topics import NOTIFICATIONS

MANY = 500
"""To write so many takes a few milliseconds; more are written beside the event loop."""

MANY_WITHIN_SECONDS = 30.0
"""Longer than a sender waits: it comes again, and finds them written."""


class NotificationWriter:
    """The port `Notifications`."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + NOTIFICATIONS

    async def publish_all(self, notified: Sequence[tuple[CustomerNotified, str]]) -> None:
        """Write notifications, each with its event's id; returns once Kafka has acknowledged all of them.

        Raises:
            KafkaAwayError: it did not in time; some may be written.
        """
        if len(notified) <= MANY:
            await self._producer.send_all(self._topic, _records(notified))
        else:
            records = await asyncio.to_thread(_records, notified)
            await self._producer.send_all(self._topic, records, MANY_WITHIN_SECONDS)


def _records(notified: Sequence[tuple[CustomerNotified, str]]) -> list[tuple[bytes, bytes]]:
    return [(each.firm_id.encode(), notification_event(each, event_id)) for each, event_id in notified]


def notification_event(notified: CustomerNotified, event_id: str) -> bytes:
    """Write a notification as a CloudEvent; of a merge, with the customer that it took away."""
    data = {
        "realm_id": notified.realm_id,
        "customer_id": notified.customer_id,
        "operation": notified.operation,
        "time": notified.time,
    }
    if notified.deleted_id is not None:
        data["deleted_id"] = notified.deleted_id
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/quickbooks/{notified.realm_id}",
        "type": NOTIFIED,
        "subject": notified.customer_id,
        "datacontenttype": "application/json",
        "time": notified.time,
        "firmid": notified.firm_id,
        "actor": "system:quickbooks",
        "data": data,
    }
    return orjson.dumps(event)
