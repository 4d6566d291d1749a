"""What a row's lane takes up next, while some of its work is held, waits for its time, or is paused."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import lane_policy
from domain.effects import (
    CheckCustomers,
    CreateClient,
    Effect,
    FindHolder,
    ListClients,
    PlanLinks,
    ReadCustomer,
    UpdateCustomer,
)
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, Connection, FirmRow, Paused
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId, RowKey
from domain.lane_policy import OUR_TRIES
from domain.obstacles import Obstacle
from domain.outcomes import (
    ClientSaved,
    CustomerGone,
    CustomerRead,
    CustomersListed,
    Deferred,
    Failed,
    HoldersFound,
    Result,
)
from domain.ports import TryLater
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.settings import Actions, Settings
from domain.snapshots import Client
from streams.kafka.wall_clock import WallClock
from streams.wire.outcome_events import UnwritableOutcomeError
from streams.worker.lanes import Lanes
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside
from streams.worker.rate_limiter import RateLimiter
from tests.engine_version import ENGINE
from tests.patience import PATIENCE_SECONDS

FIRM, REALM, PARTITION = FirmId("f-1"), RealmId("91"), 3
NOW = datetime.now(UTC)
FIONA = Client(client_id=ClientId("c-1"), version=1, type="individual", values={}, changed_at=NOW)
CONNECTED = FirmRow(firm_id=FIRM, connection=Connection(realm_id=REALM, connected_at=NOW))
UPDATE = UpdateCustomer(
    id=EffectId("e-update"),
    customer_id=CustomerId("58"),
    sync_token=0,
    values={Field.EMAIL: None},
    asked_by="rule",
    planned_at=NOW,
)
CREATE = CreateClient(
    id=EffectId("e-create"),
    customer_id=CustomerId("58"),
    client_type="individual",
    values={},
    asked_by="person",
    planned_at=NOW,
)
FIND = FindHolder(id=EffectId("e-find"), names=("Fiona Gallagher",))
LATER = ReadCustomer(id=EffectId("e-read"), customer_id=CustomerId("58"), not_before=NOW + timedelta(hours=1))
PAUSED = Paused(since=NOW)
LEASE_SECONDS = 60.0
EDITING_OFF = Settings(actions_from_canopy=Actions(creating=True, editing=False))


@dataclass
class BothSides:
    """Says of everything that is asked that it is done, and keeps it; `away`: how often there is no answer first.

    `happens`: what no answer comes to may have been done. `signed_out`: we are let in no longer.
    """

    asked: list[Any] = field(default_factory=list)
    away: int = 0
    happens: bool = True
    signed_out: bool = False

    async def add_client(self, _firm: FirmId, effect: CreateClient) -> ClientSaved | TryLater:
        """Keep what is to be added, or give no answer."""
        self.asked.append(effect)
        if self.away:
            self.away -= 1
            return TryLater(why=Obstacle.NO_ANSWER, may_have_happened=self.happens)
        return ClientSaved(client=FIONA)

    async def find_holders(self, _realm: RealmId, names: tuple[str, ...]) -> HoldersFound:
        """Keep the names that are asked for."""
        self.asked.append(names)
        return HoldersFound(holders=())

    async def read_customer(
        self, _realm: RealmId, customer: CustomerId
    ) -> CustomerRead | CustomerGone | TryLater:
        """Keep the customer that is read."""
        self.asked.append(customer)
        if self.signed_out:
            return TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)
        return CustomerGone(customer_id=customer)

    async def read_customers(self, _realm: RealmId, customers: tuple[CustomerId, ...]) -> CustomersListed:
        """Keep the customers that are asked for together."""
        self.asked.append(customers)
        return CustomersListed(customers=())

    async def update_customer(self, _realm: RealmId, effect: UpdateCustomer) -> CustomerGone:
        """Keep the change."""
        self.asked.append(effect)
        return CustomerGone(customer_id=effect.customer_id)


@dataclass
class Told:
    """What lanes report."""

    outcomes: list[tuple[EffectId, Result, RealmId]] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    cannot_write: type[Result] | None = None

    async def report(
        self, _firm: FirmId, _key: str, effect: EffectId, result: Result, realm: RealmId, *_: object
    ) -> None:
        """Keep it."""
        if self.cannot_write is not None and isinstance(result, self.cannot_write):
            raise UnwritableOutcomeError
        self.outcomes.append((effect, result, realm))
        self.more.set()


@dataclass
class Desk:
    """One partition with lanes, and what they do."""

    sides: BothSides
    told: Told
    table: LogTable
    lanes: Lanes

    def put(self, row: Any) -> None:
        """Let a row be decided."""
        partition = self.table.partition(PARTITION)
        partition.lease_renewed_at = time.monotonic()
        before = [partition.table.get(row.key)]
        partition.table.put(row)
        self.lanes.appended(PARTITION, before, [row])

    async def done(self, number: int = 0) -> list[EffectId]:
        """Let the lanes run until so many effects are answered, and until they wait; gives those that are."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.told.outcomes) < number:
                self.told.more.clear()
                await self.told.more.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        return [effect for effect, _, _ in self.told.outcomes]


@asynccontextmanager
async def connected_desk(
    door: type[RateLimiter] = RateLimiter, *, canopy_keeps_keys: bool = True
) -> AsyncIterator[Desk]:
    """Open a partition in which one firm is connected, and nothing is asked yet."""
    sides, told = BothSides(), Told()
    clock = WallClock()
    outside = Outside(
        quickbooks=sides,  # type: ignore[arg-type]
        canopy=sides,  # type: ignore[arg-type]
        outcomes=told,
        clock=clock,
        doors=Doors(clock, door),
        canopy_keeps_keys=canopy_keeps_keys,
    )
    lanes = Lanes(outside, 60.0, _fail)
    # Nothing is read or written here: the partition counts as folded just now.
    table = LogTable(None, None, None, lanes.folded, clock, ENGINE)  # type: ignore[arg-type]
    lanes.adopt(PARTITION, table, ())
    desk = Desk(sides, told, table, lanes)
    desk.put(CONNECTED)
    yield desk
    await lanes.leave([PARTITION])


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """The same, in front of a Canopy that keeps keys."""
    async with connected_desk() as opened:
        yield opened


def _fail(wrong: BaseException) -> None:
    raise wrong


def link(*pending: Effect) -> LinkRow:
    """A synced link that asks for this."""
    return LinkRow(
        firm_id=FIRM,
        client_id=ClientId("c-1"),
        status=LinkStatus.SYNCED,
        customer_id=CustomerId("58"),
        pending=pending,  # type: ignore[arg-type]
    )


async def test_what_is_held_holds_up_nothing_else_of_its_row(desk: Desk) -> None:
    """A look-up goes on behind a write that a switch holds."""
    desk.put(replace(CONNECTED, settings=EDITING_OFF))
    desk.put(link(UPDATE, FIND))

    assert await desk.done() == [FIND.id]
    desk.put(replace(CONNECTED, version=2))
    assert await desk.done(2) == [FIND.id, UPDATE.id]


async def test_what_has_its_time_to_come_holds_up_nothing_else(desk: Desk) -> None:
    """A customer's read is put off; the client that is created for it is not."""
    desk.put(CustomerRow(firm_id=FIRM, customer_id=CustomerId("58"), pending=(LATER, CREATE)))

    assert await desk.done() == [CREATE.id]


async def test_a_write_that_rests_is_not_sent_before_its_time(desk: Desk) -> None:
    """It came to nothing before. Who comes later to the same door goes, and so does what takes its place."""
    resting = replace(UPDATE, not_before=NOW + timedelta(hours=1))
    another = replace(UPDATE, id=EffectId("e-another"), customer_id=CustomerId("59"))
    desk.put(link(resting))
    desk.put(replace(link(another), client_id=ClientId("c-2"), customer_id=CustomerId("59")))

    assert await desk.done(1) == [another.id]

    newer = replace(UPDATE, id=EffectId("e-newer"))
    desk.put(link(newer))
    assert await desk.done(2) == [another.id, newer.id]


async def test_what_was_asked_for_in_vain_holds_up_nothing_else(desk: Desk) -> None:
    """Canopy gives no answer, perhaps for long; the customer is read meanwhile, and then Canopy is asked again."""
    desk.sides.away = 1
    read = replace(LATER, not_before=None)
    desk.put(CustomerRow(firm_id=FIRM, customer_id=CustomerId("58"), pending=(CREATE, read)))

    assert await desk.done(2) == [read.id, CREATE.id]
    assert desk.sides.asked == [CREATE, read.customer_id, CREATE]


async def test_who_takes_over_does_not_ask_for_what_is_answered_already(desk: Desk) -> None:
    """Its outcome lies in the topic, undecided; what is not answered may have been begun, and is asked for again."""
    await desk.lanes.leave([PARTITION])
    desk.put(link(UPDATE, FIND))
    desk.lanes.adopt(PARTITION, desk.table, {UPDATE.id})

    assert await desk.done(1) == [FIND.id]
    assert desk.sides.asked == [FIND.names]


async def test_a_check_that_asks_nobody_waits_for_no_turn(desk: Desk) -> None:
    """QuickBooks has had enough for a minute, which is nothing to a round that only begins."""
    desk.lanes._outside.doors.quickbooks.of(REALM).close_for(60, Obstacle.THROTTLED)
    begins = CheckCustomers(id=EffectId("e-check"), customer_ids=())
    desk.put(replace(CONNECTED, pending=(begins,)))

    assert await desk.done(1) == [begins.id]


@pytest.mark.parametrize(
    ("paused", "resumed"),
    [
        (replace(CONNECTED, paused=PAUSED), replace(CONNECTED, version=2)),
        (AllFirmsRow(partition=PARTITION, paused=PAUSED), AllFirmsRow(partition=PARTITION, version=2)),
    ],
    ids=("firm", "all"),
)
async def test_nothing_starts_while_requests_are_paused(desk: Desk, paused: Any, resumed: Any) -> None:
    """Of the firm or of all; it starts by itself when they go on, what a question waits for first."""
    desk.put(paused)
    desk.put(link(UPDATE, FIND))
    assert await desk.done() == []

    desk.put(resumed)

    assert await desk.done(2) == [FIND.id, UPDATE.id]


async def test_inner_steps_go_on_while_requests_are_paused(desk: Desk) -> None:
    """They ask nobody: decisions go on."""
    step = PlanLinks(id=EffectId("e-step"))
    listing = ListClients(id=EffectId("e-list"))
    desk.put(replace(CONNECTED, paused=PAUSED, pending=(listing, step)))

    assert await desk.done() == [step.id]


async def test_an_outcome_names_the_company_that_was_asked(desk: Desk) -> None:
    """So that nobody takes it for one of the company that replaced it."""
    desk.put(link(FIND))

    assert await desk.done() == [FIND.id]
    assert desk.told.outcomes[0][2] == REALM
    assert desk.sides.asked == [FIND.names]


async def test_a_client_whose_fate_is_unknown_is_asked_for_again_as_it_was(desk: Desk) -> None:
    """Under the same id, which Canopy answers as before: no search, and no second client."""
    desk.sides.away = 1
    desk.put(CustomerRow(firm_id=FIRM, customer_id=CustomerId("58"), pending=(CREATE,)))

    assert await desk.done(1) == [CREATE.id]
    assert desk.sides.asked == [CREATE, CREATE]


async def test_a_company_that_lets_us_in_no_longer_is_told_of_at_the_first_request(desk: Desk) -> None:
    """A read met it, which nobody waits for: all the same the firm's other work must stop."""
    desk.sides.signed_out = True
    read = replace(LATER, not_before=None)

    desk.put(CustomerRow(firm_id=FIRM, customer_id=CustomerId("58"), pending=(read,)))

    assert await desk.done(1) == [read.id]
    assert isinstance(desk.told.outcomes[0][1], Deferred)
    assert desk.told.outcomes[0][1].why is Obstacle.NOT_AUTHORISED
    assert desk.sides.asked == [read.customer_id]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a bug of ours nothing rests for long."""
    monkeypatch.setattr(lane_policy, "OUR_PAUSE_SECONDS", 0.001)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("breaks", "why"),
    [
        (lambda desk: setattr(desk.sides, "update_customer", _raises), "raised"),
        (lambda desk: setattr(desk.sides, "update_customer", _says_to_wait(float("nan"))), "raised"),
        (lambda desk: setattr(desk.told, "cannot_write", CustomerGone), "unwritable"),
    ],
)
async def test_a_bug_of_ours_is_tried_a_few_times_and_then_told(
    desk: Desk, breaks: Callable[[Desk], object], why: str
) -> None:
    """Whether the side's adapter raises, its answer makes no sense, or nobody can write it down; others go on."""
    breaks(desk)
    desk.put(link(UPDATE, FIND))

    assert await desk.done(2) == [FIND.id, UPDATE.id]
    assert desk.told.outcomes[1] == (UPDATE.id, Failed(why=why), REALM)  # type: ignore[arg-type]
    if why == "unwritable":
        assert desk.sides.asked.count(UPDATE) == OUR_TRIES


async def _raises(*_: object) -> Any:
    raise RuntimeError("a client's value")


def _says_to_wait(seconds: float) -> Callable[..., Coroutine[Any, Any, TryLater]]:
    async def answer(*_: object) -> TryLater:
        return TryLater(why=Obstacle.THROTTLED, may_have_happened=False, after_seconds=seconds)

    return answer


async def test_what_was_taken_for_an_answer_and_can_not_be_read_is_asked_for_again(desk: Desk) -> None:
    """A stranger's record lay ahead; of what is answered truly, or is nothing of ours, nothing changes."""
    await desk.lanes.leave([PARTITION])
    desk.put(link(UPDATE))
    desk.lanes.adopt(PARTITION, desk.table, {UPDATE.id})
    assert await desk.done() == []

    desk.lanes.ask_again(PARTITION, RowKey("link/f-1/nobody"), UPDATE.id)
    desk.lanes.ask_again(PARTITION, link().key, FIND.id)
    assert await desk.done() == []
    desk.lanes.ask_again(PARTITION, link().key, UPDATE.id)

    assert await desk.done(1) == [UPDATE.id]


@dataclass
class Hurried(WallClock):
    """The clock, set forward by hand."""

    ahead: float = 0.0

    def monotonic(self) -> float:
        """Say how many seconds have gone by."""
        return time.monotonic() + self.ahead


def stood_still(lanes: Lanes, clock: Hurried) -> None:
    """Nothing of this process ran for so long that its partitions may have been given away."""
    clock.ahead += LEASE_SECONDS + 1
    lanes.alive()


def saw_another(lanes: Lanes, _clock: Hurried) -> None:
    """Somebody else has decided here."""
    lanes.folded(PARTITION, [replace(CONNECTED, paused=PAUSED, version=9)], ())


async def test_what_others_plan_here_is_left_to_them_until_the_group_has_told_us() -> None:
    """Its owner takes back what it has planned and not begun, and asks nobody: a create that we had begun would be nobody's."""
    clock, sides = Hurried(), BothSides()
    outside = Outside(quickbooks=sides, canopy=sides, outcomes=Told(), clock=clock, doors=Doors(clock))  # type: ignore[arg-type]
    lanes = Lanes(outside, LEASE_SECONDS, _fail)
    table = LogTable(None, None, None, lanes.folded, clock, ENGINE)  # type: ignore[arg-type]
    partition = table.partition(PARTITION)
    lanes.adopt(PARTITION, table, ())
    desk = Desk(sides, outside.outcomes, table, lanes)  # type: ignore[arg-type]
    desk.put(CONNECTED)
    desk.put(link(FIND))
    await desk.done(1)

    theirs = link(CREATE)
    partition.table.put(theirs)
    lanes.folded(PARTITION, [theirs], {CREATE.id})
    assert await desk.done() == [FIND.id]
    assert CREATE.id in lanes.started(PARTITION)

    for _ in range(3):  # nobody takes the partition away
        clock.ahead += LEASE_SECONDS - 1
        partition.lease_renewed_at = clock.monotonic()
        lanes.alive()
    assert await desk.done(2) == [FIND.id, CREATE.id]
    await lanes.leave([PARTITION])


@pytest.mark.parametrize("what", [stood_still, saw_another])
async def test_what_is_planned_while_others_may_have_the_partition_may_have_begun(
    what: Callable[[Lanes, Hurried], None],
) -> None:
    """The group tells us within a session; until then they may begin what we plan, as what we planned before."""
    clock, sides = Hurried(), BothSides()
    outside = Outside(quickbooks=sides, canopy=sides, outcomes=Told(), clock=clock, doors=Doors(clock))  # type: ignore[arg-type]
    lanes = Lanes(outside, LEASE_SECONDS, _fail)
    table = LogTable(None, None, None, lanes.folded, clock, ENGINE)  # type: ignore[arg-type]
    lanes.adopt(PARTITION, table, ())
    desk = Desk(sides, outside.outcomes, table, lanes)  # type: ignore[arg-type]
    desk.put(replace(CONNECTED, paused=PAUSED))  # so that nothing begins here
    desk.put(link(UPDATE))
    assert UPDATE.id not in lanes.started(PARTITION)

    what(lanes, clock)
    desk.put(link(UPDATE, FIND))
    assert UPDATE.id in lanes.started(PARTITION)
    assert FIND.id in lanes.started(PARTITION)

    for _ in range(3):  # it runs on, and nobody takes the partition away
        clock.ahead += LEASE_SECONDS - 1
        lanes.folded(PARTITION, [], ())
        lanes.alive()
    desk.put(link())
    desk.put(link(UPDATE))
    assert UPDATE.id not in lanes.started(PARTITION)
    await lanes.leave([PARTITION])
