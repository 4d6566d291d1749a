"""What is suggested out of the tables is what both whole lists would give, and search puts the best first."""

from dataclasses import replace

from sqlalchemy import func, select

from adapters.store import builds
from adapters.store.customer_search import CustomerSearch
from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.near_rows import NearRows
from adapters.store.projected_rows import write_rows
from adapters.store.read_tables import read_match_keys
from adapters.store.suggested import suggested_for
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import CustomerId
from domain.matching.lists import Lists
from domain.matching.of_rows import party_of_client, party_of_customer
from domain.matching.reasons import Bar, Strength
from domain.matching.suggestions import suggest
from domain.outcomes import Holder
from domain.problem import Problem
from domain.projection import Decided
from domain.rows import CustomerRow, LinkRow, Row, Tombstone
from tests.integration.gateway.firm import FIRM, client_row, customer_row, synced_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.test_lists import show

FAMILIES = ("Gallagher", "Núñez", "Costa", "Kowalski", "Chen", "Okafor", "Smith", "Ivanova")
FIRST = ("Fiona", "José", "Kim", "Walter", "Mei-Ling", "Robert", "Anna", "Peter")


def _client(n: int, name: str, email: str, **more: str) -> LinkRow:
    row = client_row(f"c-{n}", name)
    assert row.client is not None
    values = {
        **row.client.values,
        Field.DISPLAY_NAME: name,
        Field.EMAIL: email,
        **{Field(k): v for k, v in more.items()},
    }
    return replace(row, client=replace(row.client, values={k: v for k, v in values.items() if v}))


def _firm() -> tuple[list[LinkRow], list[CustomerRow]]:
    """Each has a customer, written the other way round; every third client shares an email address with another."""
    clients, customers = [], []
    for n in range(64):
        first, last = FIRST[n % 8], FAMILIES[n // 8]
        email = f"{first}.{last}{n - n % 3 if n % 5 == 0 else n}@example.com".lower()
        clients.append(_client(n, f"{first} {last}", email, phone=f"(312) 555-{n:04d}"))
        customers.append(customer_row(f"{n}", f"{last}, {first}", email=email))
    return clients, customers


async def test_suggestions_of_the_tables_are_those_of_the_whole_lists(database: Database) -> None:
    """Reasons, cautions and order too; with a customer that is matched, a vendor of that name, and nobody's own."""
    clients, customers = _firm()
    taken = synced_row("c-taken", "Ruth Weiss", "3")
    await show(database, *clients, taken, *customers)
    near = NearRows(database)
    lists = Lists(
        map(party_of_client, (*clients, taken)),
        [party_of_customer(each, is_matched=each.customer_id == "3") for each in customers],
    )

    strengths = set()
    for row in clients[::3]:
        found = [each.suggestion for each in await suggested_for(near, row)]
        assert found[:3] == suggest(lists, row.client_id)[:3]
        strengths.add(found[0].strength)
    matched = (await suggested_for(near, clients[3]))[0]

    assert Strength.SURE in strengths
    assert matched.suggestion.bar is Bar.ALREADY_MATCHED
    assert matched.customer is not None
    assert matched.customer.linked_to is not None
    assert matched.customer.linked_to.display_name == "Ruth Weiss"


async def test_a_vendor_with_the_name_is_said(database: Database) -> None:
    """It is known of an open question; no match with it can be made."""
    row = _client(0, "Fiona Gallagher", "")
    await show(database, row)
    holder = Holder(name="Fiona Gallagher", kind="vendor", id="77")

    found = await suggested_for(NearRows(database), row)
    assert found == []
    problem = Problem(
        id="q",
        code="display_name_taken",
        resume="creating",
        since=NOW,
        taken="Fiona Gallagher",
        holders=(holder,),
    )
    asked = replace(row, problem=problem)
    (vendor,) = await suggested_for(NearRows(database), asked)
    assert (vendor.suggestion.bar, vendor.holder, vendor.customer) == (Bar.VENDOR, holder, None)


async def test_who_changed_is_found_by_what_stands_there_now_and_who_is_gone_by_nothing(
    database: Database,
) -> None:
    """A line for each key: those that a row has no more are gone, the others stay."""
    ruth = customer_row("81", "Ruth Weiss", email="ruth@example.com")
    await show(database, ruth, customer_row("82", "Ruth Weiss"))
    client = party_of_client(_client(1, "Ruth Weiss", "ruth@example.com"))
    near = NearRows(database)

    async def found() -> set[str]:
        return set((await near.to_client(FIRM, client)).views)

    async def decide(row: Row | Tombstone) -> None:
        async with database.write() as connection:
            await write_rows(connection, builds.FIRST, [_decided(row)])

    assert await found() == {"81", "82"}
    await decide(customer_row("82", "Harbor Books"))
    assert await found() == {"81"}
    await decide(customer_row("81", "Ruth Weiss-Novak", email="ruth@example.com"))
    assert await found() == {"81"}
    await decide(Tombstone(key=ruth.key, firm_id=FIRM))
    assert await found() == set()
    async with database.read() as connection:
        left = select(func.count()).select_from(read_match_keys).where(read_match_keys.c.own_id == "81")
        assert await connection.scalar(left) == 0


def _decided(row: Row | Tombstone) -> Decided:
    return Decided(
        partition=0, offset=9, version=1, verdict=Verdict.APPLIED, code="seen", row=row, cause=None
    )


async def test_search_takes_words_in_any_order_and_puts_the_best_first(database: Database) -> None:
    """By names, numbers and ids too, page after page; those that can be matched before those that can't."""
    fiona = _client(1, "Fiona Gallagher", "fiona@example.com", mobile="(312) 555-0100")
    other = _client(2, "Agnes Fionagallagher", "x@example.com")
    begins = _client(3, "Gallagher Fiona Books", "y@example.com")
    matched = replace(fiona, customer_id=CustomerId("81"))
    await show(
        database,
        matched,
        other,
        begins,
        customer_row("81", "Gallagher, Fiona"),
        customer_row("82", "Fiona Gallagher-Ruiz"),
    )
    links, customers = LinkList(database), CustomerSearch(database)

    async def clients(q: str) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            page = await links.page(FIRM, q=q, cursor=cursor, limit=1)
            found += [each.row.client_id for each in page.clients]
            cursor = page.cursor
            if cursor is None:
                return found

    assert await clients("gallagher, fiona") == ["c-1", "c-3", "c-2"]
    assert await clients("gallagher fiona") == ["c-3", "c-1", "c-2"]
    assert await clients("Fiona Gallagher") == ["c-1", "c-3", "c-2"]
    assert await clients("5550100") == await clients("(312) 555-0100") == ["c-1"]
    assert await clients("81") == ["c-1"]
    assert await clients("fiona@example") == ["c-1"]
    page = await customers.page(FIRM, q="gallagher fiona", free_first=True)
    assert [each.customer_id for each in page.customers] == ["82", "81"]
