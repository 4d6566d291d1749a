"""What Canopy, QuickBooks and the link hold of the demo's people, by the words of the story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from deploy.demo.stack import Stack

DANA = {"Authorization": "Bearer dev-manager"}
Json = dict[str, Any]

IN_QUICKBOOKS: Mapping[str, tuple[str, ...]] = {
    "name": ("DisplayName",),
    "first name": ("GivenName",),
    "middle name": ("MiddleName",),
    "email": ("PrimaryEmailAddr", "Address"),
    "phone": ("PrimaryPhone", "FreeFormNumber"),
    "mobile": ("Mobile", "FreeFormNumber"),
    "notes": ("Notes",),
}
IN_CANOPY: Mapping[str, str] = {
    "name": "display_name",
    "first name": "first_name",
    "middle name": "middle_name",
    "email": "email",
    "phone": "phone",
    "mobile": "mobile",
}


class WentWrongError(Exception):
    """Somebody answered otherwise than the story needs. `status`: of the HTTP answer."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.status = status


@dataclass(slots=True)
class ThreeSides:
    """`clients`, `customers`: the ids behind the names that the story uses."""

    stack: Stack
    http: aiohttp.ClientSession
    id: str
    realm: str
    clients: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)

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

    async def link(self, who: str) -> Json:
        """Read a client's link."""
        found: Json = (await self.api("GET", f"/clients/{self.clients[who]}"))["link"]
        return found

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


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body
