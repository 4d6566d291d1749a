"""Reads what lies on the four input topics into what `decide` takes, or says why it can't be read.

The reasons are for people: an operator sees them in the list of dead letters, a producer in the linter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from aiokafka.partitioner import murmur2
from pydantic import Discriminator, ValidationError

from domain import inputs
from domain.bounds import (
    BATCH,
    CLOCKS_DIFFER,
    FIRM,
    ID,
    KEY,
    LATEST,
    MOST_DEPTH,
    MOST_IN_A_READ_TEXT,
    PERSON,
    REALM,
    Bound,
    moment,
    too_deep,
)
from domain.codes import ParkedCode
from domain.ids import ALL_FIRMS, EffectId, FirmId, RealmId, RowKey, is_row_of
from domain.inputs import Cause, ClientObserved, CustomerNotified, Input, Outcome
from domain.outcomes import Result
from domain.reasons import cleaned
from domain.snapshots import Client
from streams.wire import topics
from streams.wire.bounded import COMING_IN, Bounds, reader
from streams.wire.complaints import complaints, names_an_id
from streams.wire.traces import TRACEPARENT, place_named

MOST_BYTES = 1024 * 1024
"""The largest value that an input may have: 1 MiB."""

ReadClient = Callable[[Mapping[str, object], datetime], Client]
"""Reads a client from Canopy's JSON; raises ValueError with a sentence that says what was expected."""

INTENTS: Mapping[str, type[inputs.Intent]] = {
    "match": inputs.Match,
    "unmatch": inputs.Unmatch,
    "restore": inputs.Restore,
    "create": inputs.Create,
    "push": inputs.Push,
    "take-theirs": inputs.TakeTheirs,
    "leave-both": inputs.LeaveBoth,
    "undo-leave-both": inputs.UndoLeaveBoth,
    "retry": inputs.Retry,
    "answer": inputs.Answer,
    "undo-answer": inputs.UndoAnswer,
    "put-back": inputs.PutBack,
    "erase": inputs.Erase,
    "create-client": inputs.AddClient,
    "undo-create-client": inputs.UndoAddClient,
    "settings": inputs.ChangeSettings,
    "release-held": inputs.ReleaseHeld,
    "connect": inputs.Connect,
    "disconnect": inputs.Disconnect,
    "pause": inputs.Pause,
    "resume": inputs.Resume,
}
GO_FOR_ALL = frozenset({"sync.intent.pause.v1", "sync.intent.resume.v1"})
"""What may be asked for all firms at once: one to each partition, since each has an owner of its own."""
NOTIFIED = "qbo.customer.notified.v1"
OUTCOME = "sync.outcome.v1"
INTENT = "sync.intent."
_NEWER = re.compile(r"(?P<name>.+)\.v(?P<version>[2-9]|[1-9][0-9]{1,3})")

Happened = Literal["created", "edited", "archived", "restored", "deleted"]
HAPPENED: Mapping[str, Happened] = {
    "created": "created",
    "edited": "edited",
    "archived": "archived",
    "restored": "restored",
    "deleted": "deleted",
}
COMES_BY: Mapping[str, str] = {
    **{f"canopy.client.{happened}.v1": topics.CLIENT_EVENTS for happened in HAPPENED},
    NOTIFIED: topics.NOTIFICATIONS,
    **{f"{INTENT}{kind}.v1": topics.INTENTS for kind in INTENTS},
    OUTCOME: topics.OUTCOMES,
}
"""Each type that is read, and the topic by which alone it comes: who may write to one topic may not speak for another."""
RESULT = Annotated[Result, Discriminator("kind")]
WHAT_WAS_READ = Bounds(texts=MOST_IN_A_READ_TEXT)
"""Of outcomes: QuickBooks' texts may be longer than Canopy's."""

_INTENT_READERS = {kind: reader(shape, COMING_IN) for kind, shape in INTENTS.items()}
_NOTIFIED = reader(CustomerNotified, COMING_IN)
_RESULT = reader(RESULT, WHAT_WAS_READ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One record of an input topic, as Kafka holds it. `at`: Kafka's stamp. `trace`: its header `traceparent`."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    at: datetime
    trace: str | None = None


class UnreadableInputError(Exception):
    """`reason` is a code; `detail` a sentence that says what was expected, without any value of a client's."""

    def __init__(self, reason: ParkedCode, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: ParkedCode = reason
        self.detail = detail


def partition_of(firm: str, partitions: int) -> int:
    """Say where a firm's records lie: Kafka's default partitioner, murmur2 of the key, as in Java."""
    return (int(murmur2(firm.encode())) & 0x7FFFFFFF) % partitions


def read_input(message: Message, partitions: int, read_client: ReadClient) -> tuple[Input, Cause]:
    """Read one input.

    Raises:
        UnreadableInputError: it can't be read, lies where it must not, or has something in it that is out of bounds.
    """
    event = _event(message.value)
    firm = _firm(event)
    kind = _text(event, "type")
    _check_place(kind, firm, message, partitions)
    _check_topic(kind, message.topic)
    cause = Cause(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        id=_bounded("id", _text(event, "id"), ID),
        at=message.at,
        actor=_actor(event, kind),
        cause=_bounded_if_there(event, "cause", ID),
        trace=_trace(event, message),
    )
    given = _given(event, kind, firm, message.at + CLOCKS_DIFFER, read_client)
    if isinstance(given, inputs.Intent):
        cause = replace(
            cause,
            said_at=_time(event, message.at + CLOCKS_DIFFER),
            reason=_reason(given),
            batch=_bounded_if_there(event, "batch", BATCH),
        )
    return given, cause


def _firm(event: Mapping[str, Any]) -> FirmId:
    firm = _text(event, "firmid")
    return FirmId(firm) if firm == ALL_FIRMS else FirmId(_bounded("firm_id", firm, FIRM))


def _actor(event: Mapping[str, Any], kind: str) -> str | None:
    """Read who did it. What is asked for has a person behind it: the timeline says who, and believes it."""
    actor = _bounded_if_there(event, "actor", ID)
    if kind.startswith(INTENT) and (actor is None or not PERSON.holds(actor)):
        raise UnreadableInputError("bad_actor", f"actor: expected who asks for it, as {PERSON.expected}")
    return actor


def _trace(event: Mapping[str, Any], message: Message) -> str | None:
    place = place_named(event.get(TRACEPARENT)) or place_named(message.trace)
    return str(place) if place is not None else None


def _check_place(kind: str, firm: FirmId, message: Message, partitions: int) -> None:
    if firm == ALL_FIRMS:
        if kind not in GO_FOR_ALL:
            raise UnreadableInputError(
                "not_for_all_firms",
                f'firmid "{ALL_FIRMS}": only requests can be paused and resumed for all firms',
            )
        return
    if message.key is not None and message.key != firm.encode():
        raise UnreadableInputError("wrong_key", "firmid: expected the firm that the record's key names")
    expected, partition = partition_of(firm, partitions), message.partition
    if expected != partition:
        raise UnreadableInputError(
            "wrong_partition",
            f"the firm's records lie in partition {expected}, this one in {partition}; key the record with the "
            "firm's id and partition by murmur2 (kcat and librdkafka: -X topic.partitioner=murmur2_random)",
        )


def _check_topic(kind: str, topic: str) -> None:
    expected = COMES_BY.get(kind)
    # By its end, since sets of topics that share a cluster are told apart by what their names begin with.
    if expected is not None and not topic.endswith(expected):
        raise UnreadableInputError("wrong_topic", f"{kind} is read from the topic {expected} only")


def _event(value: bytes | None) -> dict[str, Any]:
    if value is None:
        raise UnreadableInputError(
            "null_value", "expected a CloudEvent in JSON, got a record without a value"
        )
    if len(value) > MOST_BYTES:
        raise UnreadableInputError("too_large", f"expected at most 1 MiB, got {len(value)} bytes")
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError as wrong:
        raise UnreadableInputError("not_json", f"expected a CloudEvent in JSON: {wrong.msg}") from None
    if too_deep(event):
        raise UnreadableInputError("too_deep", f"expected JSON of at most {MOST_DEPTH} levels")
    if not isinstance(event, dict):
        raise UnreadableInputError("not_a_cloudevent", "expected a JSON object")
    if event.get("specversion") != "1.0":
        raise UnreadableInputError(
            "not_a_cloudevent", 'specversion: expected "1.0" (CloudEvents, structured mode)'
        )
    return event


def _given(
    event: Mapping[str, Any], kind: str, firm: FirmId, latest: datetime, read_client: ReadClient
) -> Input:
    newer = _NEWER.fullmatch(kind)
    if newer is not None and f"{newer['name']}.v1" in COMES_BY:
        raise UnreadableInputError(
            "newer_schema",
            f"{newer['name']} is known up to version 1, this is version {newer['version']}: update the workers",
        )
    data = event.get("data")
    if kind not in COMES_BY:
        raise UnreadableInputError("unknown_type", "its type is none that is read from this topic")
    if not isinstance(data, dict):
        raise UnreadableInputError("bad_data", "data: expected an object")
    name = kind.removesuffix(".v1")
    if name.startswith("canopy.client."):
        happened = HAPPENED[name.removeprefix("canopy.client.")]
        return _client_event(event, happened, data, firm, latest, read_client)
    if name.startswith(INTENT):
        read = _INTENT_READERS[name.removeprefix(INTENT)]
        intent: inputs.Intent = _read(read, {**data, "firm_id": firm, "intent_id": event["id"]}, latest)
        return _with_clean_reason(intent)
    if kind == NOTIFIED:
        notified: CustomerNotified = _read(_NOTIFIED, {**data, "firm_id": firm}, latest)
        return notified
    return _outcome(data, firm)


def _outcome(data: Mapping[str, Any], firm: FirmId) -> Outcome:
    """Read what came of an effect. Its times are not compared with the stamp: its writer has done that with another clock."""
    key, realm = _text(data, "key", "bad_data"), _bounded_if_there(data, "realm_id", REALM, "bad_data")
    if not is_row_of(key, firm):
        raise UnreadableInputError("bad_data", "key: expected a row of the event's firm")
    result = result_in(data.get("result"))
    return Outcome(
        firm_id=firm,
        effect_id=EffectId(_bounded("effect_id", _text(data, "effect_id", "bad_data"), ID)),
        key=RowKey(_bounded("key", key, KEY)),
        result=result,
        realm_id=RealmId(realm) if realm else None,
    )


def result_in(data: object) -> Result:
    """Read what came of an effect.

    Raises:
        UnreadableInputError: it can't be.
    """
    result: Result = _read(_RESULT, data)
    return result


def _client_event(
    event: Mapping[str, Any],
    happened: Happened,
    data: Mapping[str, object],
    firm: FirmId,
    latest: datetime,
    read_client: ReadClient,
) -> ClientObserved:
    changed_at = _time(event, latest)
    toggle = data.get("sync_client")
    if toggle is not None and not isinstance(toggle, bool):
        raise UnreadableInputError("bad_client", "sync_client: expected true, false or nothing")
    try:
        client = read_client(data, changed_at)
    except ValueError as wrong:
        raise UnreadableInputError("bad_client", str(wrong)) from None
    if happened in ("archived", "deleted"):
        client = replace(client, presence=happened)
    return ClientObserved(firm_id=firm, client=client, happened=happened, sync_client=toggle)


def _time(event: Mapping[str, Any], latest: datetime) -> datetime:
    try:
        return moment(_text(event, "time", "bad_time"), latest)
    except ValueError as wrong:
        raise UnreadableInputError("bad_time", f"time: {wrong}") from None


def _reason(intent: inputs.Intent) -> str | None:
    return intent.reason if isinstance(intent, inputs.WithReason) else None


def _with_clean_reason(intent: inputs.Intent) -> inputs.Intent:
    if not isinstance(intent, inputs.WithReason):
        return intent
    return replace(intent, reason=cleaned(intent.reason))


def _read(read: Callable[..., Any], data: object, latest: datetime = LATEST) -> Any:
    try:
        return read(data, context={"latest": latest})
    except ValidationError as wrong:
        raise UnreadableInputError(
            "bad_id" if names_an_id(wrong) else "bad_data", complaints(wrong)
        ) from None


def _text(event: Mapping[str, Any], name: str, reason: ParkedCode = "not_a_cloudevent") -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableInputError(reason, f"{name}: expected a text that is not empty")
    return value


def _bounded(name: str, text: str, bound: Bound, reason: ParkedCode = "bad_id") -> str:
    if not bound.holds(text):
        raise UnreadableInputError(reason, f"{name}: expected {bound.expected}")
    return text


def _bounded_if_there(
    event: Mapping[str, Any], name: str, bound: Bound, reason: ParkedCode = "bad_id"
) -> str | None:
    value = event.get(name)
    return _bounded(name, value, bound, reason) if isinstance(value, str) and value else None
