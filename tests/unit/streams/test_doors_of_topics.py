"""Whatever lies on an input topic is read within the bounds, or parked with a reason; nothing else comes of it."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.canopy.mapping import client_of
from deploy.contracts.examples import examples
from deploy.contracts.messages import kinds
from domain.bounds import FIRM
from domain.ids import ALL_FIRMS
from domain.inputs import Cause, Input
from streams.wire.inputs import COMES_BY, Message, UnreadableInputError, partition_of, read_input
from streams.wire.topics import CLIENT_EVENTS, INPUTS, INTENTS, NOTIFICATIONS, OUTCOMES
from tests import hostile

EXAMPLES = examples()
KINDS = [kind for kind in kinds() if kind.topic in INPUTS]
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CUSTOMER = {
    "customer_id": "58",
    "sync_token": 3,
    "values": {"display_name": "Fiona", "address": {"city": "Chicago"}},
    "created_at": "2026-11-23T10:00:00Z",
    "updated_at": "2026-11-23T10:00:00Z",
    "address_id": "94",
}
CLIENT = {
    "client_id": "c-1001",
    "version": 4,
    "type": "individual",
    "values": {"display_name": "Fiona"},
    "changed_at": "2026-11-23T10:00:00Z",
}
RESULTS: tuple[dict[str, Any], ...] = (
    {"kind": "customer_saved", "customer": CUSTOMER},
    {"kind": "client_saved", "client": CLIENT},
    {"kind": "customers_listed", "customers": [CUSTOMER, CUSTOMER], "cursor": "101"},
    {"kind": "clients_listed", "clients": [CLIENT], "cursor": "c-1001"},
    {
        "kind": "holders_found",
        "holders": [{"name": "Fiona", "kind": "vendor", "id": "7"}],
        "unknown": ["Zoë"],
    },
    {"kind": "rejected", "code": "6000", "fields": ["email"]},
    {"kind": "customer_gone", "customer_id": "58"},
    {"kind": "deferred", "until": "2026-11-23T11:00:00Z", "why": "throttled"},
)


def reading(event: object, topic: str, *, key: bytes | None = None, firm: str = "f-1") -> tuple[Input, Cause]:
    """Read what lies where the firm f-1 does."""
    return read_input(
        Message(
            topic=topic,
            partition=partition_of(firm, 8),
            offset=7,
            key=key,
            value=orjson.dumps(event),
            at=NOW,
        ),
        8,
        client_of,
    )


def take(event: Any, topic: str) -> None:
    """Read an event where its firm's lie, and see that what was read can be written and worked with; or that it is refused."""
    firm = event["firmid"] if isinstance(event.get("firmid"), str) else "f-1"
    try:
        value = orjson.dumps(event)
    except TypeError:  # beyond 64 bits: as others may write it
        value = repr_of(event)
    message = Message(topic=topic, partition=partition_of(firm, 8), offset=7, key=None, value=value, at=NOW)
    with suppress(UnreadableInputError):
        given_, cause = read_input(message, 8, client_of)
        assert given_.firm_id == ALL_FIRMS or FIRM.holds(given_.firm_id)
        assert hostile.within_bounds(given_)
        assert hostile.within_bounds(cause)
        assert orjson.dumps((given_, cause), option=orjson.OPT_NON_STR_KEYS)


def repr_of(event: Any) -> bytes:
    """Write JSON without an end to its numbers."""
    return json.dumps(event).encode()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
@given(data=st.data())
def test_a_spoilt_event_is_read_within_the_bounds_or_parked(kind: Any, data: st.DataObject) -> None:
    """Of every type, with anything in any of its places."""
    take(data.draw(hostile.spoilt(EXAMPLES[kind.type])), kind.topic)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_each_place_of_an_event_has_its_bounds(kind: Any) -> None:
    """One odd value at a time."""
    for event in hostile.each_spoilt(EXAMPLES[kind.type]):
        take(event, kind.topic)


@pytest.mark.parametrize("prefix", ["", "other-set."])
@pytest.mark.parametrize("topic", INPUTS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_each_type_is_read_from_its_own_topic_only(kind: Any, topic: str, prefix: str) -> None:
    """Who may write events of clients can ask for nothing in a person's name, nor answer for QuickBooks."""
    event = EXAMPLES[kind.type]
    if topic == kind.topic:
        reading(event, prefix + topic, firm=event["firmid"])
        return

    with pytest.raises(UnreadableInputError) as refused:
        reading(event, prefix + topic, firm=event["firmid"])

    assert refused.value.reason == "wrong_topic"
    assert refused.value.detail == f"{kind.type} is read from the topic {kind.topic} only"


def test_each_type_has_a_topic() -> None:
    """All that the contract names, and by each topic something comes."""
    assert {kind.type: kind.topic for kind in KINDS} == dict(COMES_BY)
    assert set(COMES_BY.values()) == set(INPUTS)


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result["kind"])
def test_each_place_of_an_outcome_has_its_bounds(result: dict[str, Any]) -> None:
    """One odd value at a time."""
    for event in hostile.each_spoilt(outcome(result)):
        take(event, OUTCOMES)


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result["kind"])
@given(data=st.data())
def test_a_spoilt_outcome_is_read_within_the_bounds_or_parked(
    result: dict[str, Any], data: st.DataObject
) -> None:
    """One that the engine could not write again would stop the worker for all firms."""
    event = outcome(result)
    reading(event, OUTCOMES)

    take(data.draw(hostile.spoilt(event)), OUTCOMES)


def outcome(result: dict[str, Any], **changes: object) -> dict[str, Any]:
    """An outcome of an effect of c-1001."""
    data = {"effect_id": "e-1", "key": "link/f-1/c-1001", "result": result, "realm_id": "91"}
    head = {"specversion": "1.0", "id": "o-1", "type": "sync.outcome.v1", "firmid": "f-1"}
    return head | {"data": data | changes}


@pytest.mark.parametrize("token", ["9" * 40, 10**22, 2**63, -1, 3.0, True, "3"])
def test_a_sync_token_that_cannot_be_is_parked(token: object) -> None:
    """As a text of 40 digits it was taken for a number that no record could hold."""
    value = repr_of(outcome({"kind": "customer_saved", "customer": CUSTOMER | {"sync_token": token}}))
    message = Message(
        topic=OUTCOMES, partition=partition_of("f-1", 8), offset=7, key=None, value=value, at=NOW
    )

    with pytest.raises(UnreadableInputError) as refused:
        read_input(message, 8, client_of)

    assert refused.value.reason == "bad_data"
    assert "sync_token: expected a whole number" in refused.value.detail


@pytest.mark.parametrize(
    "key", ["link/f-2/c-1", "customer/f-2/58", "firm/f-2", "link/f-10/c-1", "x", "all/3"]
)
def test_an_outcome_is_of_its_own_firm(key: str) -> None:
    """A row of another firm is none of its business."""
    with pytest.raises(UnreadableInputError, match="key: expected a row of the event's firm"):
        reading(outcome({"kind": "name_taken"}, key=key), OUTCOMES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_a_record_whose_key_names_another_firm_is_parked(kind: Any) -> None:
    """Whatever it tells, asks for or answers; also where it lies in the partition of the firm that it speaks of."""
    event = EXAMPLES[kind.type]
    firm = event["firmid"]

    reading(event, kind.topic, key=firm.encode(), firm=firm)
    reading(event, kind.topic, firm=firm)
    with pytest.raises(UnreadableInputError) as refused:
        reading(event, kind.topic, key=b"f-2", firm=firm)

    assert refused.value.reason == "wrong_key"


@pytest.mark.parametrize("actor", [None, "", "dana", "user:", "system:client-sync", "system:quickbooks", 7])
@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.topic == INTENTS], ids=lambda kind: kind.type
)
def test_what_is_asked_for_has_a_person_behind_it(kind: Any, actor: object) -> None:
    """The timeline says who it was, and nobody can ask in the name of the engine."""
    with pytest.raises(UnreadableInputError) as refused:
        reading(EXAMPLES[kind.type] | {"actor": actor}, INTENTS)

    assert refused.value.reason == "bad_actor"


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k.topic in {CLIENT_EVENTS, NOTIFICATIONS}], ids=lambda k: k.type
)
def test_nothing_has_happened_after_tomorrow(kind: Any) -> None:
    """By Kafka's stamp; and nothing before there was a QuickBooks Online."""
    for when in (NOW + timedelta(days=1, seconds=1), datetime(1999, 12, 31, tzinfo=UTC)):
        event = EXAMPLES[kind.type] | {"time": when.isoformat()}
        event |= {"data": event["data"] | {"time": when.isoformat()}}
        with pytest.raises(
            UnreadableInputError, match="time: expected a time between 2000-01-01 and tomorrow"
        ):
            reading(event, kind.topic)


def test_a_time_without_its_zone_is_parked() -> None:
    """Nobody could say when that was."""
    with pytest.raises(UnreadableInputError, match="time: expected a date and time with its zone"):
        reading(EXAMPLES["canopy.client.edited.v1"] | {"time": "2026-11-23T10:00:00"}, CLIENT_EVENTS)


def test_json_that_is_too_deep_is_parked() -> None:
    """Whoever walked through it would do so by recursion."""
    deep: Any = []
    for _ in range(100):
        deep = [deep]

    with pytest.raises(UnreadableInputError) as refused:
        reading(EXAMPLES["canopy.client.edited.v1"] | {"more": deep}, CLIENT_EVENTS)

    assert refused.value.reason == "too_deep"
