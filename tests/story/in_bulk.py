"""What people do with many clients at once: batches, as the API takes them."""

from collections.abc import Mapping
from typing import Any

from adapters.quickbooks.mapping import customer_of
from domain.fields import Field, Value
from domain.meaning import alike
from tests.story.both_sides import Answer, Json
from tests.story.company import Company

BATCH_SECONDS = 90.0


def taken_in(answer: Answer) -> str:
    """Give the id of a batch that is begun."""
    assert answer.status == 202, answer
    return str(answer.body["batch"]["batch"])


async def batch(company: Company, id_: str) -> Json:
    """Look at a batch, with its rows."""
    found: Json = (await company.api("GET", f"/batches/{id_}?limit=200")).ok()
    return found


async def ended(company: Company, id_: str, within: float = BATCH_SECONDS) -> Json:
    """Wait until a batch has ended; `within` so many seconds."""

    async def has_ended() -> bool:
        return bool((await batch(company, id_))["batch"]["state"] == "ended")

    await company.until(has_ended, "the batch ends", within)
    return await batch(company, id_)


async def rows(company: Company, path: str, name: str) -> list[Any]:
    """Read all pages of a list."""
    found: list[Any] = []
    cursor = ""
    while True:
        joined = "&" if "?" in path else "?"
        page = (await company.api("GET", f"{path}{joined}limit=200{cursor}")).ok()
        found += page[name]
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"


async def in_quickbooks(company: Company) -> Mapping[str, Mapping[Field, Value]]:
    """Read what stands in QuickBooks, by customer."""
    return {each["Id"]: customer_of(each).values for each in await company.customers()}


def mean_the_same(left: Mapping[Field, Value], right: Mapping[Field, Value]) -> bool:
    """Compare two customers field by field, by what the values mean."""
    return all(alike(field, left.get(field), right.get(field)) for field in Field)
