"""The demo's firm: what its people do in Canopy, in QuickBooks and in the console's API, and what all three hold."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from deploy.commands import connect_firms
from deploy.demo.stack import Stack
from deploy.demo.waiting import until
from domain.ids import FirmId, RealmId

DANA = {"Authorization": "Bearer dev-manager"}
ANSWER_SECONDS = 20.0
Json = dict[str, Any]

IN_QUICKBOOKS: Mapping[str, tuple[str, ...]] = {
    "name": ("DisplayName",),
    "first name": ("GivenName",),
    "middle name": ("MiddleName",),
    "e-mail": ("PrimaryEmailAddr", "Address"),
    "phone": ("PrimaryPhone", "FreeFormNumber"),
    "mobile": ("Mobile", "FreeFormNumber"),
    "notes": ("Notes",),
}
IN_CANOPY: Mapping[str, str] = {
    "name": "display_name",
    "first name": "first_name",
    "middle name": "middle_name",
    "e-mail": "email",
    "phone": "phone",
    "mobile": "mobile",
}


class WentWrongError(Exception):
    """Somebody answered otherwise than the story needs. `status`: of the HTTP answer."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


@dataclass(slots=True)
class Firm:
    """`clients`, `customers`: the ids behind the names that the story uses. `seen`: what a step wants to show."""

    stack: Stack
    http: aiohttp.ClientSession
    id: str
    realm: str
    clients: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
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

    async def ask(self, method: str, url: str, body: object = None) -> Any:
        """Make one request; gives the JSON of its answer."""
        async with self.http.request(method, url, json=body, headers=DANA) as answer:
            said = await answer.json(content_type=None)
            if not answer.ok:
                told = f"{method} {url.split('/', 3)[-1]}: HTTP {answer.status}: {said}"
                raise WentWrongError(told, answer.status)
            return said

    async def api(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API, below the firm's path, as its manager Dana."""
        return await self.ask(method, f"{self.stack.api}/api/v1/firms/{self.id}{path}", body)

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

    async def link(self, who: str) -> Json:
        """Read a client's link."""
        found: Json = (await self.api("GET", f"/clients/{self.clients[who]}"))["link"]
        return found

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

    async def in_canopy(self, who: str) -> Json:
        """Read a client in Canopy, by the words of the story; none: it is not there."""
        listed = await self.ask("GET", f"{self.stack.settings.canopy_url}/_control/firms/{self.id}/clients")
        found = next((one for one in listed["clients"] if one["client_id"] == self.clients.get(who)), None)
        return {} if found is None else {word: found[name] for word, name in IN_CANOPY.items()}

    async def in_quickbooks(self, who: str) -> Json:
        """Read a customer in QuickBooks, by the words of the story; none: it is not there."""
        found = next(
            (one for one in await self.all_customers() if one["Id"] == self.customers.get(who)), None
        )
        return {} if found is None else {word: _at(found, path) for word, path in IN_QUICKBOOKS.items()}

    async def all_customers(self) -> list[Json]:
        """List the company's customers."""
        url = f"{self.stack.settings.quickbooks_url}/_control/realms/{self.realm}/customers"
        listed: list[Json] = (await self.ask("GET", url))["customers"]
        return listed

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


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body
