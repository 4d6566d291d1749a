"""The engine on real Kafka: what is decided, once, and what becomes of what can't be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiokafka import TopicPartition

from domain.fields import Field
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, FirmId, RealmId
from domain.rows import CustomerRow, Row
from domain.snapshots import Client, Customer
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, LOG, NOTIFICATIONS
from tests.integration.engine.conftest import client_event, headers_of
from tests.integration.engine.engines import Desk, desk
from tests.integration.log.owners import batch_of, cause, client_row, decision, lies_in

FIRM = FirmId("f-1")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONNECTED = FirmRow(
    firm_id=FIRM,
    version=1,
    connection=Connection(
        realm_id=RealmId("91"), connected_at=NOW, customers_listed=True, clients_listed=True
    ),
)


async def _open(at: Desk, *rows: Row) -> None:
    """Let the firm be connected, and settle."""
    first = replace(cause(0), topic="elsewhere")
    assert await at.table.append(batch_of(at.table.partition(0), decision(CONNECTED, *rows), first))
    await at.engine.settle()


async def _letter(at: Desk) -> dict[str, str]:
    partition = TopicPartition(at.prefix + DEAD_LETTERS, 0)
    at.reader.assign([partition])
    at.reader.seek(partition, 0)
    return headers_of(await at.reader.getone(partition))


async def _decided(bootstrap: str, at: Desk) -> list[int]:
    """Give the offsets of the client events that the log has decided."""
    records = [found.record for found in await lies_in(bootstrap, at.prefix + LOG)]
    causes = [record.input for record in records if record is not None and record.input is not None]
    return [each.offset for each in causes if each.topic == at.prefix + CLIENT_EVENTS]


async def test_an_input_that_comes_twice_is_decided_once(bootstrap: str, prefix: str) -> None:
    """Delivered again after a crash or a rebalance, it is known by its place."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        first, second = await at.write(client_event()), await at.write(client_event())

        for message in (first, second, first, second):
            await at.take(message)

        assert await _decided(bootstrap, at) == [0, 1]


async def test_a_decision_that_another_overtook_is_made_again_in_place(bootstrap: str, prefix: str) -> None:
    """The other's rows are in view the second time, and only the second record is believed."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        (other,) = records_of(decision(client_row("c-other")), cause(0), at.table.partition(0).end, {})
        await at.writer.append(0, [(other.row.key.encode(), encode(other, 0))])

        await at.take(await at.write(client_event()))

        assert await _decided(bootstrap, at) == [0]
        assert at.table.partition(0).table.link(FIRM, ClientId("c-other")) is not None


async def test_an_idle_owner_repairs_too(bootstrap: str, prefix: str) -> None:
    """Nothing comes in, and still the true row is the last of its key soon after a stranger wrote behind it."""
    async with desk(bootstrap, prefix) as at:
        true = client_row("c-1", "Ana Dias")
        await _open(at, true)
        (stranded,) = records_of(decision(client_row("c-1", "Stranded")), cause(0), 0, {})
        await at.writer.append(0, [(true.key.encode(), encode(stranded, 0))])

        await at.engine.look_round()

        last = (await lies_in(bootstrap, at.prefix + LOG))[-1]
        assert last.record is not None
        assert last.record.row == true


def _raises(_data: Mapping[str, object], _changed_at: datetime) -> Client:
    raise ZeroDivisionError("Fiona Gallagher")


async def test_what_our_own_reading_trips_over_is_parked(bootstrap: str, prefix: str) -> None:
    """A bug of ours costs the one input that meets it, not the worker; its text, which may hold a value, is kept back."""
    async with desk(bootstrap, prefix, read_client=_raises) as at:
        await _open(at)

        await at.take(await at.write(client_event()))

        letter = await _letter(at)
        assert letter["reason"] == "handling_failed"
        assert letter["detail"] == "handling it raised ZeroDivisionError; a bug of ours"


async def test_what_our_own_deciding_trips_over_is_parked(bootstrap: str, prefix: str) -> None:
    """Here a customer whose time lacks its zone, as a bug might have left it; what comes behind is decided."""
    naive = NOW.replace(tzinfo=None)
    broken = CustomerRow(
        firm_id=FIRM,
        customer_id=CustomerId("58"),
        customer=Customer(
            customer_id=CustomerId("58"),
            sync_token=1,
            values={Field.DISPLAY_NAME: "Fiona Gallagher"},
            created_at=naive,
            updated_at=naive,
        ),
    )
    notice = client_event() | {
        "type": "qbo.customer.notified.v1",
        "data": {
            "realm_id": "91",
            "customer_id": "58",
            "operation": "Update",
            "time": "2026-11-24T10:00:00Z",
        },
    }
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        # Into memory only: no decision that can't be read back gets into the log.
        at.table.partition(0).table.put(broken)

        await at.take(await at.write(notice, NOTIFICATIONS))
        await at.take(await at.write(client_event()))

        letter = await _letter(at)
        assert letter["reason"] == "handling_failed"
        assert letter["detail"] == "handling it raised TypeError; a bug of ours"
        assert letter["source"] == f"{prefix}{NOTIFICATIONS}/0/0"
        assert await _decided(bootstrap, at) == [0]


@pytest.mark.parametrize("firm", ["f-1", "f-never-connected"])
async def test_a_repeat_is_known_whether_or_not_it_left_a_record(
    bootstrap: str, prefix: str, firm: str
) -> None:
    """The client of a firm that never connected leaves none; passing it twice is no hole and no harm."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        message = await at.write(client_event(firm))

        await at.take(message)
        await at.take(message)
        await at.take(await at.write(client_event()))

        assert await _decided(bootstrap, at) == ([0, 1] if firm == "f-1" else [1])
