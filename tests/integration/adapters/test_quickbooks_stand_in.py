"""The QuickBooks adapter against the stand-in: whole conversations over real HTTP, and what its ledger says of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from domain.effects import CreateCustomer, UpdateCustomer
from domain.fields import Address, Field, Value
from domain.ids import CustomerId, EffectId, RealmId
from domain.obstacles import Obstacle
from domain.outcomes import (
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    NameTaken,
    Rejected,
)
from domain.ports import StaleCopy, TryLater
from domain.snapshots import Customer
from tests.integration.adapters.stand_in import StandIn

REALM = RealmId("9130000000000001")
TOKEN = "token-of-the-test"
HOME = Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616")


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
    """The adapter, with the right token and little patience."""
    return speaking_with(stand_in, TOKEN)


def speaking_with(stand_in: StandIn, given: str) -> QuickBooksApi:
    """Make an adapter that shows this token."""
    return QuickBooksApi(stand_in.session, stand_in.url, OneToken(given), timeout_seconds=2)


def creating(name: str, number: int = 1) -> CreateCustomer:
    """Plan a customer with this name and Fiona's other values."""
    return CreateCustomer(
        id=EffectId(f"create-{number}"),
        values={Field.DISPLAY_NAME: name, Field.FIRST_NAME: "Fiona", Field.ADDRESS: HOME},
        asked_by="rule",
        planned_at=datetime.now(UTC),
    )


def updating(customer: Customer, number: int = 1, /, **values: Value) -> UpdateCustomer:
    """Plan a change of what is known of the customer."""
    return UpdateCustomer(
        id=EffectId(f"update-{number}"),
        customer_id=customer.customer_id,
        sync_token=customer.sync_token,
        values={Field(name): value for name, value in values.items()},
        asked_by="rule",
        planned_at=datetime.now(UTC),
        address_id=customer.address_id,
    )


async def created(api: QuickBooksApi, name: str, number: int = 1) -> Customer:
    """Create a customer, and say how it looks."""
    answer = await api.create_customer(REALM, creating(name, number))
    assert isinstance(answer, CustomerSaved)
    return answer.customer


async def test_a_created_customer_reads_back_as_it_was_sent(api: QuickBooksApi) -> None:
    """With an id, its first token, and QuickBooks' own times."""
    before = datetime.now(UTC).replace(microsecond=0)
    customer = await created(api, "Zoë O'Neil")

    assert customer.values == creating("Zoë O'Neil").values
    assert (customer.sync_token, customer.active, customer.job) == (0, True, False)
    assert before <= customer.created_at <= datetime.now(UTC)
    assert customer.address_id is not None
    assert await api.read_customer(REALM, customer.customer_id) == CustomerRead(customer=customer)


async def test_a_create_whose_answer_is_lost_happens_once(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Done, but never answered: the same request id again brings the first answer, and no second customer."""
    await stand_in.fails("timeout_after")

    lost = await api.create_customer(REALM, creating("Fiona Gallagher"))
    again = await api.create_customer(REALM, creating("Fiona Gallagher"))
    once_more = await api.create_customer(REALM, creating("Fiona Gallagher"))

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, CustomerSaved)
    assert once_more == again
    assert [entry["entity"] for entry in await stand_in.committed()] == [again.customer.customer_id]
    listed = await api.list_customers(REALM, None)
    assert isinstance(listed, CustomersListed)
    assert listed.customers == (again.customer,)
    assert listed.as_of is not None
    assert again.customer.updated_at <= listed.as_of <= datetime.now(UTC)


async def test_a_create_that_never_arrived_is_made_by_its_repeat(
    stand_in: StandIn, api: QuickBooksApi
) -> None:
    """From here it looks the same as one whose answer was lost, and is treated the same."""
    await stand_in.fails("timeout_before", value=4.0)

    lost = await api.create_customer(REALM, creating("Fiona Gallagher"))
    again = await api.create_customer(REALM, creating("Fiona Gallagher"))

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, CustomerSaved)
    assert len(await stand_in.committed()) == 1


async def test_a_lost_create_is_found_by_name_and_time(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Whatever its name holds, since the name stands in no query; and inactive, should somebody have done that."""
    since = datetime.now(UTC) - timedelta(seconds=1)
    name = "D\u2019Arcy \\ Zoë 'n\u2013Co"
    other = await created(api, "Somebody else", 1)
    customer = await created(api, name, 2)
    await stand_in.control("PATCH", f"realms/{REALM}/customers/{customer.customer_id}", {"Active": False})

    found = await api.find_created(REALM, name.upper(), since)

    assert isinstance(found, tuple)
    assert [each.customer_id for each in found] == [customer.customer_id]
    assert found[0].values[Field.DISPLAY_NAME] == name
    assert await api.find_created(REALM, name, customer.created_at + timedelta(seconds=1)) == ()
    queries = [
        entry["query"] for entry in await stand_in.control("GET", "ledger") if entry["query"].get("query")
    ]
    assert "Arcy" not in str(queries)
    assert other.customer_id != customer.customer_id


async def test_a_name_held_by_a_vendor_is_taken(stand_in: StandIn, api: QuickBooksApi) -> None:
    """One list of names over customers, vendors and employees; to take one by renaming is the same."""
    await stand_in.control("POST", f"realms/{REALM}/vendors", {"DisplayName": "Gallagher Plumbing"})
    customer = await created(api, "Fiona Gallagher")

    assert await api.create_customer(REALM, creating("Gallagher Plumbing", 2)) == NameTaken()
    assert (
        await api.update_customer(REALM, updating(customer, display_name="gallagher plumbing")) == NameTaken()
    )
    assert len(await stand_in.committed()) == 1


async def test_an_update_changes_what_it_names_and_keeps_the_rest(
    stand_in: StandIn, api: QuickBooksApi
) -> None:
    """Cleared fields are empty, others are as they were, and so is what QuickBooks alone has."""
    customer = await created(api, "Fiona Gallagher")
    path = f"realms/{REALM}/customers/{customer.customer_id}"
    await stand_in.control("PATCH", path, {"Notes": "Pays in cash", "Fax": {"FreeFormNumber": "1"}})

    answer = await api.update_customer(
        REALM,
        updating(
            replace(customer, sync_token=1),
            first_name=None,
            fax=None,
            email="fiona@example.com",
            address=Address(line1="1 Main St"),
        ),
    )

    assert isinstance(answer, CustomerSaved)
    assert answer.customer.sync_token == 2
    assert answer.customer.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.EMAIL: "fiona@example.com",
        Field.ADDRESS: Address(line1="1 Main St"),
    }
    assert answer.customer.address_id == customer.address_id
    records = await stand_in.control("GET", f"realms/{REALM}/customers")
    assert records["customers"][0]["Notes"] == "Pays in cash"


async def test_a_cleared_address_is_empty(api: QuickBooksApi) -> None:
    """As a whole, and it can be filled again."""
    customer = await created(api, "Fiona Gallagher")

    cleared = await api.update_customer(REALM, updating(customer, address=None, email=None))
    assert isinstance(cleared, CustomerSaved)
    filled = await api.update_customer(REALM, updating(cleared.customer, 2, address=HOME))
    assert isinstance(filled, CustomerSaved)

    assert Field.ADDRESS not in cleared.customer.values
    assert filled.customer.values[Field.ADDRESS] == HOME


async def test_a_customer_changed_by_somebody_else_is_left_alone(
    stand_in: StandIn, api: QuickBooksApi
) -> None:
    """The token is not the current one: nothing is written over their work."""
    customer = await created(api, "Fiona Gallagher")
    path = f"realms/{REALM}/customers/{customer.customer_id}"
    await stand_in.control("PATCH", path, {"GivenName": "Fi"})

    assert await api.update_customer(REALM, updating(customer, first_name="Fee")) == StaleCopy()
    now = await api.read_customer(REALM, customer.customer_id)
    assert isinstance(now, CustomerRead)
    assert now.customer.values[Field.FIRST_NAME] == "Fi"


async def test_an_update_whose_answer_is_lost_happens_once(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Sent again under its id it brings the first answer; under another id its old token would be refused."""
    customer = await created(api, "Fiona Gallagher")
    await stand_in.fails("timeout_after")

    lost = await api.update_customer(REALM, updating(customer, first_name="Fi"))
    again = await api.update_customer(REALM, updating(customer, first_name="Fi"))
    other = await api.update_customer(REALM, updating(customer, 2, first_name="Fi"))

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, CustomerSaved)
    assert again.customer.sync_token == 1
    assert other == StaleCopy()
    assert len(await stand_in.committed()) == 2


async def test_an_unknown_customer_is_gone(api: QuickBooksApi) -> None:
    """Read or written; an id that can't be is refused under a code of its own."""
    nobody = replace(await created(api, "Fiona Gallagher"), customer_id=CustomerId("999"))
    gone = CustomerGone(customer_id=CustomerId("999"))

    assert await api.read_customer(REALM, CustomerId("999")) == gone
    assert await api.update_customer(REALM, updating(nobody, first_name="Fi")) == gone
    assert await api.read_customer(REALM, CustomerId("9999999999999")) == CustomerGone(
        customer_id=CustomerId("9999999999999")
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"first_name": "F" * 101}, Rejected(code="2050", fields=(Field.FIRST_NAME,))),
        ({"email": "fiona@"}, Rejected(code="2210", fields=(Field.EMAIL,))),
    ],
)
async def test_a_value_that_quickbooks_will_not_take_is_named(
    api: QuickBooksApi, values: dict[str, Value], expected: Rejected
) -> None:
    """By its field and QuickBooks' code; a person puts it right."""
    customer = await created(api, "Fiona Gallagher")

    assert await api.update_customer(REALM, updating(customer, **values)) == expected


async def test_a_colon_in_a_name_is_written_as_a_dash(api: QuickBooksApi) -> None:
    """QuickBooks keeps colons for sub-customers, and refuses them in a name."""
    customer = await created(api, "Fiona Gallagher")

    answer = await api.update_customer(REALM, updating(customer, display_name="Gallagher: Fiona"))

    assert isinstance(answer, CustomerSaved)
    assert answer.customer.values[Field.DISPLAY_NAME] == "Gallagher- Fiona"


async def test_all_customers_are_listed_page_by_page(stand_in: StandIn, api: QuickBooksApi) -> None:
    """Inactive ones and sub-customers too, each once, in pages of a hundred."""
    path = f"realms/{REALM}/customers"
    for number in range(1, 101):
        await stand_in.control("POST", path, {"DisplayName": f"Customer {number}"})
    await stand_in.control("POST", path, {"DisplayName": "Kitchen", "Job": True, "ParentRef": {"value": "1"}})
    await stand_in.control("PATCH", f"{path}/2", {"Active": False})

    first = await api.list_customers(REALM, None)
    assert isinstance(first, CustomersListed)
    second = await api.list_customers(REALM, first.cursor)
    assert isinstance(second, CustomersListed)
    everybody = first.customers + second.customers

    assert (len(first.customers), first.cursor) == (100, "100:100:0:100")
    assert (len(second.customers), second.cursor) == (2, None)
    assert len({each.customer_id for each in everybody}) == 101
    assert [each.values[Field.DISPLAY_NAME] for each in everybody if not each.active] == ["Customer 2"]
    assert [each.values[Field.DISPLAY_NAME] for each in everybody if each.job] == ["Kitchen"]
    found = await api.find_created(REALM, "Kitchen", everybody[0].created_at)
    assert found == second.customers[1:]


async def test_of_a_hundred_customers_those_that_are_there_are_read_at_once(
    stand_in: StandIn, api: QuickBooksApi
) -> None:
    """One request; inactive ones and sub-customers count as there, and who is not asked for does not come."""
    path = f"realms/{REALM}/customers"
    for number in range(1, 99):
        await stand_in.control("POST", path, {"DisplayName": f"Customer {number}"})
    await stand_in.control("POST", path, {"DisplayName": "Kitchen", "Job": True, "ParentRef": {"value": "1"}})
    await stand_in.control("PATCH", f"{path}/2", {"Active": False})
    gone = CustomerId("999999")
    there = tuple(CustomerId(f"{number}") for number in range(2, 100))

    found = await api.read_customers(REALM, (gone, *there))

    assert isinstance(found, CustomersListed)
    assert {customer.customer_id for customer in found.customers} == set(there)
    assert found.cursor is None
    assert await api.read_customers(REALM, (gone,)) == CustomersListed(customers=())
    assert await api.read_customers(REALM, ()) == CustomersListed(customers=())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (403, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (429, TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        (500, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
        (502, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
        (503, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
    ],
)
async def test_a_failing_quickbooks_is_asked_again_later(
    stand_in: StandIn, api: QuickBooksApi, status: int, expected: TryLater
) -> None:
    """Whatever was asked of it."""
    fiona = creating("Fiona Gallagher")
    await stand_in.fails("status", value=status, times=6)

    assert await api.create_customer(REALM, fiona) == expected
    assert await api.read_customer(REALM, CustomerId("1")) == expected
    assert await api.list_customers(REALM, None) == expected
    assert await api.read_customers(REALM, (CustomerId("1"),)) == expected
    assert await api.find_created(REALM, "Fiona Gallagher", fiona.planned_at) == expected
    someone = Customer(
        customer_id=CustomerId("1"),
        sync_token=0,
        values={},
        created_at=fiona.planned_at,
        updated_at=fiona.planned_at,
    )
    assert await api.update_customer(REALM, updating(someone, first_name="Fi")) == expected


async def test_a_wrong_token_is_written_nowhere(stand_in: StandIn) -> None:
    """QuickBooks repeats it in its answer; it must end there."""
    api = speaking_with(stand_in, "AB01-expired-token")

    with capture_logs() as logs:
        answer = await api.create_customer(REALM, creating("Fiona Gallagher"))

    assert answer == TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)
    assert [entry["codes"] for entry in logs] == [["3200"]]
    assert "AB01" not in f"{logs} {answer}"
    assert "AB01" in str(await stand_in.control("GET", "ledger"))
