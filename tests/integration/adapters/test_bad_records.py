"""A record that can't be read is named, and the rest of its list goes on: on both sides."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from adapters.canopy.api import CanopyApi
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from adapters.readable_records import MOST_UNREADABLE
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from domain.ids import CustomerId, FirmId, RealmId
from domain.obstacles import Obstacle
from domain.outcomes import ClientsListed, CustomersListed, Rejected, UnreadableRecord
from domain.ports import TryLater
from tests.integration.adapters.outside import Outside
from tests.integration.adapters.stand_in import StandIn

REALM = RealmId("9130000000000001")
TOKEN = "token-of-the-test"
CUSTOMERS = 230
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def stand_in(session: aiohttp.ClientSession) -> AsyncIterator[StandIn]:
    """A company with more than two pages of customers."""
    settings = QuickBooksSettings(access_token=TOKEN, verifier="verifier", limits=Limits())
    async with TestServer(quickbooks_app(settings)) as server:
        stand_in = StandIn(str(server.make_url("/")), session)
        await stand_in.control("POST", "realms", {"realm_id": REALM})
        for number in range(CUSTOMERS):
            await stand_in.control("POST", f"realms/{REALM}/customers", {"DisplayName": f"C {number}"})
        yield stand_in


async def test_a_customer_that_breaks_its_page_is_left_out_and_all_others_are_listed(
    stand_in: StandIn,
) -> None:
    """QuickBooks refuses each query with it on the page (4002), so the page is halved until it stands alone."""
    api = QuickBooksApi(stand_in.session, stand_in.url, OneToken(TOKEN))
    await stand_in.control("POST", f"realms/{REALM}/customers/137/spoil")
    listed: set[str] = set()
    unreadable: list[UnreadableRecord] = []
    cursor: str | None = None
    while True:
        page = await api.list_customers(REALM, cursor)
        assert isinstance(page, CustomersListed)
        listed |= {customer.customer_id for customer in page.customers}
        unreadable += page.unreadable
        cursor = page.cursor
        if cursor is None:
            break

    assert listed == {str(number) for number in range(1, CUSTOMERS + 1)} - {"137"}
    assert unreadable == [UnreadableRecord(id=None, wrong="row 137: error 4002")]


async def test_a_customer_that_breaks_its_page_keeps_no_lost_create_from_being_found(
    stand_in: StandIn,
) -> None:
    """Its name is taken by the customer that our own lost request made: it would wait for that answer for good."""
    api = QuickBooksApi(stand_in.session, stand_in.url, OneToken(TOKEN))
    await stand_in.control("POST", f"realms/{REALM}/customers/137/spoil")

    found = {
        name: await api.find_created(REALM, name, LONG_AGO) for name in ("C 99", "C 135", "C 136", "C 229")
    }

    ids = {
        name: [each.customer_id for each in those] if isinstance(those, tuple) else those
        for name, those in found.items()
    }
    assert ids == {"C 99": ["100"], "C 135": ["136"], "C 136": [], "C 229": ["230"]}


async def test_a_customer_that_breaks_its_query_is_named_among_those_that_are_asked_for(
    stand_in: StandIn,
) -> None:
    """A check of a hundred links goes on beside it, and nobody takes it for one that is gone."""
    api = QuickBooksApi(stand_in.session, stand_in.url, OneToken(TOKEN))
    await stand_in.control("POST", f"realms/{REALM}/customers/137/spoil")
    wanted = tuple(CustomerId(str(number)) for number in range(100, 200))

    found = await api.read_customers(REALM, (*wanted, CustomerId("999")))

    assert isinstance(found, CustomersListed)
    assert {each.customer_id for each in found.customers} == {*wanted} - {CustomerId("137")}
    assert found.unreadable == (UnreadableRecord(id="137", wrong="error 4002"),)


async def test_a_customer_that_can_not_be_read_is_named_among_those_that_are_asked_for(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """Too many of them, and it is the answer that can't be read."""
    api = QuickBooksApi(session, outside.url, OneToken(TOKEN))
    for many, expected in ((1, ["58"]), (MOST_UNREADABLE + 1, None)):
        rows = [{"Id": str(58 + number)} for number in range(many)]
        outside.says(200, json.dumps({"QueryResponse": {"Customer": rows}}))

        found = await api.read_customers(REALM, (CustomerId("58"), CustomerId("59")))

        if expected is None:
            assert found == Rejected(code="unreadable")
        else:
            assert isinstance(found, CustomersListed)
            assert (found.customers, [each.id for each in found.unreadable]) == ((), expected)


async def test_a_customer_without_what_it_must_have_is_named(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """Its page is read all the same."""
    api = QuickBooksApi(session, outside.url, OneToken(TOKEN))
    outside.says(200, '{"QueryResponse":{"Customer":[{"Id":"58"}]}}')

    page = await api.list_customers(REALM, None)

    assert isinstance(page, CustomersListed)
    assert page.customers == ()
    assert [each.id for each in page.unreadable] == ["58"]


async def test_a_page_of_nothing_but_junk_is_no_empty_page(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """Else a firm would be believed to have no customers, or no clients."""
    rows = [{"Id": str(number)} for number in range(MOST_UNREADABLE + 1)]
    outside.says(200, json.dumps({"QueryResponse": {"Customer": rows}}))
    unreadable = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)

    assert (
        await QuickBooksApi(session, outside.url, OneToken(TOKEN)).list_customers(REALM, None) == unreadable
    )
    outside.says(200, json.dumps({"clients": rows, "next_cursor": None}))
    assert await CanopyApi(session, outside.url, TOKEN).list_clients(FirmId("f-1"), None) == unreadable


async def test_a_client_without_what_it_must_have_is_named(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """Canopy's page goes on without it too."""
    good = {"client_id": "c-2", "version": 1, "type": "individual", "display_name": "Ana"}
    outside.says(200, json.dumps({"clients": [{"client_id": "c-1"}, good], "next_cursor": "n"}))

    page = await CanopyApi(session, outside.url, TOKEN).list_clients(FirmId("f-1"), None)

    assert isinstance(page, ClientsListed)
    assert [client.client_id for client in page.clients] == ["c-2"]
    assert [each.id for each in page.unreadable] == ["c-1"]
    assert page.cursor == "n"
