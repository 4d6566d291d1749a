"""A firm with far more to do than QuickBooks takes at once, throttled as Intuit does, and a person who matches meanwhile."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Literal

from tests.story import ledger
from tests.story.company import Company
from tests.story.events import client_event

INTUITS = {"per_second": 10, "per_minute": 500}
MATCH_EVERY_SECONDS = 8.0
PATIENCE_SECONDS = 600.0
"""Nothing is told by how long these take: more than any machine needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What reached QuickBooks. `minutes`: calls in each whole minute; `matches`: seconds from click to door."""

    calls: int
    throttled: int
    minutes: list[int]
    most_in_a_second: int
    matches: list[float]


async def throttle(company: Company, limits: dict[str, int]) -> None:
    """Let the stand-in count as Intuit does; no limits: as many as anybody likes."""
    url = f"{company.stack.quickbooks}/_control/throttle"
    assert (await company.ask("POST", url, limits)).status < 300


async def keep_busy(
    company: Company, customers: list[str], new_clients: int, seconds: float, calls: int = 0
) -> Measured:
    """Create so many clients at once, and match others meanwhile, one after the other, each with one of the customers.

    Measures for so many seconds, and on until QuickBooks has had so many calls, however slow the machine is.
    """
    clients = [
        await company.add_client(f"To match {n}", sync=False, email=f"match{n}@example.com")
        for n in range(len(customers))
    ]
    for client in clients:
        await company.until_link(client, status="not_synced")

    async def begins() -> bool:
        return "create" in await writes_in_order(company)

    async def has_called() -> bool:
        return (await _measure(company, begun, asked)).calls >= calls

    await throttle(company, INTUITS)
    try:
        await _gather(company, new_clients)
        begun = time.time()
        assert (await company.api("POST", "/resume", {})).status in {200, 202}
        await company.until(begins, "QuickBooks hears of the first of them", PATIENCE_SECONDS)
        asked = await _match_all(company, dict(zip(clients, customers, strict=True)), seconds)
        await asyncio.sleep(begun + seconds - time.time())
        await company.until(has_called, f"{calls} calls were made", PATIENCE_SECONDS)
        return await _measure(company, begun, asked)
    finally:
        await throttle(company, {})


async def writes_in_order(company: Company) -> list[Literal["match", "create"]]:
    """Name the writes that reached QuickBooks, in their order."""
    found = await ledger.entries(company.http, company.stack.quickbooks, company.first_in_quickbooks)
    ours = (each for each in found if each["tenant"] == company.realm and ledger.is_our_write(each))
    return ["match" if "Id" in each["body"] else "create" for each in ours]


async def _gather(company: Company, new_clients: int) -> None:
    """Decide all creates while the firm is paused: none is gone before the first match is asked for, however long it takes."""

    async def paused() -> bool:
        return (await company.api("GET", "/pending")).ok()["paused_since"] is not None

    async def decided() -> bool:
        return bool(await company.link(f"b-{new_clients - 1}"))

    assert (await company.api("POST", "/pause", {"reason": "so that all of it waits"})).status in {200, 202}
    await company.until(paused, "the firm is paused", PATIENCE_SECONDS)
    await company.tell(
        *(
            client_event(company.firm, "created", f"b-{n}", 1, f"Busy {n}", sync=True)
            for n in range(new_clients)
        )
    )
    await company.until(decided, "all is decided", PATIENCE_SECONDS)


async def _match_all(company: Company, pairs: dict[str, str], seconds: float) -> dict[str, float]:
    dice, asked = Random(1), dict[str, float]()  # noqa: S311  (repeatable, not secret)
    for client, customer in pairs.items():
        await asyncio.sleep(2 * dice.random() * min(MATCH_EVERY_SECONDS, seconds / len(pairs) / 2))
        asked[customer] = time.time()
        assert (await company.act(client, "match", {"customer_id": customer})).status in {200, 202}
    return asked


async def _measure(company: Company, begun: float, asked: dict[str, float]) -> Measured:
    found = await ledger.entries(company.http, company.stack.quickbooks, company.first_in_quickbooks)
    ours = [(_at(each), each) for each in found if each["tenant"] == company.realm and _at(each) >= begun]
    times = sorted(at for at, _ in ours)
    seen = {
        each["body"]["Id"]: at
        for at, each in reversed(ours)
        if ledger.is_our_write(each) and "Id" in each["body"]
    }
    minutes = Counter(int((at - times[0]) // 60) for at in times)
    return Measured(
        calls=len(ours),
        throttled=sum(each["status"] == 429 for _, each in ours),
        minutes=[minutes[n] for n in range(int((time.time() - times[0]) // 60))],
        most_in_a_second=max(
            sum(at <= other < at + 1 for other in times[n : n + 50]) for n, at in enumerate(times)
        ),
        matches=[seen.get(customer, float("inf")) - at for customer, at in asked.items()],
    )


def _at(entry: ledger.Json) -> float:
    return datetime.fromisoformat(entry["time"]).astimezone(UTC).timestamp()
