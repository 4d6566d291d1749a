"""Tells the engine what came of an effect."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from domain.ids import OURSELVES, EffectId, FirmId, RealmId, RowKey
from domain.outcomes import Result
from domain.ports import KafkaAwayError
from streams.acknowledged_producer import AcknowledgedProducer
from streams.inputs import OUTCOME, result_in
from streams.topics import MAX_VALUE_BYTES, OUTCOMES
from streams.traces import TRACEPARENT, Place

AGAIN_SECONDS = 1.0


class UnwritableOutcomeError(Exception):
    """An answer that nobody could read back, or larger than the topic takes: nothing of it was written."""


class OutcomeWriter:
    """Writes outcomes to their topic, keyed by the firm."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + OUTCOMES

    async def report(
        self, firm: FirmId, key: RowKey, effect: EffectId, result: Result, realm: RealmId, place: Place
    ) -> None:
        """Write an outcome; returns once Kafka has it, however long that takes.

        `realm`: the company that was asked. `place`: of the effect, in its trace.

        The effect stays pending until then, so whoever takes over after a crash asks again under the same id.

        Raises:
            UnwritableOutcomeError: it can't be told.
        """
        event = {
            "specversion": "1.0",
            "id": f"{effect}-{result.kind}",
            "source": "/client-sync/lanes",
            "type": OUTCOME,
            "subject": key,
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
            "firmid": firm,
            "actor": OURSELVES,
            "cause": effect,
            TRACEPARENT: str(place),
            "data": {"effect_id": effect, "key": key, "result": result, "realm_id": realm},
        }
        value = _written(event)
        while True:
            try:
                await self._producer.send(self._topic, value, firm.encode())
            except KafkaAwayError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return


def _written(event: Mapping[str, Any]) -> bytes:
    try:
        value = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
        # What can't be read back would be parked, and its effect wait for an answer that nobody takes.
        result_in(orjson.loads(value)["data"]["result"])
    except Exception as wrong:
        raise UnwritableOutcomeError(f"a {event['data']['result'].kind} can't be told") from wrong
    if len(value) > MAX_VALUE_BYTES:
        raise UnwritableOutcomeError(f"it weighs {len(value)} bytes, and {MAX_VALUE_BYTES} are taken")
    return value
