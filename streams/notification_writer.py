"""Writes QuickBooks' notifications to `qbo.notifications`, as CloudEvents of ours."""

import orjson

from domain.inputs import CustomerNotified
from streams.acknowledged_producer import AcknowledgedProducer
from streams.inputs import NOTIFIED
from streams.topics import NOTIFICATIONS


class NotificationWriter:
    """The port `Notifications`."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + NOTIFICATIONS

    async def publish(self, notified: CustomerNotified, event_id: str) -> None:
        """Write one notification; returns once Kafka has acknowledged it.

        Raises:
            KafkaAwayError: it did not in time.
        """
        event = notification_event(notified, event_id)
        await self._producer.send(self._topic, event, notified.firm_id.encode())


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
