"""The input topics, as bytes in their order: what is written stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from adapters.canopy.mapping import client_body
from domain.firm_rows import AllFirmsRow
from domain.ids import ALL_FIRMS, FirmId, all_key
from domain.inputs import ClientObserved, Input
from domain.rows import Row
from streams.wire.inputs import Message, partition_of

PARTITIONS = 2


def home_of(firm: FirmId) -> int:
    """Give the partition in which a firm's rows and inputs lie."""
    return partition_of(firm, PARTITIONS)


def home_of_row(row: Row) -> int:
    """Give the partition in which a row lies."""
    return row.partition if isinstance(row, AllFirmsRow) else home_of(row.firm_id)


@dataclass(frozen=True, slots=True)
class Written:
    """One input as it lies in its topic. `given`: what its writer meant. `id`: of its event."""

    given: Input
    message: Message
    id: str


@dataclass(slots=True)
class Topic:
    """An input topic. `messages`: by partition."""

    name: str
    messages: tuple[list[Written], ...] = field(default_factory=lambda: tuple([] for _ in range(PARTITIONS)))

    def write(self, given: Input, name: str, value: bytes, at: datetime, partition: int) -> Written:
        """Append a message; Kafka stamps it, in milliseconds."""
        key = all_key(partition) if given.firm_id == ALL_FIRMS else given.firm_id
        lying = self.messages[partition]
        message = Message(
            topic=self.name,
            partition=partition,
            offset=len(lying),
            key=key.encode(),
            value=value,
            at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        )
        lying.append(Written(given, message, name))
        return lying[-1]


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
