"""What came of an effect, as an event: written by who carried it out, and looked at by who takes a partition over."""

from datetime import datetime

import orjson

from domain.ids import OURSELVES, EffectId, FirmId, RealmId, RowKey
from domain.outcomes import Result
from streams.wire.inputs import OUTCOME, result_in
from streams.wire.topics import MAX_VALUE_BYTES
from streams.wire.traces import TRACEPARENT, Place


class UnwritableOutcomeError(Exception):
    """An answer that nobody could read back, or larger than the topic takes: nothing of it was written."""


def outcome_event(
    firm: FirmId,
    key: RowKey,
    effect: EffectId,
    result: Result,
    *,
    realm: RealmId,
    place: Place,
    at: datetime,
) -> bytes:
    """Write an outcome as a CloudEvent.

    Raises:
        UnwritableOutcomeError: it can't be told.
    """
    event = {
        "specversion": "1.0",
        "id": f"{effect}-{result.kind}",
        "source": "/client-sync/lanes",
        "type": OUTCOME,
        "subject": key,
        "time": at,
        "datacontenttype": "application/json",
        "firmid": firm,
        "actor": OURSELVES,
        "cause": effect,
        TRACEPARENT: str(place),
        "data": {"effect_id": effect, "key": key, "result": result, "realm_id": realm},
    }
    try:
        value = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
        # What can't be read back would be parked, and its effect wait for an answer that nobody takes.
        result_in(orjson.loads(value)["data"]["result"])
    except Exception as wrong:
        raise UnwritableOutcomeError(f"a {result.kind} can't be told") from wrong
    if len(value) > MAX_VALUE_BYTES:
        raise UnwritableOutcomeError(f"it weighs {len(value)} bytes, and {MAX_VALUE_BYTES} are taken")
    return value


def answer_in(value: bytes | None) -> tuple[RowKey, EffectId] | None:
    """Say which effect of which row an outcome answers. None: it tells of a delay, or is no outcome of ours."""
    try:
        data = orjson.loads(value or b"")["data"]
        if data["result"]["kind"] == "deferred":
            return None
        return RowKey(str(data["key"])), EffectId(str(data["effect_id"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None  # whoever comes to it says so in the dead letters
