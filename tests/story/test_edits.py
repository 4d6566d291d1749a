"""Edits of a synced client travel to the other side: the changed field and no other, once."""

from tests.story.company import Company
from tests.story.events import client_event
from tests.story.stillness import stays_still


async def test_an_edit_in_canopy_sends_just_the_changed_field(company: Company) -> None:
    """A new email goes to QuickBooks as a sparse update of the email; its webhook brings nothing back."""
    client = await company.add_client("Omar Diallo", email="omar@example.com", phone="(312) 555-0101")
    customer = await company.until_synced(client)
    before = await company.customer(customer)

    await company.edit_client(client, email="diallo@example.com")

    await company.until_customer(customer, PrimaryEmailAddr={"Address": "diallo@example.com"})
    await stays_still(company)
    create, update = await company.written_in_quickbooks()
    assert update["body"] == {
        "Id": customer,
        "SyncToken": before["SyncToken"],
        "sparse": True,
        "PrimaryEmailAddr": {"Address": "diallo@example.com"},
    }
    assert create["request_id"] != update["request_id"]
    assert await company.written_in_canopy() == []


async def test_a_field_cleared_on_one_side_is_cleared_on_the_other(company: Company) -> None:
    """Once in step, an emptied field is an edit like any other."""
    client = await company.add_client("Rosa Lindqvist", phone="(312) 555-0102", mobile="(312) 555-0103")
    customer = await company.until_synced(client)

    await company.edit_client(client, phone=None)
    await company.edit_customer(customer, Mobile=None)

    await company.until_customer(customer, PrimaryPhone=None)
    await company.until_client(client, mobile=None)
    await company.until_synced(client)


async def test_an_edit_that_arrives_before_its_creation_loses_nothing(company: Company) -> None:
    """`edited` overtakes `created`: the choice waits for `created`, and the customer has the newer values."""
    name = "Lena Fournier"
    await company.tell(client_event(company.firm, "edited", "c-7001", 2, name, email="new@example.com"))
    waiting = await company.until_link("c-7001", status="not_synced")
    assert waiting["reason"] == "choice_unknown"

    await company.tell(client_event(company.firm, "created", "c-7001", 1, name, email="old@example.com"))

    customer = await company.until_synced("c-7001")
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "new@example.com"}
    assert len(await company.written_in_quickbooks()) == 1
