"""Tells the engine what came of an effect."""

import asyncio
from datetime import UTC, datetime

from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.outcomes import Result
from domain.ports import KafkaAwayError
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.wire.outcome_events import outcome_event
from streams.wire.topics import OUTCOMES
from streams.wire.traces import Place

AGAIN_SECONDS = 1.0


class OutcomeWriter:
    """The port `Outcomes`: writes them to their topic, keyed by the firm."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + OUTCOMES

    async def report(
        self, firm: FirmId, key: RowKey, effect: EffectId, result: Result, realm: RealmId, place: Place
    ) -> None:
        """Write an outcome; see the port.

        The effect stays pending until then, so whoever takes over after a crash asks again under the same id.

        Raises:
            UnwritableOutcomeError: it can't be told.
        """
        value = outcome_event(firm, key, effect, result, realm=realm, place=place, at=datetime.now(UTC))
        while True:
            try:
                await self._producer.send(self._topic, value, firm.encode())
            except KafkaAwayError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return
