"""Lists come in the same order from both databases, and each page goes on where the last one ended."""

from itertools import pairwise

import pytest

from adapters.store.customer_search import CustomerSearch
from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.projection import Projection
from domain.decision import Verdict
from domain.ids import ClientId, FirmId
from domain.names import folded
from domain.projection import Decided, Stretch
from domain.rows import Row
from tests.integration.gateway.firm import FIRM, client_row, customer_row

NAMES = (
    "anna",
    "Anna",
    "Émile Zola",
    "emile",
    "Zoë",
    "zz",
    "O'Hara",
    "O-Hara",
    "O Hara",
    "100% Sure",
    "100_ Sure",
    "100 Sure",
    "a/b",
    "\U0001f600" * 1000,
    "\U0001f600" * 999 + "a",
    "nul\x00byte",
    "   ",
    "שלום",
    "<script>",
)

SEARCHES: tuple[tuple[str, set[str]], ...] = (
    ("ANNA", {"anna", "Anna"}),
    ("\u200banna", {"anna", "Anna"}),
    ("e\u0301mile  zola", {"Émile Zola"}),
    ("émile", {"Émile Zola", "emile"}),
    ("zola emile", {"Émile Zola"}),
    ("ohara", {"O'Hara"}),
    ("100%", {"100% Sure"}),
    ("100_", {"100_ Sure"}),
    ("/", {"a/b"}),
    ("nul\x00", {"nul\x00byte"}),
    ("\U0001f600a", {"\U0001f600" * 999 + "a"}),
    ("\\", set()),
    ("%", {"100% Sure"}),
    ("\x00", set()),
    ("\u200b", set()),
)


@pytest.fixture
async def lists(database: Database) -> tuple[LinkList, CustomerSearch]:
    """Clients and customers with all of these names."""
    rows: list[Row] = [client_row(f"c-{n}", name) for n, name in enumerate(NAMES)]
    rows += [customer_row(f"{n}", name, email=_email(name)) for n, name in enumerate(NAMES)]
    await show(database, *rows)
    return LinkList(database), CustomerSearch(database)


async def show(database: Database, *rows: Row) -> None:
    """Apply a decision about these rows, and let people read."""
    projection = Projection(database)
    build = (await projection.build("log")).id
    decided = tuple(
        Decided(partition=0, offset=n, version=1, verdict=Verdict.APPLIED, code="seen", row=row, cause=None)
        for n, row in enumerate(rows)
    )
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(rows), decided=decided), build)
    await projection.complete("log", build)


async def test_clients_come_by_code_point_page_after_page(lists: tuple[LinkList, CustomerSearch]) -> None:
    """Whatever language the server was installed in, each exactly once."""
    seen: list[tuple[str, str]] = []
    cursor = None
    while True:
        page = await lists[0].page(FIRM, cursor=cursor, limit=3)
        seen += [(_order(NAMES[int(each.row.client_id[2:])]), each.row.client_id) for each in page.clients]
        cursor = page.cursor
        if cursor is None:
            break

    assert len(seen) == len(NAMES)
    assert all(one < next_one for one, next_one in pairwise(seen))


@pytest.mark.parametrize("by", ["display_name", "email"])
async def test_customers_come_so_too(lists: tuple[LinkList, CustomerSearch], by: str) -> None:
    """By name and by email."""
    seen: list[str] = []
    cursor = None
    while True:
        page = await lists[1].page(FIRM, by=by, cursor=cursor, limit=2)  # type: ignore[arg-type]
        seen += [each.customer_id for each in page.customers]
        cursor = page.cursor
        if cursor is None:
            break

    assert sorted(seen) == sorted(str(n) for n in range(len(NAMES)))
    shown = [name if by == "display_name" else _email(name) for name in NAMES]
    assert seen == sorted(seen, key=lambda each: (_order(shown[int(each)]), each))


async def test_what_is_searched_is_found_as_it_is_written(lists: tuple[LinkList, CustomerSearch]) -> None:
    """No character means anything but itself, and case means nothing in any alphabet."""
    for q, found in SEARCHES:
        clients = await lists[0].page(FIRM, q=q)
        customers = await lists[1].page(FIRM, q=q)

        assert {NAMES[int(each.row.client_id[2:])] for each in clients.clients} == found
        assert {NAMES[int(each.customer_id)] for each in customers.customers} == found


async def test_an_id_that_cannot_be_stored_names_nobody(lists: tuple[LinkList, CustomerSearch]) -> None:
    """It is not found, and it is no error."""
    assert await lists[0].one(FIRM, ClientId("c-1\x00")) is None
    assert await lists[0].one(FirmId("f-\ud800"), ClientId("c-1")) is None


def _order(text: str) -> str:
    return folded(text)[:200]


def _email(name: str) -> str:
    return f"{name[:300]}@example.com"
