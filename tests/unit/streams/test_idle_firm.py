"""What a firm costs in which nothing happens: real lanes and decisions, a day of virtual time."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.decide import decide
from domain.effects import CheckCustomers, ListClients, ListCustomers
from domain.firm_rows import Connection, FirmRow
from domain.ids import CustomerId, EffectId, FirmId, RealmId, RowKey
from domain.inputs import Cause, Outcome
from domain.outcomes import ClientsListed, CustomersListed, Result
from domain.remembered import Heard
from domain.rows import CustomerRow, Row
from domain.sweep_pace import SweepPace
from tests.unit.streams.firm_on_virtual_time import (
    OUTCOMES,
    PARTITION,
    Partition,
    Side,
    customer,
    link,
    partition,
)
from tests.unit.streams.virtual_time import START, VirtualClock, play

LINKS = 1000
DAY = 86_400.0
TWO_HOURS = SweepPace(longest=timedelta(hours=2))


@dataclass
class Quiet(Side):
    """Both sides, in which nobody does anything but what a test says: `edited` customers are in the next sweep."""

    edited: list[CustomerId] = field(default_factory=list)

    async def list_customers(self, realm: RealmId, _cursor: str | None, since: Any = None) -> CustomersListed:
        """Show those that were edited."""
        await self._take(realm, "sweep" if since else "listing", since, [])
        found = [customer(each, self.clock.now()) for each in self.edited]
        self.edited.clear()
        return CustomersListed(customers=tuple(found), as_of=self.clock.now())

    async def list_clients(self, firm: FirmId, _cursor: str | None) -> ClientsListed:
        """Show nobody new."""
        await self._take(f"canopy/{firm}", "clients", None, [])
        return ClientsListed(clients=())


def deciding(made: Partition) -> None:
    """Let outcomes be decided as the engine would."""

    async def report(
        firm: FirmId, key: RowKey, effect: EffectId, result: Result, realm: RealmId, *_: Any
    ) -> None:
        await asyncio.sleep(0.005)
        cause = Cause(
            topic=OUTCOMES, partition=PARTITION, offset=0, id=f"{effect}-{result.kind}", at=made.clock.now()
        )
        outcome = Outcome(firm_id=firm, effect_id=effect, key=key, result=result, realm_id=realm)
        decision = decide(made.table.partition(PARTITION).table, outcome, cause, ())
        rows = decision.rows if decision is not None else ()
        asyncio.get_running_loop().call_soon(lambda: made.put(*rows, topic=OUTCOMES, cause_id=cause.id))

    made.report = report  # type: ignore[assignment,method-assign]


def idle_firm() -> tuple[Row, ...]:
    """A firm with so many synced clients, which was just listed."""
    connection = Connection(
        realm_id=RealmId("91"), connected_at=START, customers_listed=True, clients_listed=True
    )
    sweep = ListCustomers(id=EffectId("e-1"), since=START, not_before=START + timedelta(minutes=15))
    clients = ListClients(id=EffectId("e-2"), sweep=True, not_before=START + timedelta(minutes=15))
    check = CheckCustomers(id=EffectId("e-3"), customer_ids=(), not_before=START + timedelta(hours=24))
    firm = FirmRow(firm_id=FirmId("f-1"), connection=connection, pending=(sweep, clients, check))
    links = [link(f"{10_000 + n}") for n in range(LINKS)]
    customers = [
        CustomerRow(
            firm_id=firm.firm_id, customer_id=CustomerId(f"{10_000 + n}"), customer=customer(f"{10_000 + n}")
        )
        for n in range(LINKS)
    ]
    return (firm, *links, *customers)


def calls(side: Side, since: float, until: float) -> list[str]:
    """Name what was asked of the company from one moment to another."""
    asked = [(at, how) for at, company, how, about in side.asked if company == "91" and about != ()]
    return [how for at, how in asked if since <= at < until]


@pytest.mark.parametrize(
    ("pace", "most"),
    [(TWO_HOURS, 30), (SweepPace(longest=timedelta(hours=2), saving=True), 15)],
    ids=["as it starts", "saving reads"],
)
def test_an_idle_firm_costs_at_most_thirty_calls_a_day(pace: SweepPace, most: int) -> None:
    """A thousand links, on each of three days, the first one among them; and never no sweep at all."""

    async def story(clock: VirtualClock) -> None:
        side = Quiet(clock)
        async with partition(clock, side, lambda: pace) as made:
            deciding(made)
            made.put(*idle_firm())
            await clock.sleep(3 * DAY)
        days = [calls(side, n * DAY, (n + 1) * DAY) for n in range(3)]
        assert all(len(day) <= most for day in days), [len(day) for day in days]
        assert all(day.count("sweep") >= 2 for day in days)
        assert sum(day.count("query") for day in days) == 20  # two rounds of checks

    play(story)


def test_a_company_whose_changes_nobody_tells_of_is_swept_often() -> None:
    """From the first that is missed on; and rarely again a while after the last."""

    async def story(clock: VirtualClock) -> None:
        side = Quiet(clock)
        async with partition(clock, side, lambda: TWO_HOURS) as made:
            deciding(made)
            made.put(*idle_firm())
            await clock.sleep(DAY / 2)
            for n in range(20):
                side.edited.append(CustomerId(f"{20_000 + n}"))
                await clock.sleep(900)
            await clock.sleep(DAY / 2)
            firm = made.table.partition(PARTITION).table.firm(FirmId("f-1"))
        assert firm is not None
        assert firm.heard == Heard(untold=20)
        sweeps = [at for at, _, how, _ in side.asked if how == "sweep"]
        gaps = [round((after - at) / 60) for at, after in pairwise(sweeps)]
        assert gaps[:4] == [30, 60, 120, 120]
        assert gaps.count(15) >= 10
        assert gaps[-5:] == [120] * 5

    play(story)
