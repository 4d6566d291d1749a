"""What is decided and folded in the benchmarks: clients of a few firms, each event a decision of one row."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

import orjson
from aiokafka import AIOKafkaProducer

from adapters.canopy.mapping import client_of
from domain.agreed import Pair
from domain.decision import Decision, Verdict
from domain.firm_rows import Connection, FirmRow
from domain.ids import CustomerId, FirmId, RealmId
from domain.inputs import Cause
from domain.rows import LinkRow, LinkStatus
from domain.snapshots import Client
from streams.kafka.log_writer import LogWriter
from streams.kafka.topic_check import create_topics
from streams.wire.inputs import partition_of
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS, LOG, topic_specs
from tests.engine_version import ENGINE

PARTITIONS = 8


def firms_in(partition: int, count: int) -> tuple[FirmId, ...]:
    """Name firms whose rows and inputs lie in one partition."""
    names = (FirmId(f"f-{n}") for n in itertools.count(1))
    return tuple(islice((name for name in names if partition_of(name, PARTITIONS) == partition), count))


FIRMS = tuple(firm for partition in range(PARTITIONS) for firm in firms_in(partition, 2))
"""Two in each partition."""
CROWDED = firms_in(0, len(FIRMS))
"""As many, all of them in one."""
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def phone_of(version: int) -> str:
    """Give the phone of a client's version, by which an edit is known again."""
    return f"(312) 555-{version:04d}"


def client(number: int, version: int) -> dict[str, object]:
    """Give a client's JSON, all fields filled."""
    return {
        "client_id": f"c-{number}",
        "version": version,
        "sync_client": False,
        "type": "individual",
        "display_name": f"Fiona Gallagher {number}",
        "first_name": "Fiona",
        "middle_name": "Grace",
        "last_name": "Gallagher",
        "company_name": "Gallagher Bookkeeping",
        "email": f"fiona.{number}@example.com",
        "phone": phone_of(version),
        "mobile": "(312) 555-0101",
        "fax": None,
        "address": {
            "line1": f"{number} S Wallace St",
            "line2": None,
            "city": "Chicago",
            "region": "IL",
            "postal_code": "60616",
            "country": "US",
        },
        "active": True,
    }


def events(count: int, clients: int, firms: Sequence[FirmId] = FIRMS) -> Iterator[tuple[FirmId, bytes]]:
    """Give client events: each client is created once, left out of the sync, and edited after."""
    for n in range(count):
        version = n // clients + 1
        firm = firms[n % clients % len(firms)]
        yield firm, event_of(firm, n, client(n % clients, version))


def event_of(firm: FirmId, n: int, data: dict[str, object]) -> bytes:
    """Say that a client was created, if this is its first version, or edited, in event `evt-N`."""
    event = {
        "specversion": "1.0",
        "id": f"evt-{n}",
        "source": "/canopy",
        "type": f"canopy.client.{'created' if data['version'] == 1 else 'edited'}.v1",
        "subject": data["client_id"],
        "time": "2026-11-24T10:00:00Z",
        "datacontenttype": "application/json",
        "firmid": firm,
        "actor": "user:dana",
        "data": data,
    }
    return orjson.dumps(event)


def realm_of(firm: FirmId) -> RealmId:
    """Name a firm's QuickBooks company."""
    return RealmId(f"91{firm.removeprefix('firm-')}")


def connected(firm: FirmId) -> FirmRow:
    """Give the row of a firm whose first listings are in."""
    connection = Connection(
        realm_id=realm_of(firm), connected_at=NOW, customers_listed=True, clients_listed=True
    )
    return FirmRow(firm_id=firm, version=1, connection=connection)


async def load(
    bootstrap: str, prefix: str, logs: tuple[str, ...], count: int, clients: int, firms: Sequence[FirmId]
) -> None:
    """Make the topics of one run, with connected firms in each log and `count` events to decide."""
    specs = topic_specs(35, prefix)
    bare = [spec for name in logs for spec in topic_specs(35, name) if spec.name == name + LOG]
    await create_topics(bootstrap, [*specs, *bare], PARTITIONS)
    for name in {prefix, *logs}:
        await _connect(bootstrap, name + LOG, firms)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
    await producer.start()
    for firm, value in events(count, clients, firms):
        await producer.send(
            prefix + CLIENT_EVENTS, value, key=firm.encode(), partition=partition_of(firm, PARTITIONS)
        )
    await producer.stop()


async def _connect(bootstrap: str, log: str, firms: Sequence[FirmId]) -> None:
    writer = LogWriter(bootstrap, log, bound_seconds=20)
    await writer.start()
    for partition in range(PARTITIONS):
        rows = tuple(connected(firm) for firm in firms if partition_of(firm, PARTITIONS) == partition)
        cause = Cause(topic="sync.intents", partition=partition, offset=0, id="connect", at=NOW)
        decision = Decision(verdict=Verdict.APPLIED, code="connect", rows=rows)
        records = records_of(decision, cause, 0, {cause.topic: 0}, ENGINE)
        if records:
            await writer.append(
                partition, [(record.row.key.encode(), encode(record, partition)) for record in records]
            )
    await writer.stop()


def synced_record(number: int, version: int, at: int) -> bytes:
    """Give a record of a synced client's row as it lies in the log, about 2 KB."""
    return record_of(number, client_of(client(number, version), NOW), at)


def record_of(number: int, seen: Client, at: int, firm: FirmId | None = None) -> bytes:
    """Give a record of the row of a client that is in step with customer `number`, as it lies in the log."""
    row = LinkRow(
        firm_id=firm or FIRMS[number % len(FIRMS)],
        client_id=seen.client_id,
        version=seen.version,
        decided_version=1,
        status=LinkStatus.SYNCED,
        reason=None,
        since=NOW,
        choice="on",
        client=seen,
        customer_id=CustomerId(str(number)),
        agreed={field: Pair(value, value) for field, value in seen.values.items()},
    )
    cause = Cause(topic=CLIENT_EVENTS, partition=0, offset=at, id=f"evt-{at}", at=NOW, actor="user:dana")
    decision = Decision(verdict=Verdict.APPLIED, code="client_edited", rows=(row,))
    (record,) = records_of(decision, cause, at, {CLIENT_EVENTS: at}, ENGINE)
    return encode(record, 0)
