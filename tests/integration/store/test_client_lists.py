"""A list in any order is walked through from end to end, and says of each client where it stands there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.store.client_lists import ClientLists, Listing, OrderBy
from adapters.store.database import Database
from adapters.store.link_list import LinkList
from domain.fields import Field
from domain.ids import ClientId
from domain.problem import Problem
from domain.remembered import Held
from domain.rows import LinkRow, LinkStatus, Reason
from domain.standing import Around, Standing
from tests.integration.gateway.firm import CONNECTED, FIRM, client_row, customer_row, synced_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.test_lists import show

AROUND = Around(CONNECTED)
ASKED = Problem(id="q-1", code="loop", since=NOW - timedelta(days=2), resume="synced")


def business(row: LinkRow) -> LinkRow:
    assert row.client is not None
    return replace(row, client=replace(row.client, type="business"))


LINKS: tuple[LinkRow, ...] = (
    replace(client_row("c-1", "Walt Haas"), since=NOW - timedelta(days=3)),
    replace(synced_row("c-2", "Iris Haas", "2"), since=NOW - timedelta(days=1)),
    business(replace(synced_row("c-3", "Anna's Pies", "3"), since=NOW)),
    replace(synced_row("c-4", "Iris Haas", "4", held=Held(to_quickbooks=(Field.EMAIL,))), since=NOW),
    replace(synced_row("c-5", "Otto Haas", "5"), since=NOW, status=LinkStatus.NEEDS_ATTENTION, problem=ASKED),
)
CUSTOMERS = (
    customer_row("2", "Zoe"),
    customer_row("3", "Yves"),
    customer_row("4", "Xenia"),
    customer_row("5", "Otto Haas"),
)
ORDERS = {
    Listing(): "3 2 4 5 1",
    Listing(by=OrderBy.NAME, descending=True): "1 5 4 2 3",
    Listing(by=OrderBy.TYPE): "3 2 4 5 1",
    Listing(by=OrderBy.CUSTOMER): "5 4 3 2 1",
    Listing(by=OrderBy.CUSTOMER, descending=True): "1 2 3 4 5",
    Listing(by=OrderBy.STATUS): "3 2 5 4 1",
    Listing(by=OrderBy.CHANGED): "5 1 2 3 4",
    Listing(by=OrderBy.CHANGED, descending=True): "4 3 2 1 5",
    Listing(q="haas"): "2 4 5 1",
    Listing(q="haas", by=OrderBy.NAME, descending=True): "1 5 4 2",
    Listing(q="haas", stands=Standing.IN_STEP): "2",
    Listing(q="nobody"): "",
    Listing(stands=Standing.NEEDS_ATTENTION, why="loop"): "5",
    Listing(stands=Standing.NEEDS_ATTENTION, why="both_changed"): "",
    Listing(stands=Standing.NOT_SYNCED, why=Reason.NEVER_MATCHED): "1",
}


@pytest.mark.parametrize("listing", ORDERS, ids=repr)
async def test_a_list_is_in_order_and_goes_on_where_a_page_ended(
    database: Database, listing: Listing
) -> None:
    """Page by page, one client each, nobody twice and nobody left out; each client's place says the same."""
    await show(database, *LINKS, *CUSTOMERS)
    lists, found, cursor = ClientLists(database), list[ClientId](), None
    while True:
        page = await lists.page(FIRM, listing, AROUND, cursor=cursor, limit=1)
        found += [row.client_id for row in page.clients]
        if (cursor := page.cursor) is None:
            break

    assert found == [ClientId(f"c-{number}") for number in ORDERS[listing].split()]
    for number, client in enumerate(found, 1):
        place = await lists.place(FIRM, listing, AROUND, client)
        assert place is not None
        assert (place.number, place.total) == (number, len(found))
        assert place.before == (found[number - 2] if number > 1 else None)
        assert place.after == (found[number] if number < len(found) else None)


async def test_who_is_not_in_a_list_is_told_who_would_be_beside_it(database: Database) -> None:
    """So that one can go on after an act that took a client off the list; of nobody, nothing is said."""
    await show(database, *LINKS, *CUSTOMERS)
    lists, synced = ClientLists(database), Listing(stands=Standing.IN_STEP)

    place = await lists.place(FIRM, synced, AROUND, ClientId("c-4"))

    assert place is not None
    assert (place.number, place.total) == (None, 2)
    assert (place.before, place.after) == (ClientId("c-2"), None)
    assert await lists.place(FIRM, synced, AROUND, ClientId("c-9")) is None


async def test_what_is_searched_for_is_counted(database: Database) -> None:
    """By how the found clients stand; without a search, all of the firm."""
    await show(database, *LINKS, *CUSTOMERS)
    links = LinkList(database)

    found, everybody = [await links.standings(FIRM, AROUND, q) for q in ("haas", "")]

    assert {each: number for each, number in found.items() if number} == {
        Standing.IN_STEP: 1,
        Standing.NEEDS_ATTENTION: 1,
        Standing.HELD: 1,
        Standing.NOT_SYNCED: 1,
    }
    assert sum(everybody.values()) == len(LINKS)


async def test_questions_and_reasons_are_counted_by_kind(database: Database) -> None:
    """What a figure says is as long as the list that it opens; of a firm that is not connected nobody is asked."""
    apart = replace(client_row("c-6", "Una Haas"), reason=None)
    await show(database, *LINKS, apart, *CUSTOMERS)
    lists, links = ClientLists(database), LinkList(database)

    counted = await links.reasons(FIRM, AROUND)

    assert counted == {
        Standing.NEEDS_ATTENTION: {"loop": 1},
        Standing.NOT_SYNCED: {Reason.NEVER_MATCHED: 2},
    }
    for stands, kinds in counted.items():
        for why, number in kinds.items():
            assert await lists.total(FIRM, Listing(stands=stands, why=why), AROUND) == number
    gone = await links.reasons(FIRM, Around(replace(CONNECTED, connection=None)))
    assert gone[Standing.NEEDS_ATTENTION] == {}
