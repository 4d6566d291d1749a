"""Three hundred changes through the worker's own lanes and door, the adapter and HTTP to the stand-in, at Intuit's limits.

The clock of the door, and that of the stand-in's limits with it, goes twenty times as fast.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from deploy.sandbox.quickbooks import throttle
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from domain.effects import UpdateCustomer
from domain.fields import Field, Value
from domain.ids import CustomerId, EffectId, RealmId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerMoved, CustomerSaved, Rejected
from domain.ports import StaleCopy, TryLater
from domain.rate import QUICKBOOKS_TOGETHER
from streams.worker.permit import before_each_request
from tests.integration.adapters.stand_in import StandIn
from tests.patience import PATIENCE_SECONDS
from tests.unit.streams.firm_on_virtual_time import INTENTS, Partition, firm, link, partition

REALM = RealmId("9130000000000001")
TOKEN = "token-of-the-test"
FASTER = 20
CUSTOMERS = 300
BAD, EDITED, CLICKED = "17", "44", "300"


class FastClock:
    """Seconds go by faster; the time of day does not."""

    def now(self) -> datetime:
        """Give the time of day."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give the seconds since some start."""
        return time.perf_counter() * FASTER

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds / FASTER)

    def jitter(self) -> float:
        """Give a number in [0, 1)."""
        return random.random()  # noqa: S311  (not secret)


@dataclass
class World:
    """The lanes of a firm, and the company that they ask."""

    lanes: Partition
    stand_in: StandIn

    async def records(self) -> dict[str, dict[str, Any]]:
        """Give the company's customers, by id."""
        found = await self.stand_in.control("GET", f"realms/{REALM}/customers")
        return {each["Id"]: each for each in found["customers"]}

    async def asked(self) -> list[dict[str, Any]]:
        """Give the requests that the company received of the lanes."""
        return [each for each in await self.stand_in.control("GET", "ledger") if "made" not in each["query"]]


async def with_customers(stand_in: StandIn) -> None:
    """Give the company its customers, by thirties."""
    for start in range(0, CUSTOMERS, 30):
        items = [
            {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"Client {n}"}}
            for n in range(start, start + 30)
        ]
        url = f"{stand_in.url}v3/company/{REALM}/batch?made=before"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with stand_in.session.post(url, json={"BatchItemRequest": items}, headers=headers) as answer:
            assert answer.status == 200


@pytest.fixture
async def world(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A firm whose company has three hundred customers."""
    settings = QuickBooksSettings(access_token=TOKEN, verifier="verifier", limits=Limits())
    clock: Any = FastClock()
    async with TestServer(quickbooks_app(settings)) as server:
        stand_in = StandIn(str(server.make_url("/")), session)
        await stand_in.control("POST", "realms", {"realm_id": REALM})
        await with_customers(stand_in)
        monkeypatch.setattr(throttle, "time", clock)
        api: Any = QuickBooksApi(
            session, stand_in.url, OneToken(TOKEN), PATIENCE_SECONDS, before_each=before_each_request
        )
        async with partition(clock, api) as lanes:
            lanes.put(firm(realm=REALM))
            yield World(lanes, stand_in)


def rename(customer: int | str, **more: Any) -> UpdateCustomer:
    """Change a customer's first name, as it was created."""
    values: dict[Field, Value] = more.pop("values", {Field.FIRST_NAME: "New"})
    return UpdateCustomer(
        id=EffectId(f"change-{customer}"),
        customer_id=CustomerId(str(customer)),
        sync_token=0,
        values=values,
        planned_at=datetime.now(UTC),
        **{"asked_by": "rule", **more},
    )


async def until_answered(lanes: Partition, number: int) -> None:
    """Wait until so many effects have an outcome."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(lanes.results()) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"batch_turned": True, "batch_items_count": True, "batch_forgets": True},
    ],
    ids=["as it starts", "the other way"],
)
async def test_three_hundred_changes_are_fifteen_batches(world: World, habits: dict[str, bool]) -> None:
    """One that is refused and one that is stale have questions of their own; a person's click waits for nobody.

    An answer that is lost in the middle has its twenty asked for again, alone, and nothing is written twice.
    """
    await world.stand_in.control("POST", "habits", habits)
    await world.stand_in.control("POST", "throttle", {"per_minute": 500, "batches_per_minute": 40})
    await world.stand_in.control("PATCH", f"realms/{REALM}/customers/{EDITED}", {"FamilyName": "Lee"})
    await world.stand_in.fails("timeout_after", match={"path": "/batch"}, every=4)
    changes = [rename(n) for n in range(1, CUSTOMERS)]
    changes[int(BAD) - 1] = rename(BAD, values={Field.EMAIL: "no address"})
    for change in changes:
        world.lanes.put(link(change.customer_id, change))
    await until_answered(world.lanes, 70)
    told_before = len(world.lanes.told)
    click = rename(CLICKED, asked_by="person")
    world.lanes.put(link(CLICKED, click), topic=INTENTS)
    await until_answered(world.lanes, CUSTOMERS)

    found = world.lanes.results()
    assert isinstance(found.pop(EffectId(f"change-{EDITED}")), CustomerMoved)
    assert found.pop(EffectId(f"change-{BAD}")) == Rejected(code="2210", fields=(Field.EMAIL,))
    assert {type(each) for each in found.values()} == {CustomerSaved}
    for effect, result in found.items():
        assert isinstance(result, CustomerSaved)
        assert f"change-{result.customer.customer_id}" == effect

    tokens = {customer: record["SyncToken"] for customer, record in (await world.records()).items()}
    assert tokens.pop(BAD) == "0"
    assert set(tokens.values()) == {"1"}

    asked = await world.asked()
    ways: Counter[tuple[str, str]] = Counter((each["method"], each["path"].rsplit("/")[4]) for each in asked)
    assert ways["POST", "batch"] in (15, 16)
    # The first, the click, the stale one, and those of the lost answers, which are then read, as the stale one is; and those
    # that are too few for a batch in the end.
    assert ways["POST", "customer"] < 3 + 30 + QUICKBOOKS_TOGETHER.at_least
    assert ways["GET", "customer"] <= 1 + 30
    assert {each["status"] for each in asked} <= {200, 400, None}
    (of_the_click,) = [each for each in asked if each["request_id"] == click.id]
    assert of_the_click["path"].endswith("/customer")
    told = [effect for _, effect, _ in world.lanes.told]
    # Two batches at most are answered before it: the one under way, and one that had its permit. Six wait behind it.
    assert told.index(click.id) - told_before <= 2 * 30 + QUICKBOOKS_TOGETHER.at_least


@pytest.mark.parametrize(
    ("habits", "again"),
    [
        ({}, "first answer"),
        ({"batch_forgets": True}, "stale"),
        ({"batch_retries_refused": True, "batch_turned": True}, "first answer"),
    ],
    ids=["as it starts", "anew", "refused once more"],
)
async def test_who_takes_over_asks_for_the_same_and_nothing_is_done_twice(
    world: World, habits: dict[str, bool], again: str
) -> None:
    """The one before it was killed when the answer was on its way; whoever takes over gathers the same changes in another order."""
    await world.stand_in.control("POST", "habits", habits)
    api = world.lanes.side
    changes = [rename(n) for n in range(1, 31)]
    changes[int(BAD) - 1] = rename(BAD, values={Field.EMAIL: "no address"})

    first = await api.update_customers(REALM, changes)
    second = await api.update_customers(REALM, changes[::-1])

    assert not isinstance(first, TryLater)
    assert not isinstance(second, TryLater)
    assert first[EffectId(f"change-{BAD}")] == second[EffectId(f"change-{BAD}")]
    for change in changes:
        if change.customer_id != BAD:
            expected = first[change.id] if again == "first answer" else StaleCopy()
            assert second[change.id] == expected
            assert isinstance(first[change.id], CustomerSaved)
    tokens = Counter(record["SyncToken"] for record in (await world.records()).values())
    assert tokens == {"0": CUSTOMERS - 29, "1": 29}
    sent = [each["request_id"] for each in await world.asked()]
    assert len(sent) == 2
    assert len(set(sent)) == 1


async def test_one_change_too_many_is_throttled_alone(world: World) -> None:
    """Whether the company does that, or refuses all of them, no page says: the others are saved."""
    await world.stand_in.control("POST", "habits", {"batch_throttles_items": True})
    await world.stand_in.control("POST", "throttle", {"per_minute": 20})

    found = await world.lanes.side.update_customers(REALM, [rename(n) for n in range(1, 31)])

    assert not isinstance(found, TryLater)
    throttled = [each for each in found.values() if isinstance(each, TryLater)]
    assert {each.why for each in throttled} == {Obstacle.THROTTLED}
    assert sum(isinstance(each, CustomerSaved) for each in found.values()) == 30 - len(throttled) == 19
