"""A row comes back out of the log as it went in, whatever kind it is."""

from datetime import UTC, datetime

import orjson
import pytest

from domain.decision import Decision, Verdict
from domain.effects import CreateClient, CreateCustomer, FindHolder, ListCustomers, ReadCustomer
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, Connection, FirmRow, Paused
from domain.ids import (
    ALL_FIRMS,
    ClientId,
    CustomerId,
    EffectId,
    EngineVersion,
    FirmId,
    IntentId,
    RealmId,
)
from domain.inputs import Cause
from domain.intent_memory import IntentMemory
from domain.outcomes import Holder
from domain.problem import Problem
from domain.rows import CustomerRow, LinkRow, Row
from streams.wire.records import decode, encode, records_of

FIRM = FirmId("f-1")
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
CAUSE = Cause(
    topic="sync.intents",
    partition=3,
    offset=9,
    id="i-1",
    at=NOW,
    actor="user:lee",
    said_at=NOW,
    reason="INC-42",
)
MEMORY = IntentMemory().with_intent(IntentId("i-1"), NOW, NOW)
PAUSED = Paused(since=NOW, by="user:lee", reason="QuickBooks is being looked at")
TAKEN = Problem(
    id="q-1",
    code="display_name_taken",
    since=NOW,
    resume="creating",
    taken="Fiona Gallagher",
    holders=(Holder(name="Fiona Gallagher", kind="vendor", id="7"),),
    free=("Fiona Grace Gallagher",),
)
NEW_CLIENT = CreateClient(
    id=EffectId("e-1"),
    customer_id=CustomerId("58"),
    client_type="individual",
    values={Field.DISPLAY_NAME: "Fiona Gallagher"},
    asked_by="rule",
    planned_at=NOW,
)
NEW_CUSTOMER = CreateCustomer(id=EffectId("e-2"), values=NEW_CLIENT.values, asked_by="rule", planned_at=NOW)
ROWS: tuple[Row, ...] = (
    AllFirmsRow(partition=3, version=2, paused=PAUSED, asked=MEMORY),
    FirmRow(
        firm_id=FIRM,
        paused=PAUSED,
        asked=MEMORY.with_undated([IntentId("i-2")], NOW),
        connection=Connection(realm_id=RealmId("91"), connected_at=NOW, asleep_since=NOW, back=True),
        pending=(ListCustomers(id=EffectId("e-3"), since=NOW, not_before=NOW),),
    ),
    LinkRow(
        firm_id=FIRM,
        client_id=ClientId("c-1"),
        problem=TAKEN,
        because="INC-42",
        asked=MEMORY,
        pending=(NEW_CUSTOMER, FindHolder(id=EffectId("e-4"), names=("Fiona Gallagher",))),
    ),
    CustomerRow(
        firm_id=FIRM,
        customer_id=CustomerId("58"),
        arrival="open",
        pending=(ReadCustomer(id=EffectId("e-5"), customer_id=CustomerId("58")), NEW_CLIENT),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_a_row_is_read_as_it_was_written(row: Row) -> None:
    """With its pending work, its question and its pause."""
    (record,) = records_of(Decision(verdict=Verdict.APPLIED, code="match", rows=(row,)), CAUSE, 5, {})

    assert decode(orjson.loads(encode(record, 3))) == record


def test_the_row_of_all_firms_says_that_it_is_of_all() -> None:
    """Its key names the partition that it goes for."""
    (record,) = records_of(Decision(verdict=Verdict.APPLIED, code="pause", rows=(ROWS[0],)), CAUSE, 5, {})
    event = orjson.loads(encode(record, 3))

    assert (event["subject"], event["firmid"]) == ("all/3", ALL_FIRMS)


@pytest.mark.parametrize("row", ROWS[:3], ids=lambda row: row.kind)
def test_a_record_of_before_reasons_and_times_of_intents_is_read(row: Row) -> None:
    """It lacks what was added since, and its row remembers a list of ids."""
    (record,) = records_of(Decision(verdict=Verdict.APPLIED, code="match", rows=(row,)), CAUSE, 5, {})
    event = orjson.loads(encode(record, 3))
    older = event["data"]
    for part, names in ((older["row"], ("asked", "because")), (older["input"], ("said_at", "reason"))):
        for name in names:
            part.pop(name, None)
    older["row"]["intents"] = ["i-1"]

    read = decode(orjson.loads(orjson.dumps(event)))

    assert isinstance(read.row, AllFirmsRow | FirmRow | LinkRow)
    assert (read.row.intents, read.row.asked) == ((IntentId("i-1"),), None)
    assert read.input is not None
    assert (read.input.said_at, read.input.reason) == (None, None)


@pytest.mark.parametrize("told", ["1.4.0", "v2026.11-rc.1+g0a1b2c3", "a" * 40])
def test_a_record_says_which_version_decided(told: str) -> None:
    """Each row of the decision does."""
    decision = Decision(verdict=Verdict.APPLIED, code="match", rows=ROWS[2:])

    records = records_of(decision, CAUSE, 5, {}, EngineVersion(told))

    assert [decode(orjson.loads(encode(each, 3))).engine for each in records] == [told, told]


@pytest.mark.parametrize("told", [None, "", "a" * 41, "1.4.0\n", "-1", "1.4 beta", "\u0000"])
def test_what_can_be_no_version_is_nobodys(told: str | None) -> None:
    """The record is read all the same: no row depends on it, so it stops no partition."""
    (record,) = records_of(Decision(verdict=Verdict.APPLIED, code="match", rows=(ROWS[2],)), CAUSE, 5, {})
    event = orjson.loads(encode(record, 3))
    event["data"]["engine"] = told
    without = {**event, "data": {name: event["data"][name] for name in event["data"] if name != "engine"}}

    assert decode(event) == decode(without) == record
    assert record.engine is None
