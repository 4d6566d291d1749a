"""One record that can't be read or shown stops its partition, and not the gateway."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer

import adapters.store.letter_lines
import adapters.store.projection
from adapters.store.projected_rows import write_history
from adapters.web.webhooks.signature import signature_of
from deploy.rebuilding import rebuild_read_model
from domain.ids import FirmId
from domain.rows import Tombstone
from streams.wire.inputs import partition_of
from streams.wire.records import SCHEMA, encode, records_of
from streams.wire.topics import DEAD_LETTERS, LOG
from tests.integration.gateway.conftest import PARTITIONS, VERIFIER, Running
from tests.integration.gateway.firm import CONNECTED, client_row
from tests.integration.log.owners import cause, decision
from tests.patience import PATIENCE_SECONDS

HERE = partition_of("f-1", PARTITIONS)
NEIGHBOUR = FirmId(next(f"f-{n}" for n in range(2, 99) if partition_of(f"f-{n}", PARTITIONS) != HERE))
NEIGHBOURS = partition_of(NEIGHBOUR, PARTITIONS)


async def _append(gateway: Running, value: bytes | None, key: bytes = b"link/f-1/c-9") -> int:
    """Write into f-1's partition behind the log's own writer; gives the offset."""
    producer = AIOKafkaProducer(bootstrap_servers=gateway.settings.bootstrap)
    await producer.start()
    sent = await producer.send_and_wait(gateway.prefix + LOG, value, key=key, partition=HERE)
    await producer.stop()
    gateway.log._ends[HERE] = sent.offset + 1
    return int(sent.offset)


def _newer(at: int) -> bytes:
    (record,) = records_of(decision(client_row("c-9", "Fiona")), cause(0), at, {})
    event = orjson.loads(encode(record, HERE))
    event["data"]["schema"] = SCHEMA + 1
    return orjson.dumps(event)


async def _stops(gateway: Running, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer, said = await gateway.ask("GET", "/readyz")
            if len(said["stopped_partitions"]) == count:
                assert answer.status == 200
                return list(said["stopped_partitions"])
            await asyncio.sleep(0.1)


async def _neighbour_is_served(gateway: Running) -> bool:
    connected, client = (
        replace(CONNECTED, firm_id=NEIGHBOUR),
        replace(client_row("c-1", "Fiona"), firm_id=NEIGHBOUR),
    )
    await gateway.log.decide(connected)
    at = await gateway.log.decide(client)
    answer, listed = await gateway.ask("GET", f"/api/v1/firms/{NEIGHBOUR}/clients", Sync_Position=at)
    return answer.status == 200 and len(listed["clients"]) == 1


async def test_a_newer_schema_at_its_place_stops_its_partition(gateway: Running) -> None:
    """It is named with what to do; webhooks are taken in, other firms served, its own told that they are not."""
    await gateway.log.decide(CONNECTED)
    offset = await _append(gateway, _newer(1))

    (stop,) = await _stops(gateway, 1)

    assert (stop["partition"], stop["offset"], stop["reason"]) == (HERE, offset, "newer_schema")
    assert "newer version" in stop["what_to_do"]
    answer, problem = await gateway.ask("GET", "/api/v1/firms/f-1/clients")
    assert (answer.status, problem["code"]) == (503, "partition_stopped")
    assert await _neighbour_is_served(gateway)
    _, said = await gateway.ask("GET", "/readyz")
    assert (said["read_model"], said["records_behind"]) == ("ok", 0)
    headers = {"intuit-signature": signature_of(b"[]", VERIFIER)}
    async with gateway.http.post("/webhooks/quickbooks", data=b"[]", headers=headers) as taken:
        assert taken.status == 200


STRANGE = (
    (b"link/f-1/c-1", b"\xff\x00 not json"),
    (b"link/f-1/c-1", _newer(7)),
    (b"link/f-1/c-1", None),
    (b"\xff\xfe", b"{}"),
    (b"all/x", b"7"),
)


async def test_what_claims_no_such_place_is_passed_by(
    gateway: Running,
) -> None:
    """Whatever it holds, and whatever lies behind it is shown."""
    await gateway.log.decide(CONNECTED)
    for key, value in STRANGE:
        await _append(gateway, value, key)
    at = await gateway.log.decide(client_row("c-1", "Fiona"))

    answer, listed = await gateway.ask("GET", "/api/v1/firms/f-1/clients", Sync_Position=at)

    assert (answer.status, len(listed["clients"])) == (200, 1)
    assert await _stops(gateway, 0) == []


async def test_what_the_tables_cannot_hold_stops_its_partition(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before it is shown, and the line names the record itself."""

    async def stumbles(connection: Any, decided: Any) -> None:
        if any(each.row.key == "link/f-1/c-2" for each in decided):
            raise ValueError("a client's value")
        await write_history(connection, decided)

    monkeypatch.setattr(adapters.store.projection, "write_history", stumbles)
    await gateway.log.decide(CONNECTED)
    await gateway.log.decide(
        client_row("c-1", "Fiona"), client_row("c-2", "Fiona"), client_row("c-3", "Fiona")
    )

    (stop,) = await _stops(gateway, 1)

    assert (stop["partition"], stop["offset"], stop["reason"]) == (HERE, 2, "cannot_be_shown")
    assert stop["detail"] == "ValueError"
    assert await _neighbour_is_served(gateway)


async def test_a_key_put_right_elsewhere_takes_nothing_away(gateway: Running) -> None:
    """A stranger wrote a firm's key into another firm's partition, where it never had a row."""
    await gateway.log.decide(CONNECTED)
    at = await gateway.log.decide(client_row("c-1", "Fiona"))
    answer, _ = await gateway.ask("GET", "/api/v1/firms/f-1/clients/c-1", Sync_Position=at)
    assert answer.status == 200
    key = client_row("c-1", "Fiona").key
    beside = await gateway.log.decide(Tombstone(key=key, firm_id=FirmId("f-1")), partition=NEIGHBOURS)  # type: ignore[arg-type]
    await gateway.ask("GET", f"/api/v1/firms/{NEIGHBOUR}/clients", Sync_Position=beside)

    answer, _ = await gateway.ask("GET", "/api/v1/firms/f-1/clients/c-1", Sync_Position=at)

    assert answer.status == 200


async def test_a_dead_letter_that_cannot_be_listed_is_left_out(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those around it are listed, NULs in their keys and all."""
    columns = adapters.store.letter_lines._columns

    def stumbles(letter: Any) -> Any:
        if letter.key == "bad":
            raise ValueError("a client's value")
        return columns(letter)

    monkeypatch.setattr(adapters.store.letter_lines, "_columns", stumbles)
    producer = AIOKafkaProducer(bootstrap_servers=gateway.settings.bootstrap)
    await producer.start()
    topic = gateway.prefix + DEAD_LETTERS
    for key in (b"f-1", b"bad", b"f-1\x00"):
        await producer.send_and_wait(topic, b"x", key=key, partition=0, headers=[("source", b"a/0/0")])
    await producer.stop()

    listed = await gateway.dead_letters(2)
    assert {letter["key"] for letter in listed} == {"f-1", "f-1\ufffd"}
    await rebuild_read_model(gateway.settings, lambda *_: None, gateway.prefix)
    assert await gateway.dead_letters(2) == listed
