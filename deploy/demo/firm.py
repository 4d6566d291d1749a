"""The demo's firm: what its people do in Canopy, in QuickBooks and in the console's API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from deploy.connecting import connect_firms
from deploy.demo.stack import Stack
from deploy.demo.three_sides import Json, ThreeSides, WentWrongError
from deploy.demo.waiting import until
from domain.ids import FirmId, RealmId

ANSWER_SECONDS = 20.0


@dataclass(slots=True)
class Firm(ThreeSides):
    """`seen`: what a step wants to show, such as search results."""

    seen: dict[str, object] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def open(cls, stack: Stack, firm: str, realm: str) -> AsyncIterator[Self]:
        """Make the firm and its QuickBooks company, and connect them."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            self = cls(stack, http, firm, realm)
            await self.ask("POST", f"{stack.settings.canopy_url}/_control/firms", {"firm_id": firm})
            await self.ask("POST", f"{stack.settings.quickbooks_url}/_control/realms", {"realm_id": realm})
            await connect_firms(stack.settings, {FirmId(firm): RealmId(realm)})
            await until(self._is_listed)
            yield self

    async def act(self, who: str, action: str, **body: object) -> Any:
        """Press a button about one client."""
        return await self.api("POST", f"/clients/{self.clients[who]}/{action}", body)

    async def answer(self, who: str, choice: str, **more: object) -> None:
        """Answer the question that is open about a client."""
        question = (await self.link(who))["problem"]["id"]
        await self.act(who, "answer", question=question, choice=choice, **more)

    async def switch(self, **off: bool) -> None:
        """Set *Manage QBO Integration*; named are the switches that are off, such as `canopy_editing`."""
        four: dict[str, dict[str, bool]] = {"actions_from_canopy": {}, "actions_from_qbo": {}}
        for side in ("canopy", "qbo"):
            for what in ("creating", "editing"):
                four[f"actions_from_{side}"][what] = not off.get(f"{side}_{what}", False)
        await self.api("PUT", "/settings", {**four, "conflicts": "later_wins"})

    async def add_client(self, who: str, **fields: object) -> None:
        """Add a client in Canopy's form."""
        added = await self.api("POST", "/clients", {"type": "individual", **fields})
        self.clients[who] = added["client"]["client_id"]
        await self._until_known(who, display_name=fields["display_name"])

    async def edit_client(self, who: str, **fields: object) -> None:
        """Edit a client in Canopy; returns once the engine has seen it."""
        await self.api("PATCH", f"/clients/{self.clients[who]}", fields)
        await self._until_known(who, **fields)

    async def add_in_quickbooks(self, who: str, kind: str = "customers", **fields: object) -> None:
        """Add a customer, vendor or employee in QuickBooks."""
        url = f"{self.stack.settings.quickbooks_url}/_control/realms/{self.realm}/{kind}"
        made = await self.ask("POST", url, fields)
        if kind == "customers":
            self.customers[who] = made["Customer"]["Id"]

    async def edit_in_quickbooks(self, who: str, **fields: object) -> None:
        """Edit a customer in QuickBooks."""
        url = f"{self.stack.settings.quickbooks_url}/_control/realms/{self.realm}/customers/{self.customers[who]}"
        await self.ask("PATCH", url, fields)

    async def preview(self, who: str, customer: str) -> Json:
        """Look at what a match would do."""
        path = f"/clients/{self.clients[who]}/match-preview?customer_id={self.customers[customer]}"
        found: Json = await self.api("GET", path)
        return found

    async def has_customer(self, who: str) -> None:
        """Wait until a client has its customer, and note its id."""

        async def has_one() -> bool:
            customer = (await self.link(who))["customer_id"]
            if customer is not None:
                self.customers[who] = customer
            return customer is not None

        await until(has_one)

    async def has_client(self, who: str) -> None:
        """Wait until a customer has its client, and note its id."""

        async def has_one() -> bool:
            linked = (await self._known(who)).get("linked_to")
            if linked is not None:
                self.clients[who] = linked["client_id"]
            return linked is not None

        await until(has_one)

    async def knows_of(self, who: str, **fields: object) -> None:
        """Wait until an edit in QuickBooks is known here."""

        async def known() -> bool:
            customer = await self._known(who)
            return all(customer.get(name) == value for name, value in fields.items())

        await until(known)

    async def knows_the_holder(self, who: str) -> None:
        """Wait until it is known who has a client's name."""

        async def known() -> bool:
            problem = (await self.link(who))["problem"]
            return problem is not None and "match" in [choice["id"] for choice in problem["choices"]]

        await until(known)

    async def _until_known(self, who: str, **fields: object) -> None:
        async def known() -> bool:
            try:
                client = (await self.api("GET", f"/clients/{self.clients[who]}"))["client"]
            except WentWrongError as wrong:
                if wrong.status != HTTPStatus.NOT_FOUND:
                    raise
                return False
            return all(client[name] == value for name, value in fields.items())

        await until(known)

    async def _known(self, who: str) -> Json:
        listed = (await self.api("GET", "/customers?limit=200"))["customers"]
        return next((each for each in listed if each["customer_id"] == self.customers[who]), {})

    async def _is_listed(self) -> bool:
        return bool((await self.api("GET", "/connection"))["listed"])
