"""A connected firm: what its people ask of the API, and what its links come to."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from zlib import crc32

import aiohttp

from deploy.connecting import connect_firms
from deploy.settings import Settings
from domain.ids import FirmId, RealmId
from tests.chaos.stack import Stack
from tests.story import ledger
from tests.story.both_sides import Answer, BothSides, Json

UNTIL_SECONDS = 50.0
"""How patient a story is on a busy machine. Less than the minute and more that we rest after a 429."""
LOOK_SECONDS = 0.05
LONGEST_LOOK_SECONDS = 0.2
LOOKS_LATER = 1.2
"""The longer something takes, the less often it is looked for: each look is a request, and costs a gateway as much as a decision."""
AS_GIVEN: Json = {
    "actions_from_canopy": {"creating": True, "editing": True},
    "actions_from_qbo": {"creating": True, "editing": True},
    "conflicts": "later_wins",
}


@dataclass(slots=True)
class Company(BothSides):
    """A firm that is connected, as its people see it in the console's API. `settings`: as they were set last."""

    settings: Json = field(default_factory=lambda: dict(AS_GIVEN))

    @classmethod
    async def open(
        cls, stack: Stack, http: aiohttp.ClientSession, firm: str, older: Iterable[str] = ()
    ) -> Self:
        """Make both, connect them as `client-sync connect` does, and wait until both first listings are in.

        `older`: names of customers that are in QuickBooks before that.
        """
        self = cls(stack, http, firm, f"91300{crc32(firm.encode()):010d}")
        await self.ask("POST", f"{stack.canopy}/_control/firms", {"firm_id": firm})
        named = {"realm_id": self.realm, "company_name": f"Company of {firm}"}
        await self.ask("POST", f"{stack.quickbooks}/_control/realms", named)
        for name in older:
            await self.new_customer(name)
        await self.connect()
        self.first_in_quickbooks = await ledger.newest(http, stack.quickbooks)
        self.first_in_canopy = await ledger.newest(http, stack.canopy)
        return self

    async def connect(self, realm: str | None = None, *, replaces: bool = False) -> None:
        """Connect this company, or another one from now on, and wait until both first listings are in."""
        self.realm = realm or self.realm
        settings = Settings(
            kafka_bootstrap=self.stack.bootstrap,
            data_folder=self.stack.folder,
            database_url=self.stack.settings["CLIENT_SYNC_DATABASE_URL"],
        )
        await connect_firms(settings, {FirmId(self.firm): RealmId(self.realm)}, replaces=replaces)
        await self.until(self._is_listed, "both sides are listed")

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

    async def switch(
        self, side: str | None = None, name: str | None = None, *, conflicts: str = "later_wins"
    ) -> None:
        """Turn one of the four switches off; no name: all on; side `all`: all off. And choose who wins."""
        four: dict[str, Any] = {
            each: {
                which: side != "all" and (side, name) != (each, which) for which in ("creating", "editing")
            }
            for each in ("actions_from_canopy", "actions_from_qbo")
        }
        self.settings = four | {"conflicts": conflicts}
        (await self.api("PUT", "/settings", self.settings)).ok()

    async def add_customer(self, name: str, **values: Any) -> str:
        """Add a customer in QuickBooks that becomes no client, and wait until its webhook has been followed."""
        stays_out = self.settings | {
            "actions_from_qbo": self.settings["actions_from_qbo"] | {"creating": False}
        }
        (await self.api("PUT", "/settings", stays_out)).ok()
        customer = await self.new_customer(name, **values)
        await self.until_known(customer)
        (await self.api("PUT", "/settings", self.settings)).ok()
        return customer

    async def until_known(self, customer: str) -> None:
        """Wait until a customer's webhook has been followed."""

        async def known() -> bool:
            listed = (await self.api("GET", "/customers?limit=200")).ok()["customers"]
            return any(each["customer_id"] == customer for each in listed)

        await self.until(known, f"customer {customer} is known")

    async def linked_to(self, customer: str) -> str | None:
        """Name the client that a customer is linked with."""
        listed = (await self.api("GET", "/customers?limit=200")).ok()["customers"]
        linked = next((each["linked_to"] for each in listed if each["customer_id"] == customer), None)
        return linked["client_id"] if linked else None

    async def until_linked(self, customer: str) -> str:
        """Wait until a customer has a client, and gives it."""

        async def linked() -> bool:
            return await self.linked_to(customer) is not None

        await self.until(linked, f"customer {customer} has a client")
        return str(await self.linked_to(customer))

    async def answer(self, client: str, choice: str, **more: Any) -> Answer:
        """Answer the question that is open about a client."""
        question = (await self.link(client))["problem"]["id"]
        return await self.act(client, "answer", {"question": question, "choice": choice, **more})

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

    async def until(
        self, true: Callable[[], Awaitable[bool]], what: str, seconds: float = UNTIL_SECONDS
    ) -> None:
        """Wait until something is true."""
        end, pause = time.monotonic() + seconds, LOOK_SECONDS
        while not await true():
            assert time.monotonic() < end, f"{self.firm}: not within {seconds:.0f} s: {what}\n{self._logs()}"
            await asyncio.sleep(pause)
            pause = min(pause * LOOKS_LATER, LONGEST_LOOK_SECONDS)

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

    async def until_customer(self, customer: str, **values: Any) -> None:
        """Wait until QuickBooks holds these properties; None: the customer has none."""

        async def holds() -> bool:
            found = await self.customer(customer)
            return all(found.get(name) == value for name, value in values.items())

        await self.until(holds, f"customer {customer} has its new {', '.join(values)}")

    async def until_client(self, client: str, **values: Any) -> None:
        """Wait until Canopy holds these values."""

        async def holds() -> bool:
            found = await self.client(client)
            return all(found[name] == value for name, value in values.items())

        await self.until(holds, f"client {client} has its new {', '.join(values)}")

    async def until_synced(self, client: str) -> str:
        """Wait until a client is in step; gives its customer."""
        return str((await self.until_link(client, status="synced", in_step=True))["customer_id"])

    async def _is_listed(self) -> bool:
        return bool((await self.api("GET", "/connection")).ok()["listed"])

    def _logs(self) -> str:
        worker = self.stack.folder / "worker-1.log"
        lines = worker.read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if self.firm in line)[-3000:]
