"""The input topics, as bytes in their order: what is written stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from adapters.canopy.mapping import client_body
from domain.ids import ALL_FIRMS, all_key
from domain.inputs import ClientObserved, Input
from streams.wire.inputs import Message

PARTITION = 0
"""There is one."""


@dataclass(frozen=True, slots=True)
class Written:
    """One input as it lies in its topic. `given`: what its writer meant. `id`: of its event."""

    given: Input
    message: Message
    id: str


@dataclass(slots=True)
class Topic:
    """One partition of an input topic."""

    name: str
    messages: list[Written] = field(default_factory=list)

    def write(self, given: Input, name: str, value: bytes, at: datetime) -> Written:
        """Append a message; Kafka stamps it, in milliseconds."""
        key = all_key(PARTITION) if given.firm_id == ALL_FIRMS else given.firm_id
        message = Message(
            topic=self.name,
            partition=PARTITION,
            offset=len(self.messages),
            key=key.encode(),
            value=value,
            at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        )
        self.messages.append(Written(given, message, name))
        return self.messages[-1]


def client_event(given: ClientObserved, name: str, actor: str, cause: str | None) -> bytes:
    """Write what happened to a client as Canopy does."""
    client = given.client
    data: Mapping[str, object] = {
        **client_body(client),
        "archived": client.presence == "archived",
        **({} if given.sync_client is None else {"sync_client": given.sync_client}),
    }
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "/canopy",
        "type": f"canopy.client.{given.happened}.v1",
        "subject": client.client_id,
        "time": client.changed_at,
        "datacontenttype": "application/json",
        "firmid": given.firm_id,
        "actor": actor,
        **({} if cause is None else {"cause": cause}),
        "data": data,
    }
    return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
