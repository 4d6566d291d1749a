"""Firms with their rows, and the real lanes at work on them, in front of models of both sides; on virtual time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.effects import CreateCustomer, Effect, ReadCustomer, UpdateClient, UpdateCustomer
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId, RowKey
from domain.inputs import Cause
from domain.obstacles import Obstacle
from domain.outcomes import (
    ClientSaved,
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    Deferred,
    HoldersFound,
    Rejected,
    Result,
)
from domain.ports import TryLater, UpdateCustomerAnswer, UpdateCustomersAnswer
from domain.rate import QUICKBOOKS_RATE, Rate
from domain.rows import CustomerRow, LinkRow, LinkStatus, Row
from domain.snapshots import Client, Customer
from domain.sweep_pace import SweepPace
from streams.worker.lanes import Lanes
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside
from streams.worker.permit import before_each_request
from tests.engine_version import ENGINE
from tests.unit.streams.intuit import Throttle
from tests.unit.streams.virtual_time import START, VirtualClock

PARTITION = 3
EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES = (
    "canopy.client-events",
    "sync.intents",
    "qbo.notifications",
    "sync.outcomes",
)


def customer(number: str, at: datetime = START) -> Customer:
    """A customer as QuickBooks shows it."""
    return Customer(customer_id=CustomerId(number), sync_token=1, values={}, created_at=at, updated_at=at)


@dataclass
class Side:
    """Both sides in one. `hangs`: seconds that a company takes; `says`: what it answers instead, one after the other.

    `gone` customers are in no query; a query with one that is `bad` is refused, and so is the read of it. `items`: what is
    said of a customer among changes of many. `each_counts`: of these, each is a request of the minute.
    """

    clock: VirtualClock
    hangs: dict[str, float] = field(default_factory=dict)
    says: list[TryLater] = field(default_factory=list)
    canopy_says: list[TryLater] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    items: dict[str, UpdateCustomerAnswer] = field(default_factory=dict)
    raises: bool = False
    each_counts: bool = True
    asked: list[tuple[float, str, str, Any]] = field(default_factory=list)
    throttles: dict[str, Throttle] = field(default_factory=dict)

    def throttle(self, company: str) -> Throttle:
        """Give a company's count."""
        return self.throttles.setdefault(company, Throttle(self.clock, each_counts=self.each_counts))

    def of(self, what: str) -> list[Any]:
        """Give what was asked for in one way."""
        return [about for _, _, how, about in self.asked if how == what]

    async def _take(self, company: str, what: str, about: Any, says: list[TryLater]) -> TryLater | None:
        if (closed := await before_each_request()) is not None:
            return closed
        throttle = self.throttle(company)
        self.asked.append((self.clock.monotonic(), company, what, about))
        too_much = throttle.take(len(about) if what == "together" else 1)
        throttle.under_way += 1
        try:
            await self.clock.sleep(self.hangs.get(company, 0.05 + 0.3 * self.clock.jitter()))
        finally:
            throttle.under_way -= 1
        return too_much or (says.pop(0) if says else None)

    async def create_customer(self, realm: RealmId, effect: CreateCustomer) -> CustomerSaved | TryLater:
        """Create it."""
        return await self._take(realm, "create", effect.id, self.says) or CustomerSaved(
            customer=customer("1")
        )

    async def update_customer(self, realm: RealmId, effect: UpdateCustomer) -> CustomerSaved | TryLater:
        """Change it."""
        later = await self._take(realm, "update", effect.id, self.says)
        return later or CustomerSaved(customer=customer(effect.customer_id))

    async def update_customers(
        self, realm: RealmId, effects: Sequence[UpdateCustomer]
    ) -> UpdateCustomersAnswer:
        """Change many."""
        later = await self._take(realm, "together", [each.id for each in effects], self.says)
        if later is not None:
            return later
        if self.raises:
            raise ValueError("not what was expected")
        return {
            each.id: self.items.get(each.customer_id) or CustomerSaved(customer=customer(each.customer_id))
            for each in effects
        }

    def changes(self) -> list[Any]:
        """Give the changes that were asked for, alone or together, in their order."""
        found: list[Any] = []
        for _, _, how, about in self.asked:
            if how in ("update", "together"):
                found += about if how == "together" else [about]
        return found

    async def read_customer(
        self, realm: RealmId, wanted: CustomerId
    ) -> CustomerRead | CustomerGone | TryLater:
        """Read one."""
        if later := await self._take(realm, "read", wanted, self.says):
            return later
        if wanted in self.bad:
            return TryLater(why=Obstacle.UNREADABLE, may_have_happened=False)
        return (
            CustomerGone(customer_id=wanted)
            if wanted in self.gone
            else CustomerRead(customer=customer(wanted))
        )

    async def read_customers(
        self, realm: RealmId, wanted: tuple[CustomerId, ...]
    ) -> CustomersListed | Rejected | TryLater:
        """Read those that are there."""
        if later := await self._take(realm, "query", wanted, self.says):
            return later
        if self.bad & set(wanted):
            if self.raises:
                raise ValueError("not what was expected")
            return Rejected(code="4002")
        return CustomersListed(customers=tuple(customer(each) for each in wanted if each not in self.gone))

    async def find_holders(self, realm: RealmId, names: tuple[str, ...]) -> HoldersFound | TryLater:
        """Find nobody."""
        return await self._take(realm, "holders", names, self.says) or HoldersFound(holders=())

    async def update_client(self, firm: FirmId, effect: UpdateClient) -> ClientSaved | TryLater:
        """Change it in Canopy."""
        later = await self._take(f"canopy/{firm}", "update", effect.id, self.canopy_says)
        return later or ClientSaved(client=_client(effect.client_id))


def _client(name: str) -> Client:
    return Client(client_id=ClientId(name), version=1, type="individual", values={}, changed_at=START)


@dataclass
class Partition:
    """One partition with its lanes. What is reported takes the effect from its row, as the engine would."""

    clock: VirtualClock
    side: Side
    lanes: Lanes
    table: LogTable
    told: list[tuple[float, EffectId, Result]] = field(default_factory=list)
    fatal: list[BaseException] = field(default_factory=list)

    async def report(self, _firm: FirmId, key: RowKey, effect: EffectId, result: Result, *_: object) -> None:
        """Decide an outcome, some milliseconds later."""
        await asyncio.sleep(0.005)
        self.told.append((self.clock.monotonic(), effect, result))
        row = self.table.partition(PARTITION).table.get(key)
        if row is None or isinstance(result, Deferred):
            return
        pending = tuple(each for each in row.pending if each.id != effect)
        asyncio.get_running_loop().call_soon(self.put, replace(row, pending=pending))  # type: ignore[arg-type]

    def put(self, *rows: Row, topic: str = EVENTS, cause_id: str = "evt-1", batch: str | None = None) -> None:
        """Let rows be decided, by an input of this topic; `batch`: with what else it was asked for."""
        partition = self.table.partition(PARTITION)
        partition.lease_renewed_at = self.clock.monotonic()
        before = [partition.table.get(row.key) for row in rows]
        cause = Cause(
            topic=topic, partition=PARTITION, offset=0, id=cause_id, at=self.clock.now(), batch=batch
        )
        for row in rows:
            partition.table.put(row)
            for effect in row.pending:
                partition.causes.setdefault(effect.id, cause)
        self.lanes.appended(PARTITION, before, list(rows))

    def results(self) -> dict[EffectId, Result]:
        """Give what came of each effect."""
        return {effect: result for _, effect, result in self.told if not isinstance(result, Deferred)}

    def deferred(self) -> list[Deferred]:
        """Give what people were told of waiting."""
        return [result for _, _, result in self.told if isinstance(result, Deferred)]

    def at_door(self, effect: str) -> float | None:
        """Say when an effect was asked for first."""
        return next((at for at, _, _, about in self.side.asked if effect in (about, *_several(about))), None)


def _several(about: Any) -> tuple[Any, ...]:
    return tuple(about) if isinstance(about, list) else ()


@asynccontextmanager
async def partition(
    clock: VirtualClock,
    side: Side | None = None,
    sweep_pace: Callable[[], SweepPace] = SweepPace,
    rate: Rate = QUICKBOOKS_RATE,
) -> AsyncIterator[Partition]:
    """Open a partition, its lease held for as long as the story takes."""
    side = side or Side(clock)
    fatal: list[BaseException] = []
    told = _Later()
    outside = Outside(
        quickbooks=side,  # type: ignore[arg-type]
        canopy=side,  # type: ignore[arg-type]
        outcomes=told,
        clock=clock,
        doors=Doors(clock, quickbooks=rate),
        sweep_pace=sweep_pace,
    )
    lanes = Lanes(outside, 1e9, fatal.append)
    table = LogTable(None, None, None, lanes.folded, clock, ENGINE)  # type: ignore[arg-type]
    made = told.to = Partition(clock, side, lanes, table, fatal=fatal)
    table.partition(PARTITION).lease_renewed_at = 0.0
    lanes.adopt(PARTITION, table, ())
    try:
        yield made
    finally:
        await lanes.leave([PARTITION])
    assert not fatal


class _Later:
    """Reports to a partition that is made after it."""

    to: Partition

    async def report(self, *args: Any) -> None:
        """Pass it on."""
        await self.to.report(*args)


def firm(name: str = "f-1", realm: str = "91") -> FirmRow:
    """A connected firm."""
    connection = Connection(realm_id=RealmId(realm), connected_at=START)
    return FirmRow(firm_id=FirmId(name), connection=connection)


def link(name: str, *pending: Effect, of: str = "f-1", **more: Any) -> LinkRow:
    """A synced link that asks for this."""
    return LinkRow(
        firm_id=FirmId(of),
        client_id=ClientId(name),
        status=LinkStatus.SYNCED,
        customer_id=CustomerId(name),
        pending=pending,  # type: ignore[arg-type]
        **more,
    )


def update(name: str, **more: Any) -> UpdateCustomer:
    """Change a customer, as a rule asks for it."""
    given = {"asked_by": "rule", **more}
    return UpdateCustomer(
        id=EffectId(f"update-{name}"),
        customer_id=CustomerId(name),
        sync_token=0,
        values={},
        planned_at=START,
        **given,
    )


def noticed(name: str, of: str = "f-1") -> CustomerRow:
    """A customer of whom a notification told."""
    read = ReadCustomer(id=EffectId(f"read-{name}"), customer_id=CustomerId(name))
    return CustomerRow(firm_id=FirmId(of), customer_id=CustomerId(name), pending=(read,))


async def until(clock: VirtualClock, holds: Any, within: float = 3600) -> None:
    """Wait for a condition."""
    deadline = clock.monotonic() + within
    while not holds():
        assert clock.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.05)


def names(numbers: Sequence[int]) -> list[str]:
    """Name customers."""
    return [str(1000 + number) for number in numbers]
