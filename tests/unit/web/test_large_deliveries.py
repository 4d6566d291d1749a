"""What a large webhook costs: a question and a write for all of it, and not one for each of its companies or customers.

Intuit waits three seconds, and holds back all later events of all firms until it is told yes.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from adapters.store.connections import StoredConnection
from adapters.web.webhooks.route import _firms
from domain.ids import CustomerId, FirmId, RealmId
from domain.inputs import CustomerNotified
from streams.kafka.notification_writer import MANY, NotificationWriter

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)


class Connections:
    """Companies of which each second one is a firm's; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def of_realms(self, realms: Iterable[RealmId]) -> dict[RealmId, StoredConnection]:
        """Name their firms."""
        self.asked += 1
        return {
            realm: StoredConnection(realm, FirmId(f"f-{realm}"), "connected")
            for realm in realms
            if int(realm) % 2
        }


class Producer:
    """Counts how often it is given something to send."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    async def send_all(self, _topic: str, records: Sequence[object], _within: float = 0) -> None:
        """Take records in."""
        self.sent.append(len(records))


async def nothing() -> Any:
    """All is shown."""
    return SimpleNamespace(complete=True)


async def test_thousands_of_companies_are_looked_up_together() -> None:
    """Once, and those that nobody knows once more when all of the log is shown."""
    connections = Connections()
    parts: Any = SimpleNamespace(
        connections=connections,
        progress=SimpleNamespace(caught_up=nothing),
        read_model=SimpleNamespace(build=nothing),
    )

    found = await _firms(parts, {RealmId(str(number)) for number in range(4_000)})

    assert len(found) == 2_000
    assert connections.asked == 2


async def test_thousands_of_customers_are_written_together() -> None:
    """Whether they are few or many."""
    producer: Any = Producer()
    notified = CustomerNotified(
        firm_id=FirmId("f-1"),
        realm_id=RealmId("91"),
        customer_id=CustomerId("58"),
        operation="updated",
        time=NOW,
    )

    for number in (2, MANY, MANY + 1, 4_000):
        await NotificationWriter(producer).publish_all([(notified, f"e-{n}") for n in range(number)])

    assert producer.sent == [2, MANY, MANY + 1, 4_000]
