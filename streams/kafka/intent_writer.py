"""Writes what people ask for to `sync.intents`, as CloudEvents."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from domain.ids import ALL_FIRMS, all_key
from domain.inputs import Intent
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.wire.inputs import INTENTS as KINDS
from streams.wire.topics import INTENTS

_KIND_OF: Mapping[type[Intent], str] = {shape: kind for kind, shape in KINDS.items()}


class IntentWriter:
    """The port `Intents`."""

    def __init__(self, producer: AcknowledgedProducer, prefix: str = "") -> None:
        self._producer = producer
        self._topic = prefix + INTENTS

    async def submit(self, intent: Intent, actor: str, asked_at: datetime, batch: str | None = None) -> None:
        """Write an intent; returns once Kafka has acknowledged it. `actor`: `user:ID`; `batch`: with what else it is asked for.

        `asked_at`: when its person asked first; a later time under the same id would let it be carried out twice, unless
        it names the version of its link (ADR 37).
        What goes for all firms is written to each partition. If that ends half-way, asking again under the same id is
        right: where it is decided already it is skipped.

        Raises:
            KafkaAwayError: it did not in time.
        """
        event = intent_event(intent, actor, asked_at, batch)
        if intent.firm_id != ALL_FIRMS:
            await self._producer.send(self._topic, event, intent.firm_id.encode())
            return
        for partition in sorted(await self._producer.partitions(self._topic)):
            key = all_key(partition).encode()
            await self._producer.send(self._topic, event, key, partition=partition)


def intent_event(intent: Intent, actor: str, asked_at: datetime, batch: str | None = None) -> bytes:
    """Write an intent as a CloudEvent; what it asks for stands in `data` under the names of `domain.inputs`."""
    named_in_event = {"firm_id", "intent_id"}
    data: dict[str, Any] = {
        field.name: getattr(intent, field.name)
        for field in fields(intent)
        if field.name not in named_in_event
    }
    event = {
        "specversion": "1.0",
        "id": intent.intent_id,
        "source": "/client-sync/gateway",
        "type": f"sync.intent.{_KIND_OF[type(intent)]}.v1",
        "datacontenttype": "application/json",
        "time": asked_at,
        "firmid": intent.firm_id,
        "actor": actor,
        **({"batch": batch} if batch is not None else {}),
        "data": data,
    }
    return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
