"""Both outsides of one firm: what people do on their screens, what stands there, and what we wrote there."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from aiokafka import AIOKafkaProducer

from streams.wire.topics import CLIENT_EVENTS
from tests.chaos.stack import Stack
from tests.story import ledger

Json = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """What came back by HTTP."""

    status: int
    body: Any
    headers: Json

    def ok(self) -> Any:
        """Give the body of what must have succeeded at once."""
        assert self.status == 200, self
        return self.body

    def refused(self) -> str:
        """Give the code of what must have been refused."""
        assert self.status == 409, self
        return str(self.body["code"])


@dataclass(slots=True)
class BothSides:
    """One firm, alone in its realm; `first_*`: where its part of the ledgers begins."""

    stack: Stack
    http: aiohttp.ClientSession
    firm: str
    realm: str
    first_in_quickbooks: int = 0
    first_in_canopy: int = 0

    async def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        """Make one request."""
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return Answer(answer.status, await answer.json(content_type=None), dict(answer.headers))

    async def add_client(self, name: str, *, sync: bool | None = None, **values: Any) -> str:
        """Add a client in Canopy, as its own screens do."""
        body = {"type": "individual", "display_name": name, **values}
        body |= {} if sync is None else {"sync_client": sync}
        added = await self.ask("POST", f"{self.stack.canopy}/_control/firms/{self.firm}/clients", body)
        assert added.status == 201, added
        return str(added.body["client_id"])

    async def edit_client(self, client: str, **values: Any) -> None:
        """Edit a client in Canopy, as its own screens do, whatever its API makes of other requests meanwhile."""
        url = f"{self.stack.canopy}/_control/firms/{self.firm}/clients/{client}"
        (await self.ask("PATCH", url, values, Actor="user:dana")).ok()

    async def tell(self, *events: bytes | None) -> None:
        """Write client events straight to Kafka, in this order."""
        async with AIOKafkaProducer(
            bootstrap_servers=self.stack.bootstrap, acks="all", enable_idempotence=True
        ) as producer:
            for event in events:
                await producer.send(CLIENT_EVENTS, event, key=self.firm.encode())

    async def new_customer(self, name: str, **values: Any) -> str:
        """Add a customer in QuickBooks; gives its id."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers"
        return str((await self.ask("POST", url, {"DisplayName": name, **values})).ok()["Customer"]["Id"])

    async def add_vendor(self, name: str) -> None:
        """Add a vendor in QuickBooks, who takes the name."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/vendors"
        (await self.ask("POST", url, {"DisplayName": name})).ok()

    async def add_employee(self, name: str) -> None:
        """Add an employee in QuickBooks, who takes the name."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/employees"
        (await self.ask("POST", url, {"DisplayName": name})).ok()

    async def merge_customers(self, customer: str, into: str, *, loser: str = "inactive") -> None:
        """Merge a customer into another in QuickBooks, as a person does there; `loser`: inactive or gone afterwards."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers/{customer}/merge"
        (await self.ask("POST", url, {"into": into, "loser": loser})).ok()

    async def edit_customer(self, customer: str, **values: Any) -> None:
        """Edit a customer in QuickBooks, as a person does there."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers/{customer}"
        (await self.ask("PATCH", url, values)).ok()

    async def fault(self, do: str, method: str, path: str, **more: Any) -> None:
        """Let QuickBooks do something wrong to this company's next requests."""
        match = {"method": method, "path": path, "tenant": self.realm}
        url = f"{self.stack.quickbooks}/_control/faults"
        (await self.ask("POST", url, {"match": match, "do": do, **more})).ok()

    async def client(self, client: str) -> Json:
        """Read a client in Canopy."""
        return next(each for each in await self.clients() if each["client_id"] == client)

    async def clients(self) -> list[Json]:
        """Read all clients in Canopy."""
        found = await self.ask("GET", f"{self.stack.canopy}/_control/firms/{self.firm}/clients")
        listed: list[Json] = found.ok()["clients"]
        return listed

    async def customers(self) -> list[Json]:
        """Read all customers in QuickBooks."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers"
        listed: list[Json] = (await self.ask("GET", url)).ok()["customers"]
        return listed

    async def customer(self, customer: str) -> Json:
        """Read one customer in QuickBooks."""
        return next(each for each in await self.customers() if each["Id"] == customer)

    async def written_in_quickbooks(self) -> list[Json]:
        """List our writes there, oldest first; those that were refused too."""
        found = await ledger.entries(self.http, self.stack.quickbooks, self.first_in_quickbooks)
        return [each for each in found if each["tenant"] == self.realm and ledger.is_our_write(each)]

    async def written_in_canopy(self) -> list[Json]:
        """List our writes there, oldest first; those that were refused too."""
        found = await ledger.entries(self.http, self.stack.canopy, self.first_in_canopy)
        return [each for each in found if each["tenant"] == self.firm and ledger.is_our_write(each)]
