"""Who has a name in QuickBooks, and what changed there lately, asked of the stand-in over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from domain.ids import RealmId
from domain.outcomes import CustomersListed, Holder, HoldersFound
from domain.ports import TryLater
from tests.integration.adapters.outside import Outside
from tests.integration.adapters.stand_in import StandIn

REALM = RealmId("9130000000000001")
TOKEN = "token-of-the-test"


@pytest.fixture
async def stand_in(session: aiohttp.ClientSession) -> AsyncIterator[StandIn]:
    """A stand-in of the test's own, with one empty realm."""
    settings = QuickBooksSettings(access_token=TOKEN, verifier="verifier", limits=Limits())
    async with TestServer(quickbooks_app(settings)) as server:
        stand_in = StandIn(str(server.make_url("/")), session)
        await stand_in.control("POST", "realms", {"realm_id": REALM})
        yield stand_in


@pytest.fixture
def api(stand_in: StandIn) -> QuickBooksApi:
    """The adapter, with the right token."""
    return QuickBooksApi(stand_in.session, stand_in.url, OneToken(TOKEN))


async def a_record(stand_in: StandIn, kind: str, name: str) -> str:
    """Work in QuickBooks as a person does; gives the new record's id."""
    made = await stand_in.control("POST", f"realms/{REALM}/{kind}", {"DisplayName": name})
    record: dict[str, Any] = next(value for value in made.values() if isinstance(value, dict))
    return str(record["Id"])


async def queries(stand_in: StandIn) -> list[str]:
    """List the statements that were asked, oldest first."""
    asked = [entry["query"].get("query") for entry in await stand_in.control("GET", "ledger")]
    return [statement for statement in asked if statement]


async def test_the_holder_of_a_name_is_named_with_its_kind(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Customers, vendors and employees share one list of names; case and spacing tell none apart."""
    customer = await a_record(stand_in, "customers", "Fiona Gallagher")
    vendor = await a_record(stand_in, "vendors", "O'Neil \\ Sons")
    employee = await a_record(stand_in, "employees", "FIONA G. GALLAGHER")

    names = ("Fiona Gallagher", "O'Neil \\ Sons", "Fiona G. Gallagher", "Fiona Grace Gallagher")

    assert await api.find_holders(REALM, names) == HoldersFound(
        holders=(
            Holder(name="Fiona Gallagher", kind="customer", id=customer),
            Holder(name="O'Neil \\ Sons", kind="vendor", id=vendor),
            Holder(name="Fiona G. Gallagher", kind="employee", id=employee),
        )
    )


async def test_a_name_that_is_found_is_asked_for_no_more(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Each question is a metered read; a name has one holder."""
    await a_record(stand_in, "customers", "Fiona Gallagher")

    await api.find_holders(REALM, ("Fiona Gallagher",))

    assert await queries(stand_in) == [
        "SELECT * FROM Customer WHERE Active IN (true, false) AND DisplayName IN ('Fiona Gallagher')"
    ]


async def test_an_inactive_record_gives_its_name_free(stand_in: StandIn, api: QuickBooksApi) -> None:
    """It reads back with a suffix, which is what it is called from then on."""
    customer = await a_record(stand_in, "customers", "Fiona Gallagher")
    await stand_in.control("PATCH", f"realms/{REALM}/customers/{customer}", {"Active": False})

    found = await api.find_holders(REALM, ("Fiona Gallagher", "Fiona Gallagher (deleted)"))

    assert found == HoldersFound(
        holders=(Holder(name="Fiona Gallagher (deleted)", kind="customer", id=customer, active=False),)
    )


async def test_a_name_that_no_query_can_hold_is_unknown(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Curly quotes, accents, control characters, blanks and very long names: nobody asks, and nobody says free."""
    names = ("D\u2019Arcy", "Zoë", "a\tb", " ", "x" * 101)

    assert await api.find_holders(REALM, names) == HoldersFound(holders=(), unknown=names)
    assert await queries(stand_in) == []


async def test_a_kind_that_may_not_be_asked_leaves_a_name_unknown(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """The search ends nevertheless, and says of no name that nobody has it."""
    outside.says(
        400, '{"Fault":{"Error":[{"code":"5020","Message":"no permission"}],"type":"ValidationFault"}}'
    )
    api = QuickBooksApi(session, outside.url, OneToken(TOKEN))

    found = await api.find_holders(REALM, ("Fiona Gallagher",))

    assert found == HoldersFound(holders=(), unknown=("Fiona Gallagher",))
    assert len(outside.asked) == 3


@pytest.mark.parametrize(
    ("status", "text", "why"), [(503, "", "unavailable"), (429, "", "throttled"), (200, "[]", "unreadable")]
)
async def test_a_search_without_an_answer_is_tried_again(
    outside: Outside, session: aiohttp.ClientSession, status: int, text: str, why: str
) -> None:
    """No answer is no news: the whole search is asked for later."""
    outside.says(status, text)
    found = await QuickBooksApi(session, outside.url, OneToken(TOKEN)).find_holders(
        REALM, ("Fiona Gallagher",)
    )

    assert isinstance(found, TryLater)
    assert found.why == why


async def test_a_sweep_lists_what_changed_since(stand_in: StandIn, api: QuickBooksApi) -> None:
    """At or after the second named, active or not, page by page as the whole list."""
    customer = await a_record(stand_in, "customers", "Fiona Gallagher")
    await stand_in.control("PATCH", f"realms/{REALM}/customers/{customer}", {"Active": False})
    now = datetime.now(UTC)

    found = await api.list_customers(REALM, None, since=now - timedelta(seconds=5))
    later = await api.list_customers(REALM, None, since=now + timedelta(seconds=5))

    assert isinstance(found, CustomersListed)
    assert [each.customer_id for each in found.customers] == [customer]
    assert isinstance(later, CustomersListed)
    assert later.customers == ()
