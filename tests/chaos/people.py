"""What people do, by the doors that they have: Canopy's API, QuickBooks' own screens, and intents on Kafka."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self

import aiohttp
import orjson
from aiokafka import AIOKafkaProducer

from tests.chaos.checker.history import INTENTS, PERSON

INTENT_WITHIN_SECONDS = 150.0
"""While Kafka is away an intent waits: longer than any outage here."""
LARGEST_BATCH_BYTES = 1024 * 1024
"""An outage's worth of intents; what does not fit into a batch of aiokafka's would wait 40 s at most, and fail."""


class People:
    """Everybody's hands. `acknowledged` counts what was taken, by kind; `refused` what was not, with the status.

    `intents`: the ids of those that Kafka acknowledged.
    """

    def __init__(self, bootstrap: str, quickbooks: str, canopy: str, canopy_token: str) -> None:
        self._bootstrap = bootstrap
        self._quickbooks = quickbooks
        self._canopy = canopy
        self._headers = {"Authorization": f"Bearer {canopy_token}"}
        self._numbers = count(1)
        self.acknowledged: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.intents: list[str] = []

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=64)
        self._http = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=20))
        # Idempotent: a retry that it makes by itself must not become two intents.
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=LARGEST_BATCH_BYTES,
        )
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()
        await self._http.close()

    async def add_client(self, firm: str, values: dict[str, Any], *, sync: bool) -> str | None:
        """Add a client in Canopy; returns its id."""
        body = values | {"type": "individual", "sync_client": sync}
        answer = await self._ask("client added", "POST", f"{self._canopy}/v1/firms/{firm}/clients", body)
        return None if answer is None else answer["client_id"]

    async def edit_client(self, firm: str, client: str, values: dict[str, Any]) -> None:
        """Edit a client in Canopy."""
        address = f"{self._canopy}/v1/firms/{firm}/clients/{client}"
        await self._ask("edited in Canopy", "PATCH", address, values)

    async def add_customer(self, realm: str, customer: dict[str, Any]) -> str | None:
        """Add a customer in QuickBooks; returns its id."""
        address = f"{self._quickbooks}/_control/realms/{realm}/customers"
        answer = await self._ask("customer added", "POST", address, customer)
        return None if answer is None else answer.get("Customer", answer)["Id"]

    async def edit_customer(self, realm: str, customer_id: str, customer: dict[str, Any]) -> None:
        """Edit a customer in QuickBooks."""
        address = f"{self._quickbooks}/_control/realms/{realm}/customers/{customer_id}"
        await self._ask("edited in QuickBooks", "PATCH", address, customer)

    async def intend(self, kind: str, firm: str, data: dict[str, Any]) -> None:
        """Ask the engine for something."""
        event = {
            "specversion": "1.0",
            "id": f"intent-{firm}-{next(self._numbers)}",
            "source": "/chaos",
            "type": f"sync.intent.{kind}.v1",
            "datacontenttype": "application/json",
            "time": datetime.now(UTC).isoformat(),
            "firmid": firm,
            "actor": "user:chaos",
            "data": data,
        }
        try:
            async with asyncio.timeout(INTENT_WITHIN_SECONDS):
                await self._producer.send_and_wait(INTENTS, orjson.dumps(event), key=firm.encode())
        except Exception as failed:  # noqa: BLE001  (counted; the floor of acknowledged inputs judges)
            self.refused[f"{kind}: {type(failed).__name__}"] += 1
        else:
            self.acknowledged[kind] += 1
            self.intents.append(str(event["id"]))

    async def _ask(self, kind: str, method: str, address: str, body: dict[str, Any]) -> Any:
        headers = self._headers | {"Idempotency-Key": f"{PERSON}{next(self._numbers)}"}
        try:
            async with self._http.request(method, address, json=body, headers=headers) as answer:
                if answer.status >= 300:
                    self.refused[f"{kind}: {answer.status}"] += 1
                    return None
                self.acknowledged[kind] += 1
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError) as failed:
            self.refused[f"{kind}: {type(failed).__name__}"] += 1
            return None
