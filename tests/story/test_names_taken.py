"""QuickBooks keeps names unique over customers, vendors and employees: only a person can choose another."""

from tests.story.company import Company
from tests.story.stillness import stays_still

A_MOMENT = 1.5


async def test_a_name_that_a_vendor_has_needs_a_person_and_a_new_name_solves_it(company: Company) -> None:
    """6240 is shown as a taken name, not tried again; renamed in Canopy, the customer is created."""
    await company.add_vendor("Maria Santos")
    client = await company.add_client("Maria Santos", email="maria@example.com")

    link = await company.until_link(client, status="needs_attention")

    assert (link["problem"]["code"], link["problem"]["fields"]) == ("display_name_taken", ["display_name"])
    assert "display name" in link["problem"]["text"]
    await stays_still(company, A_MOMENT)
    await company.edit_client(client, display_name="Maria Santos (Chicago)")
    customer = await company.until_synced(client)
    assert (await company.customer(customer))["DisplayName"] == "Maria Santos (Chicago)"
    refused, created = await company.written_in_quickbooks()
    assert (refused["status"], refused["answer"]["Fault"]["Error"][0]["code"]) == (400, "6240")
    assert created["request_id"] != refused["request_id"]


async def test_an_edit_of_another_field_leaves_the_question_open(company: Company) -> None:
    """Only a new name is worth a new try; and the customer that has the name can be matched instead."""
    holder = await company.add_customer("Nadia Petit")
    client = await company.add_client("Nadia Petit")
    await company.until_link(client, status="needs_attention")

    await company.edit_client(client, email="nadia@example.com")
    await stays_still(company, A_MOMENT)
    assert (await company.link(client))["status"] == "needs_attention"

    assert (await company.act(client, "match", {"customer_id": holder})).ok()["link"]["status"] == "synced"
    (listed,) = await company.customers()
    assert (listed["Id"], listed["PrimaryEmailAddr"]) == (holder, {"Address": "nadia@example.com"})


async def test_a_rename_to_a_taken_name_holds_the_name_and_nothing_else(company: Company) -> None:
    """The link stays; the name waits for a person, while other edits go on."""
    await company.add_vendor("Oscar Lind")
    client = await company.add_client("O. Lind", email="oscar@example.com")
    customer = await company.until_synced(client)
    await company.edit_client(client, display_name="Oscar Lind")
    await company.until_link(client, status="needs_attention", customer_id=customer)

    await company.edit_client(client, email="lind@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "lind@example.com"})
    assert (await company.customer(customer))["DisplayName"] == "O. Lind"
    await company.edit_client(client, display_name="Oscar Lind & Sons")
    await company.until_synced(client)
    assert (await company.customer(customer))["DisplayName"] == "Oscar Lind & Sons"
