"""Tells the engine what came of an effect."""

import asyncio
from datetime import UTC, datetime

import orjson

from domain.ids import OURSELVES, EffectId, FirmId, RealmId, RowKey
from domain.outcomes import Result
from domain.ports import KafkaAwayError
from streams.acknowledged_producer import AcknowledgedProducer
from streams.inputs import OUTCOME
from streams.topics import OUTCOMES
from streams.traces import TRACEPARENT, Place

AGAIN_SECONDS = 1.0


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
        value = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
        while True:
            try:
                await self._producer.send(self._topic, value, firm.encode())
            except KafkaAwayError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return
