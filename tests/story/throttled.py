"""The one story that takes a minute: it is begun before the others, and ends among them."""

from dataclasses import dataclass
from typing import Self

from tests.story.both_sides import Json
from tests.story.company import Company

PATIENCE_SECONDS = 100.0
"""Intuit: after a 429 wait 60 seconds. Ours adds up to a quarter, so that not all come back at once."""


@dataclass(slots=True)
class Throttled:
    """A company that has just answered an edit with 429."""

    company: Company
    client: str
    customer: str
    shown: Json
    """What people saw of the link then."""

    @classmethod
    async def begin(cls, company: Company) -> Self:
        """Let QuickBooks say that it is too much, once, to a change of a synced client."""
        client = await company.add_client("Patience Okafor", email="patience@example.com")
        customer = await company.until_synced(client)
        await company.fault("status", "POST", "/customer", value=429)
        await company.edit_client(client, email="okafor@example.com")
        return cls(company, client, customer, await company.until_link(client, status="waiting"))
