"""A firm in Canopy and its company in QuickBooks, and what people do in either and in the console's API."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self
from zlib import crc32

import aiohttp
from aiokafka import AIOKafkaProducer

from deploy.commands import connect_firms
from deploy.settings import Settings
from domain.ids import FirmId, RealmId
from streams.topics import CLIENT_EVENTS
from tests.chaos.stack import Stack
from tests.story import ledger

Json = dict[str, Any]
UNTIL_SECONDS = 20.0
LOOK_SECONDS = 0.05


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
class Company:
    """One firm, alone in its realm; `first_*`: where its part of the ledgers begins."""

    stack: Stack
    http: aiohttp.ClientSession
    firm: str
    realm: str
    first_in_quickbooks: int = 0
    first_in_canopy: int = 0

    @classmethod
    async def open(cls, stack: Stack, http: aiohttp.ClientSession, firm: str) -> Self:
        """Make both, connect them as `client-sync connect` does, and wait until both first listings are in."""
        self = cls(stack, http, firm, f"91300{crc32(firm.encode()):010d}")
        await self.ask("POST", f"{stack.canopy}/_control/firms", {"firm_id": firm})
        await self.ask("POST", f"{stack.quickbooks}/_control/realms", {"realm_id": self.realm})
        settings = Settings(
            kafka_bootstrap=stack.bootstrap,
            data_folder=stack.folder,
            database_url=stack.settings["CLIENT_SYNC_DATABASE_URL"],
        )
        await connect_firms(settings, {FirmId(firm): RealmId(self.realm)})
        await self.until(self._is_listed, "both sides are listed")
        self.first_in_quickbooks = await ledger.newest(http, stack.quickbooks)
        self.first_in_canopy = await ledger.newest(http, stack.canopy)
        return self

    async def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        """Make one request."""
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            return Answer(answer.status, await answer.json(content_type=None), dict(answer.headers))

    async def api(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, token: str = "dev-manager"
    ) -> Answer:
        """Ask the gateway, below this firm's path."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        url = f"http://127.0.0.1:{self.stack.http_port}/api/v1/firms/{self.firm}{path}"
        return await self.ask(method, url, body, **headers)

    async def act(self, client: str, action: str, body: Json | None = None, **more: str) -> Answer:
        """Ask for something about one client."""
        return await self.api("POST", f"/clients/{client}/{action}", body or {}, **more)

    async def switch(self, side: str | None = None, name: str | None = None) -> None:
        """Turn one of the four switches off; no name: all on; side `all`: all off."""
        four: dict[str, Any] = {
            each: {
                which: side != "all" and (side, name) != (each, which) for which in ("creating", "editing")
            }
            for each in ("actions_from_canopy", "actions_from_qbo")
        }
        (await self.api("PUT", "/settings", four | {"conflicts": "later_wins"})).ok()

    async def add_client(self, name: str, *, sync: bool | None = None, **values: Any) -> str:
        """Add a client in Canopy, as its own screens do."""
        body = {"type": "individual", "display_name": name, **values}
        body |= {} if sync is None else {"sync_client": sync}
        added = await self.ask("POST", f"{self.stack.canopy}/_control/firms/{self.firm}/clients", body)
        assert added.status == 201, added
        return str(added.body["client_id"])

    async def tell(self, *events: bytes) -> None:
        """Write client events straight to Kafka, in this order."""
        async with AIOKafkaProducer(
            bootstrap_servers=self.stack.bootstrap, acks="all", enable_idempotence=True
        ) as producer:
            for event in events:
                await producer.send(CLIENT_EVENTS, event, key=self.firm.encode())

    async def edit_client(self, client: str, **values: Any) -> None:
        """Edit a client in Canopy, as its own screens do."""
        token = self.stack.settings["CLIENT_SYNC_CANOPY_TOKEN"]
        url = f"{self.stack.canopy}/v1/firms/{self.firm}/clients/{client}"
        headers = {"Authorization": f"Bearer {token}", "Actor": "user:dana"}
        (await self.ask("PATCH", url, values, **headers)).ok()

    async def add_customer(self, name: str, **values: Any) -> str:
        """Add a customer in QuickBooks, and wait until its webhook has been followed."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers"
        customer = str((await self.ask("POST", url, {"DisplayName": name, **values})).ok()["Customer"]["Id"])

        async def known() -> bool:
            listed = (await self.api("GET", "/customers?limit=200")).ok()["customers"]
            return any(each["customer_id"] == customer for each in listed)

        await self.until(known, f"customer {customer} is known")
        return customer

    async def add_vendor(self, name: str) -> None:
        """Add a vendor in QuickBooks, who takes the name."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/vendors"
        (await self.ask("POST", url, {"DisplayName": name})).ok()

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
        found = await self.ask("GET", f"{self.stack.canopy}/_control/firms/{self.firm}/clients")
        return next(each for each in found.ok()["clients"] if each["client_id"] == client)

    async def customers(self) -> list[Json]:
        """Read all customers in QuickBooks."""
        url = f"{self.stack.quickbooks}/_control/realms/{self.realm}/customers"
        listed: list[Json] = (await self.ask("GET", url)).ok()["customers"]
        return listed

    async def customer(self, customer: str) -> Json:
        """Read one customer in QuickBooks."""
        return next(each for each in await self.customers() if each["Id"] == customer)

    async def link(self, client: str) -> Json:
        """Read a client's link; an unknown client has none."""
        answer = await self.api("GET", f"/clients/{client}")
        if answer.status == 404:
            return {}
        link: Json = answer.ok()["link"]
        return link

    async def dead_letters(self) -> list[Json]:
        """List what could not be used and names this firm."""
        listed = await self.api("GET", "/dead-letters", token="dev-operator")
        letters: list[Json] = listed.ok()["dead_letters"]
        return letters

    async def written_in_quickbooks(self) -> list[Json]:
        """List our writes there, oldest first; those that were refused too."""
        found = await ledger.entries(self.http, self.stack.quickbooks, self.first_in_quickbooks)
        return [each for each in found if each["tenant"] == self.realm and ledger.is_our_write(each)]

    async def written_in_canopy(self) -> list[Json]:
        """List our writes there, oldest first; those that were refused too."""
        found = await ledger.entries(self.http, self.stack.canopy, self.first_in_canopy)
        return [each for each in found if each["tenant"] == self.firm and ledger.is_our_write(each)]

    async def until(
        self, true: Callable[[], Awaitable[bool]], what: str, seconds: float = UNTIL_SECONDS
    ) -> None:
        """Wait until something is true."""
        end = time.monotonic() + seconds
        while not await true():
            assert time.monotonic() < end, f"{self.firm}: not within {seconds:.0f} s: {what}\n{self._logs()}"
            await asyncio.sleep(LOOK_SECONDS)

    async def until_link(self, client: str, seconds: float = UNTIL_SECONDS, **facts: Any) -> Json:
        """Wait until a client's link says all of this; gives the link."""
        link: Json = {}

        async def says() -> bool:
            nonlocal link
            link = await self.link(client)
            return bool(link) and all(link[name] == value for name, value in facts.items())

        try:
            await self.until(says, f"the link of {client} says {facts}", seconds)
        except AssertionError as late:
            raise AssertionError(f"{late}\nit says {link}") from None
        return link

    async def until_synced(self, client: str) -> str:
        """Wait until a client is in step; gives its customer."""
        return str((await self.until_link(client, status="synced", in_step=True))["customer_id"])

    async def _is_listed(self) -> bool:
        return bool((await self.api("GET", "/connection")).ok()["listed"])

    def _logs(self) -> str:
        worker = self.stack.folder / "worker-1.log"
        lines = worker.read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if self.firm in line)[-3000:]
