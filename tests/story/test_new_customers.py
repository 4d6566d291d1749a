"""What becomes of a customer that QuickBooks tells of: a client, a question, or nothing by itself."""

from typing import Any

from tests.story.company import Company
from tests.story.conftest import Open
from tests.story.stillness import stays_still

A_MOMENT = 1.5
IN_QUICKBOOKS: dict[str, Any] = {
    "GivenName": "Lena",
    "FamilyName": "Roth",
    "PrimaryEmailAddr": {"Address": "lena@example.com"},
    "BillAddr": {"Line1": "2119 S Wallace St", "City": "Chicago"},
}


async def test_a_new_customer_becomes_a_client_by_itself(company: Company) -> None:
    """With its values, synced from the first moment, and nothing is written back to QuickBooks."""
    customer = await company.new_customer("Lena Roth", **IN_QUICKBOOKS)

    client = await company.until_linked(customer)

    await company.until_synced(client)
    now = await company.client(client)
    assert (now["display_name"], now["first_name"], now["email"]) == ("Lena Roth", "Lena", "lena@example.com")
    assert now["address"]["line1"] == "2119 S Wallace St"
    (written,) = await company.written_in_canopy()
    assert (written["method"], written["status"]) == ("POST", 201)
    assert await company.written_in_quickbooks() == []
    await company.edit_client(client, phone="(312) 555-0120")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0120"})


async def test_what_was_in_quickbooks_before_the_firm_connected_stays_unmatched(open_company: Open) -> None:
    """Also after an edit there; and a person can add it to Canopy."""
    company = await open_company(older=["Mina Sato"])
    (older,) = (await company.api("GET", "/customers?linked=false")).ok()["customers"]
    await company.edit_customer(older["customer_id"], PrimaryEmailAddr={"Address": "mina@example.com"})
    await stays_still(company, A_MOMENT)
    assert await company.clients() == []

    added = await company.api("POST", f"/customers/{older['customer_id']}/create-client")

    assert added.status in {200, 202}, added
    client = await company.until_linked(older["customer_id"])
    await company.until_synced(client)
    assert (await company.client(client))["email"] == "mina@example.com"


async def _asked(company: Company, name: str) -> tuple[str, str]:
    """Give a client that nobody linked, and a new customer that may be the same."""
    client = await company.add_client(
        name, sync=False, email=f"{name.split(maxsplit=1)[0].lower()}@example.com"
    )
    await company.until_link(client, status="not_synced")
    customer = await company.new_customer(name.upper(), Notes="Net 30")
    link = await company.until_link(client, status="needs_attention")
    assert (link["problem"]["code"], customer in link["problem"]["text"]) == ("possible_duplicate", True)
    assert [choice["id"] for choice in link["problem"]["choices"]] == ["match", "create_client", "leave"]
    return client, customer


async def test_a_possible_duplicate_can_be_matched(company: Company) -> None:
    """Asked first; then Canopy's values overwrite as in any match, and nobody is added."""
    client, customer = await _asked(company, "Nils Berg")
    assert await company.written_in_canopy() == []

    assert (await company.answer(client, "match")).ok()["link"]["status"] == "synced"

    now = await company.customer(customer)
    assert (now["DisplayName"], now["PrimaryEmailAddr"]["Address"]) == ("Nils Berg", "nils@example.com")
    assert now["Notes"] == "Net 30"
    assert len(await company.clients()) == 1


async def test_a_possible_duplicate_can_be_somebody_else(company: Company) -> None:
    """Then it becomes a client of its own, and the first one goes back to where it was."""
    client, customer = await _asked(company, "Olga Ivanova")

    (await company.answer(client, "create_client")).ok()

    other = await company.until_linked(customer)
    await company.until_synced(other)
    assert other != client
    assert (await company.link(client))["status"] == "not_synced"
    assert (await company.customer(customer))["DisplayName"] == "OLGA IVANOVA"


async def test_a_possible_duplicate_can_be_left(company: Company) -> None:
    """Both stay as they are, and nobody is asked again when the customer is edited."""
    client, customer = await _asked(company, "Pavel Dvorak")

    assert (await company.answer(client, "leave")).ok()["link"]["status"] == "not_synced"

    await company.edit_customer(customer, Notes="Net 60")
    await stays_still(company, A_MOMENT)
    assert (await company.link(client))["status"] == "not_synced"
    assert await company.linked_to(customer) is None
    assert await company.written_in_quickbooks() == []
    assert await company.written_in_canopy() == []
