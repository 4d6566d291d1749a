"""What goes wrong with one input parks that input, whatever raises; what comes behind it is decided."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

import streams.worker.batch
import streams.worker.deciding
from adapters.canopy.mapping import client_of
from domain.decide import decide
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId, RowKey
from domain.inputs import Outcome
from domain.outcomes import CustomersListed, Failed, NotDone
from domain.rows import LinkRow, LinkStatus, Row
from domain.snapshots import Client, Customer
from streams.kafka.outcome_writer import OutcomeWriter
from streams.wire.outcome_events import UnwritableOutcomeError
from streams.wire.records import encode, records_of
from streams.wire.topics import DEAD_LETTERS, LOG, OUTCOMES
from tests.integration.engine.conftest import client_event, headers_of
from tests.integration.engine.engines import Desk, desk
from tests.integration.log.owners import batch_of, cause, client_row, decision

FIRM = FirmId("f-1")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONNECTED = FirmRow(
    firm_id=FIRM,
    version=1,
    connection=Connection(
        realm_id=RealmId("91"), connected_at=NOW, customers_listed=True, clients_listed=True
    ),
)
UPDATE = UpdateCustomer(
    id=EffectId("e-1"),
    customer_id=CustomerId("58"),
    sync_token=0,
    values={Field.EMAIL: None},
    asked_by="rule",
    planned_at=NOW,
)
WRITING = LinkRow(
    firm_id=FIRM,
    client_id=ClientId("c-1"),
    version=1,
    client=client_row("c-1").client,
    status=LinkStatus.SYNCED,
    reason=None,
    customer_id=CustomerId("58"),
    pending=(UPDATE,),
)


async def _open(at: Desk, *rows: Row) -> None:
    first = replace(cause(0), topic="elsewhere")
    assert await at.table.append(batch_of(at.table.partition(0), decision(CONNECTED, *rows), first))
    await at.engine.settle()


async def _reasons(at: Desk, count: int) -> list[str]:
    partition = TopicPartition(at.prefix + DEAD_LETTERS, 0)
    at.reader.assign([partition])
    at.reader.seek(partition, 0)
    letters = [headers_of(await at.reader.getone(partition)) for _ in range(count)]
    assert (await at.reader.end_offsets([partition]))[partition] == count
    return [letter["reason"] for letter in letters]


def _link(at: Desk, client: str) -> LinkRow | None:
    return at.table.partition(0).table.link(FIRM, ClientId(client))


def _outcome(effect: str = UPDATE.id, kind: str = "not_done") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{effect}-{kind}",
        "source": "/client-sync/lanes",
        "type": "sync.outcome.v1",
        "time": "2026-11-24T09:00:00Z",
        "firmid": FIRM,
        "data": {"effect_id": effect, "key": WRITING.key, "result": {"kind": kind}, "realm_id": "91"},
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"version": 2**70}, "decision_unwritable"),
        ({"version": "one"}, "decision_unwritable"),
        ({"no_such_field": 7}, "handling_failed"),
        ({"values": {Field.EMAIL: "\ud800"}}, "decision_unwritable"),
    ],
)
async def test_what_cannot_be_decided_or_written_is_parked(
    bootstrap: str, prefix: str, changed: Mapping[str, Any], reason: str
) -> None:
    """Nothing of it is in the table, and the next input of the same client is decided."""
    met: list[object] = []

    def read_client(data: Mapping[str, object], changed_at: datetime) -> Client:
        met.append(data)
        return replace(client_of(data, changed_at), **(changed if len(met) == 1 else {}))

    async with desk(bootstrap, prefix, read_client) as at:
        await _open(at)
        event = client_event()

        assert await at.take(await at.write(event))
        assert _link(at, event["subject"]) is None
        assert await at.take(await at.write(event))

        assert _link(at, event["subject"]) is not None
        assert await _reasons(at, 1) == [reason]


async def test_an_answer_that_cannot_be_decided_shows_on_its_row(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is parked, and its effect does not wait for it for good: a person sees an error of ours."""

    def stumbles(table: Any, given: Any, *more: Any) -> Any:
        if isinstance(given, Outcome) and not isinstance(given.result, Failed):
            raise TypeError("a bug")
        return decide(table, given, *more)

    monkeypatch.setattr(streams.worker.batch, "decide", stumbles)
    async with desk(bootstrap, prefix) as at:
        await _open(at, WRITING)

        assert await at.take(await at.write(_outcome(), OUTCOMES))

        link = _link(at, "c-1")
        assert link is not None
        assert link.problem is not None
        assert (link.problem.code, link.problem.detail, link.pending) == ("our_error", "undecided", ())
        assert await _reasons(at, 1) == ["handling_failed"]


async def test_an_answer_that_cannot_be_decided_at_all_is_parked_once(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what comes behind it is decided."""

    def stumbles(table: Any, given: Any, *more: Any) -> Any:
        if isinstance(given, Outcome):
            raise TypeError("a bug")
        return decide(table, given, *more)

    monkeypatch.setattr(streams.worker.batch, "decide", stumbles)
    async with desk(bootstrap, prefix) as at:
        await _open(at, WRITING)

        assert await at.take(await at.write(_outcome(), OUTCOMES))
        assert await at.take(await at.write(client_event()))

        assert await _reasons(at, 1) == ["handling_failed"]


async def test_counting_wrong_is_no_reason_to_decide_again(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the log is decided, whatever metrics and traces make of it."""

    def stumbles(*_: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr(streams.worker.deciding, "count_decision", stumbles)
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        event = client_event()

        assert await at.take(await at.write(event))

        assert _link(at, event["subject"]) is not None


async def test_an_input_of_a_stopped_partition_is_not_acknowledged(bootstrap: str, prefix: str) -> None:
    """Nor parked: it comes again, when the log can be read."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        partition = at.table.partition(0)
        (record,) = records_of(decision(client_row("c-7")), cause(0), partition.end, {})
        newer = orjson.loads(encode(record, 0))
        newer["data"]["schema"] = 2
        await at.producer.send_and_wait(prefix + LOG, orjson.dumps(newer), key=record.row.key.encode())
        message = await at.write(client_event())

        assert not await at.take(message)
        assert not await at.take(message)

        assert at.engine.stopped == {0}
        await _reasons(at, 0)


@pytest.mark.parametrize("detail", ["\ud800", "x"])
async def test_a_letter_is_written_whatever_it_says(bootstrap: str, prefix: str, detail: str) -> None:
    """What a header can't hold is spelled out, and never in the way."""
    async with desk(bootstrap, prefix) as at:
        await at.dead_letters.park(b"x", key=None, reason="not_json", source="s", detail=detail)

        assert await _reasons(at, 1) == ["not_json"]


class _Broken:
    kind = "not_done"


async def test_an_answer_that_nobody_could_read_back_is_not_told(bootstrap: str, prefix: str) -> None:
    """Nor one larger than the topic takes: who asked is told that it is so."""
    not_read_back = replace(NotDone(), kind="none_such")  # type: ignore[arg-type]
    at, values = datetime.now(UTC), {Field.EMAIL: "x" * 1000}
    one = Customer(customer_id=CustomerId("58"), sync_token=1, values=values, created_at=at, updated_at=at)
    too_large = CustomersListed(customers=(one,) * 2000)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        writer = OutcomeWriter(producer, prefix)
        for result in (_Broken(), not_read_back, too_large):
            with pytest.raises(UnwritableOutcomeError):
                async with asyncio.timeout(5):
                    await writer.report(FIRM, RowKey("k"), EffectId("e"), result, RealmId("91"), None)  # type: ignore[arg-type]
