"""Dead letters as a worker parks them, and as operators ask about them."""

import asyncio
from typing import Any
from uuid import uuid4

from domain.codes import ParkedCode
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import DeadLetterWriter
from streams.wire.topics import CLIENT_EVENTS
from tests.integration.gateway.conftest import Running
from tests.patience import PATIENCE_SECONDS

LETTERS = "/api/v1/dead-letters"


async def parked(
    gateway: Running,
    value: bytes,
    reason: ParkedCode,
    *,
    key: bytes | None,
    topic: str = CLIENT_EVENTS,
    partition: int = 0,
    source: str | None = None,
) -> str:
    """Park a message as a worker does, or what came from another `source`; gives its id once it is listed."""
    producer = AcknowledgedProducer(gateway.settings.bootstrap, 10)
    source = source or f"{gateway.prefix}{topic}/{partition}/7"
    detail = f"told by {uuid4().hex}"
    writer = DeadLetterWriter(producer, gateway.prefix)
    await writer.park(value, key=key, reason=reason, detail=detail, source=source)
    await producer.stop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for letter in await gateway.dead_letters(0):
                if letter["detail"] == detail:
                    return str(letter["id"])
            await asyncio.sleep(0.1)


async def act(gateway: Running, letter: str, name: str, body: Any, token: str = "dev-operator") -> Any:
    """Settle a letter; gives the status and the answer."""
    path = f"{LETTERS}/{letter}/{name}"
    answer, said = await gateway.ask("POST", path, token=token, body=body, Idempotency_Key=uuid4().hex)
    return answer.status, said


async def shown(gateway: Running, letter: str, asked: str = "") -> Any:
    """Look at a letter."""
    answer, said = await gateway.ask("GET", f"{LETTERS}/{letter}{asked}", token="dev-operator")
    assert answer.status == 200, said
    return said
