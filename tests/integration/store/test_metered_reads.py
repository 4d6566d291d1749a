"""What Intuit meters is counted: what was answered, what may have been, and nothing else, whoever asked."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from adapters.store.database import Database
from adapters.store.metered_reads import MeteredReads, ReadCounter, ReadsOfMonth
from adapters.store.preparation import prepare_kept
from deploy.kafka.ports import free_port
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.ids import CustomerId, EffectId, RealmId
from domain.read_budget import BudgetState, ReadBudget, SaveReads
from tests.integration.sandbox.caller import CUSTOMER, TOKEN, Caller, until
from tests.integration.store.intuit import REALM, Intuit

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
BUDGET = ReadBudget(reads_a_month=10)
ONE = CustomerId("1")


def counter_of(database: Database, now: datetime = NOW, budget: ReadBudget = BUDGET) -> ReadCounter:
    """The count of one process."""

    async def prepared() -> None:
        await prepare_kept(database)

    return ReadCounter(database, budget, lambda: now, prepared)


async def counted(database: Database, realm: RealmId | None = REALM, month: str = "2026-11") -> ReadsOfMonth:
    """What the database says."""
    return await MeteredReads(database, BUDGET).of_month(month, realm)


@pytest.fixture
async def outside(intuit: Intuit) -> Caller:
    """The stand-in, with one customer."""
    await intuit.outside.post(CUSTOMER, {"DisplayName": "Ana"})
    return intuit.outside


@pytest.fixture
async def counter(database: Database) -> AsyncIterator[ReadCounter]:
    """The count of this process."""
    made = counter_of(database)
    yield made
    await made.aclose()


async def answered_reads(outside: Caller) -> int:
    """Count in the stand-in's ledger what Intuit would meter."""
    calls = await outside.get("/_control/ledger")
    return sum(each["method"] == "GET" and each["status"] == 200 for each in calls)


async def test_each_kind_of_read_is_counted_once(
    intuit: Intuit, outside: Caller, database: Database, counter: ReadCounter
) -> None:
    """Reads, queries and the company's name; neither writes nor refusals, and a lost answer apart."""
    api = QuickBooksApi(intuit.session, outside.url, OneToken(TOKEN), 0.5, reads=counter)
    await api.read_customer(REALM, ONE)
    await api.list_customers(REALM, None)
    await api.read_customers(REALM, (ONE,))
    await api.find_holders(REALM, ("Ana",))
    await api.company_name(REALM)
    assert await answered_reads(outside) == 5

    await api.read_customer(REALM, CustomerId("99"))  # 610
    update = UpdateCustomer(
        id=EffectId("e-1"),
        customer_id=ONE,
        sync_token=0,
        values={Field.EMAIL: "ana@example.com"},
        asked_by="rule",
        planned_at=NOW,
    )
    await api.update_customer(REALM, update)
    for do in (
        {"do": "status", "value": 429},
        {"do": "status", "value": 503},
        {"do": "timeout_after", "value": 2},
    ):
        await outside.post("/_control/faults", do)
        await api.read_customer(REALM, ONE)
    nobody = QuickBooksApi(
        intuit.session, f"http://127.0.0.1:{free_port()}", OneToken(TOKEN), 0.5, reads=counter
    )
    await nobody.read_customer(REALM, ONE)
    await counter.aclose()

    assert await counted(database) == ReadsOfMonth(answered=5, unanswered=1)


async def test_two_processes_and_one_that_is_killed(
    intuit: Intuit, outside: Caller, database: Database, other: Database, database_url: str
) -> None:
    """All of them add up, a killed one too, once it has had a moment; and who comes after goes on from there."""
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.store.counting_process"),
        *(database_url, outside.url, REALM, TOKEN, "20"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert killed.stdout is not None
    counters = [counter_of(each, datetime.now(UTC)) for each in (database, other)]
    for each in counters:
        api = QuickBooksApi(intuit.session, outside.url, OneToken(TOKEN), reads=each)
        await asyncio.gather(*(api.read_customer(REALM, ONE) for _ in range(30)))
        await each.aclose()
    async with asyncio.timeout(30):
        assert await killed.stdout.readline() == b"written\n"
    killed.kill()
    await killed.wait()

    month = f"{datetime.now(UTC):%Y-%m}"
    assert (await counted(database, month=month)).answered == 80 == await answered_reads(outside)


async def test_the_database_may_be_away_for_a_while(intuit: Intuit, outside: Caller) -> None:
    """No read waits for it, and nothing is forgotten."""
    # A server: SQLite's thread may still be busy with a file that it could not open when the test is over.
    away = Database(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    counter = counter_of(away)
    api = QuickBooksApi(intuit.session, outside.url, OneToken(TOKEN), reads=counter)
    await api.read_customer(REALM, ONE)
    with capture_logs() as said:
        await counter.aclose()
    await away.close()

    assert [(each["event"], each["reads"]) for each in said] == [("quickbooks_reads_lost", 1)]


async def test_months_and_companies_are_apart(database: Database) -> None:
    """A month begins at midnight UTC, on the first."""
    last, first = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    for moment, realm, reads in ((last, REALM, 2), (last, RealmId("92"), 3), (first, REALM, 4)):
        counter = counter_of(database, moment)
        for _ in range(reads):
            counter.count(realm, answered=True)
        await counter.aclose()

    found = [await counted(database, *which) for which in ((REALM,), (None,), (REALM, "2026-12"))]
    assert [each.used for each in found] == [2, 5, 4]


@pytest.mark.parametrize(
    ("save", "saves"),
    [
        (SaveReads.WHEN_SHORT, [False, True, True]),
        (SaveReads.ALWAYS, [True] * 3),
        (SaveReads.NEVER, [False] * 3),
    ],
)
async def test_a_month_that_runs_short_is_said_once(
    database: Database, other: Database, save: SaveReads, saves: list[bool]
) -> None:
    """At 80 % and at the end, by what all processes have read; and that reads are saved then."""
    budget = ReadBudget(reads_a_month=10, save=save)
    elsewhere = counter_of(other, budget=budget)
    for _ in range(6):
        elsewhere.count(REALM, answered=True)
    await elsewhere.aclose()
    found = []
    with capture_logs() as said:
        for reads in (1, 1, 2):
            here = counter_of(database, budget=budget)
            for _ in range(reads):
                here.count(REALM, answered=True)
            await here.aclose()
            found.append(here.saves())
        again = counter_of(database, NOW + timedelta(hours=1), budget)
        for _ in range(2):
            again.count(REALM, answered=True)
            await until(lambda: not again.is_behind)
        await again.aclose()

    assert found == saves
    warned = [(each["state"], each["reads"]) for each in said]
    assert warned == [(BudgetState.SHORT, 8), (BudgetState.SPENT, 10), (BudgetState.SPENT, 11)]
    assert said[0]["log_level"] == "warning"
