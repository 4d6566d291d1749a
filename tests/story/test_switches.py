"""The four switches of *Manage QBO Integration*: each holds what it names, and never what a person asks for."""

from tests.story.company import Company
from tests.story.stillness import stays_still

A_MOMENT = 1.5
"""Seconds in which a write that is not held would long have been sent: they take some 50 ms here."""


async def test_creating_from_canopy_off_creates_nothing_until_a_person_does(company: Company) -> None:
    """The client is listed with the reason; on again, nothing goes by itself; Create works meanwhile."""
    await company.switch("actions_from_canopy", "creating")
    client = await company.add_client("Ada Moreau")
    link = await company.until_link(client, status="not_synced")
    assert link["reason"] == "creating_is_off"
    await company.edit_client(client, email="ada@example.com")
    await stays_still(company, A_MOMENT)

    by_person = await company.add_client("Bo Larsen")
    await company.until_link(by_person, status="not_synced")
    assert (await company.act(by_person, "create")).ok()["link"]["status"] == "synced"

    await company.switch()
    await stays_still(company, A_MOMENT)
    assert (await company.link(client))["status"] == "not_synced"
    later = await company.add_client("Cleo Martin")
    await company.until_synced(later)
    assert len(await company.written_in_quickbooks()) == 2


async def test_editing_from_canopy_off_holds_the_fields_and_push_sends_them(company: Company) -> None:
    """Held and named; a push sends one client's; on again, only a new edit goes, and the held one stays."""
    client = await company.add_client("Dina Osei", email="dina@example.com", phone="(312) 555-0105")
    customer = await company.until_synced(client)
    await company.switch("actions_from_canopy", "editing")

    await company.edit_client(client, email="osei@example.com")
    held = {"to_quickbooks": ["email"], "to_canopy": []}
    await company.until_link(client, status="synced", held=held, in_step=False)
    await stays_still(company, A_MOMENT)
    assert (await company.act(client, "push")).ok()["link"]["in_step"]
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "osei@example.com"}

    await company.edit_client(client, email="dina.osei@example.com")
    await company.until_link(client, held=held)
    await company.switch()
    await stays_still(company, A_MOMENT)
    await company.edit_client(client, phone="(312) 555-0106")
    await company.until_link(client, held=held, status="synced")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0106"})
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "osei@example.com"}
    assert [set(each["body"]) for each in (await company.written_in_quickbooks())[1:]] == [
        {"Id", "SyncToken", "sparse", "PrimaryEmailAddr"},
        {"Id", "SyncToken", "sparse", "PrimaryPhone"},
    ]


async def test_editing_from_quickbooks_off_holds_the_fields_and_push_sends_them(company: Company) -> None:
    """The same the other way: held for Canopy, named, pushed by a person; on again, a new edit goes."""
    client = await company.add_client("Emre Polat", email="emre@example.com")
    customer = await company.until_synced(client)
    await company.switch("actions_from_qbo", "editing")

    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0107"})
    held = {"to_quickbooks": [], "to_canopy": ["mobile"]}
    await company.until_link(client, status="synced", held=held)
    await stays_still(company, A_MOMENT)
    (await company.act(client, "push")).ok()
    assert (await company.client(client))["mobile"] == "(312) 555-0107"

    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0108"})
    await company.until_link(client, held=held)
    await company.switch()
    await stays_still(company, A_MOMENT)
    assert (await company.client(client))["mobile"] == "(312) 555-0107"
    await company.edit_customer(customer, Fax={"FreeFormNumber": "(312) 555-0109"})
    await company.until_client(client, fax="(312) 555-0109")
    assert [each["body"] for each in await company.written_in_canopy()] == [
        {"mobile": "(312) 555-0107"},
        {"fax": "(312) 555-0109"},
    ]


async def test_creating_from_quickbooks_off_lists_the_customer_as_unmatched(company: Company) -> None:
    """No client is created for it, and a person can match it."""
    await company.switch("actions_from_qbo", "creating")

    customer = await company.add_customer("Farid Rahimi")

    await stays_still(company, A_MOMENT)
    (listed,) = (await company.api("GET", "/customers?linked=false")).ok()["customers"]
    assert (listed["customer_id"], listed["linked_to"]) == (customer, None)
    client = await company.add_client("Farid Rahimi", sync=False)
    await company.until_link(client, status="not_synced")
    assert (await company.act(client, "match", {"customer_id": customer})).ok()["link"]["status"] == "synced"


async def test_with_all_four_off_a_persons_match_still_goes_through(company: Company) -> None:
    """Switches hold automatic work only: the match overwrites at once, and edits after it are held."""
    await company.switch("all")
    customer = await company.add_customer("G. Petrov", Notes="Net 30")
    client = await company.add_client("Galina Petrov", email="galina@example.com")
    await company.until_link(client, status="not_synced")

    matched = (await company.act(client, "match", {"customer_id": customer})).ok()["link"]

    assert (matched["status"], matched["in_step"]) == ("synced", True)
    now = await company.customer(customer)
    assert (now["DisplayName"], now["Notes"]) == ("Galina Petrov", "Net 30")
    await company.edit_client(client, email="petrov@example.com")
    await company.edit_customer(customer, Fax={"FreeFormNumber": "(312) 555-0110"})
    await company.until_link(client, held={"to_quickbooks": ["email"], "to_canopy": ["fax"]})
    await stays_still(company, A_MOMENT)
    assert (await company.act(client, "push")).ok()["link"]["in_step"]
    assert (await company.client(client))["fax"] == "(312) 555-0110"
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "petrov@example.com"}
