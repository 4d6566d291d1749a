"""Reads what lies on the four input topics into what `decide` takes, or says why it can't be read.

The reasons are for people: an operator sees them in the list of dead letters, a producer in the linter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from aiokafka.partitioner import murmur2
from pydantic import Discriminator, TypeAdapter, ValidationError

from domain import inputs
from domain.fields import Address, Field
from domain.ids import ALL_FIRMS, EffectId, FirmId, RealmId, RowKey
from domain.inputs import Cause, ClientObserved, CustomerNotified, Input, Outcome
from domain.limits import MOST_IN_CANOPY
from domain.outcomes import Result
from domain.reasons import MOST_IN_A_REASON, cleaned
from domain.snapshots import Client
from streams.complaints import complaints
from streams.long_ids import MOST_IN_AN_ID, long_ids
from streams.traces import TRACEPARENT, place_named

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
    "retry": inputs.Retry,
    "answer": inputs.Answer,
    "put-back": inputs.PutBack,
    "create-client": inputs.AddClient,
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
_NEWER = re.compile(r"(?P<name>.+)\.v(?P<version>[2-9]|[1-9][0-9]{1,3})")

Happened = Literal["created", "edited", "archived", "restored", "deleted"]
HAPPENED: Mapping[str, Happened] = {
    "created": "created",
    "edited": "edited",
    "archived": "archived",
    "restored": "restored",
    "deleted": "deleted",
}
_INTENT_READERS: Mapping[str, TypeAdapter[inputs.Intent]] = {
    kind: TypeAdapter(shape) for kind, shape in INTENTS.items()
}
_NOTIFIED: TypeAdapter[CustomerNotified] = TypeAdapter(CustomerNotified)
_RESULT: TypeAdapter[Result] = TypeAdapter(Annotated[Result, Discriminator("kind")])
_TIME: TypeAdapter[datetime] = TypeAdapter(datetime)


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

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def partition_of(firm: str, partitions: int) -> int:
    """Say where a firm's records lie: Kafka's default partitioner, murmur2 of the key, as in Java."""
    return (int(murmur2(firm.encode())) & 0x7FFFFFFF) % partitions


def read_input(message: Message, partitions: int, read_client: ReadClient) -> tuple[Input, Cause]:
    """Read one input.

    Raises:
        UnreadableInputError: it can't be read, or lies where it must not.
    """
    event = _event(message.value)
    firm = _text(event, "firmid")
    _check_place(event, firm, message.partition, partitions)
    cause = Cause(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        id=_text(event, "id"),
        at=message.at,
        actor=_optional(event, "actor"),
        cause=_optional(event, "cause"),
        trace=_trace(event, message),
    )
    given = _given(event, FirmId(firm), read_client)
    if isinstance(given, inputs.Intent):
        cause = replace(cause, said_at=_time(event), reason=_reason(given))
    if long := long_ids(given, cause):
        expected_length = f"expected at most {MOST_IN_AN_ID} characters"
        raise UnreadableInputError("bad_id", "; ".join(f"{name}: {expected_length}" for name in long))
    return given, cause


def _trace(event: Mapping[str, Any], message: Message) -> str | None:
    place = place_named(event.get(TRACEPARENT)) or place_named(message.trace)
    return str(place) if place is not None else None


def _check_place(event: Mapping[str, Any], firm: str, partition: int, partitions: int) -> None:
    if firm == ALL_FIRMS:
        if event.get("type") not in GO_FOR_ALL:
            raise UnreadableInputError(
                "not_for_all_firms",
                f'firmid "{ALL_FIRMS}": only requests can be paused and resumed for all firms',
            )
        return
    expected = partition_of(firm, partitions)
    if expected != partition:
        raise UnreadableInputError(
            "wrong_partition",
            f"the firm's records lie in partition {expected}, this one in {partition}; key the record with the "
            "firm's id and partition by murmur2 (kcat and librdkafka: -X topic.partitioner=murmur2_random)",
        )


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
    if not isinstance(event, dict):
        raise UnreadableInputError("not_a_cloudevent", "expected a JSON object")
    if event.get("specversion") != "1.0":
        raise UnreadableInputError(
            "not_a_cloudevent", 'specversion: expected "1.0" (CloudEvents, structured mode)'
        )
    return event


def _given(event: Mapping[str, Any], firm: FirmId, read_client: ReadClient) -> Input:
    kind = _text(event, "type")
    newer = _NEWER.fullmatch(kind)
    if newer is not None and _known(f"{newer['name']}.v1"):
        raise UnreadableInputError(
            "newer_schema",
            f"{newer['name']} is known up to version 1, this is version {newer['version']}: update the workers, "
            "then redrive",
        )
    data = event.get("data")
    if not _known(kind):
        raise UnreadableInputError("unknown_type", "its type is none that is read from this topic")
    if not isinstance(data, dict):
        raise UnreadableInputError("bad_data", "data: expected an object")
    name = kind.removesuffix(".v1")
    if name.startswith("canopy.client."):
        return _client_event(event, HAPPENED[name.removeprefix("canopy.client.")], data, firm, read_client)
    if name.startswith("sync.intent."):
        reader = _INTENT_READERS[name.removeprefix("sync.intent.")]
        intent: inputs.Intent = _read(reader, {**data, "firm_id": firm, "intent_id": event["id"]})
        _check_length(intent)
        return _with_clean_reason(intent)
    if kind == NOTIFIED:
        notified: CustomerNotified = _read(_NOTIFIED, {**data, "firm_id": firm})
        return notified
    return Outcome(
        firm_id=firm,
        effect_id=EffectId(_text(data, "effect_id", "bad_data")),
        key=RowKey(_text(data, "key", "bad_data")),
        result=result_in(data.get("result")),
        realm_id=RealmId(realm) if (realm := _optional(data, "realm_id")) else None,
    )


def result_in(data: object) -> Result:
    """Read what came of an effect.

    Raises:
        UnreadableInputError: it can't be.
    """
    result: Result = _read(_RESULT, data)
    return result


def _known(kind: str) -> bool:
    if kind in (NOTIFIED, OUTCOME):
        return True
    found = re.fullmatch(r"(canopy\.client|sync\.intent)\.([a-z-]+)\.v1", kind)
    if found is None:
        return False
    return found[2] in (HAPPENED if found[1] == "canopy.client" else INTENTS)


def _client_event(
    event: Mapping[str, Any],
    happened: Happened,
    data: Mapping[str, object],
    firm: FirmId,
    read_client: ReadClient,
) -> ClientObserved:
    changed_at = _time(event)
    toggle = data.get("sync_client")
    if toggle is not None and not isinstance(toggle, bool):
        raise UnreadableInputError("bad_client", "sync_client: expected true, false or nothing")
    try:
        client = read_client(data, changed_at)
    except ValueError as wrong:
        raise UnreadableInputError("bad_client", str(wrong)) from None
    long = _too_long(client)
    if long:
        raise UnreadableInputError(
            "bad_client",
            "; ".join(f"{field}: expected at most {MOST_IN_CANOPY} characters" for field in long),
        )
    if happened in ("archived", "deleted"):
        client = replace(client, presence=happened)
    return ClientObserved(firm_id=firm, client=client, happened=happened, sync_client=toggle)


def _time(event: Mapping[str, Any]) -> datetime:
    try:
        said = _TIME.validate_python(event.get("time"))
    except ValidationError:
        raise UnreadableInputError(
            "bad_time", "time: expected a date and time as in 2026-01-31T10:00:00Z"
        ) from None
    return said if said.tzinfo is not None else said.replace(tzinfo=UTC)


def _reason(intent: inputs.Intent) -> str | None:
    return intent.reason if isinstance(intent, inputs.WithReason) else None


def _with_clean_reason(intent: inputs.Intent) -> inputs.Intent:
    if not isinstance(intent, inputs.WithReason):
        return intent
    return replace(intent, reason=cleaned(intent.reason))


def _check_length(intent: inputs.Intent) -> None:
    """Refuse what a person can't have meant: a reason or a value is kept in the row, and copied with it."""
    long = [
        part.name
        for part in fields(intent)
        if any(
            isinstance(text, str) and len(text) > _most_in(part.name)
            for text in _texts(getattr(intent, part.name))
        )
    ]
    if long:
        said = "; ".join(f"{name}: expected at most {_most_in(name)} characters" for name in long)
        raise UnreadableInputError("bad_data", said)


def _most_in(part: str) -> int:
    return MOST_IN_A_REASON if part == "reason" else MOST_IN_CANOPY


def _too_long(client: Client) -> list[Field]:
    return [
        field
        for field, value in client.values.items()
        if any(isinstance(text, str) and len(text) > MOST_IN_CANOPY for text in _texts(value))
    ]


def _texts(value: object) -> tuple[object, ...]:
    return astuple(value) if isinstance(value, Address) else (value,)


def _read(reader: TypeAdapter[Any], data: object) -> Any:
    try:
        return reader.validate_python(data)
    except ValidationError as wrong:
        raise UnreadableInputError("bad_data", complaints(wrong)) from None


def _text(event: Mapping[str, Any], name: str, reason: str = "not_a_cloudevent") -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableInputError(reason, f"{name}: expected a text that is not empty")
    return value


def _optional(event: Mapping[str, Any], name: str) -> str | None:
    value = event.get(name)
    return value if isinstance(value, str) and value else None
