"""A client added with "Sync client" off stays out of QuickBooks, until a person decides otherwise."""

import pytest

from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event


async def test_a_client_added_in_the_console_with_sync_off_is_left_out(company: Company) -> None:
    """Later edits respect it; a person's Create then makes the customer, with the newest values."""
    body = {
        "type": "individual",
        "display_name": "Hugo Brandt",
        "email": "hugo@example.com",
        "sync_client": False,
    }
    added = (await company.api("POST", "/clients", body)).ok()
    client = added["client"]["client_id"]
    assert (added["link"]["status"], added["link"]["reason"]) == ("not_synced", "left_out")

    (await company.api("PATCH", f"/clients/{client}", {"email": "brandt@example.com"})).ok()
    await _sees_version(company, client, 2)
    assert await company.written_in_quickbooks() == []

    created = (await company.act(client, "create")).ok()["link"]
    assert created["status"] == "synced"
    (written,) = await company.written_in_quickbooks()
    assert written["body"]["PrimaryEmailAddr"] == {"Address": "brandt@example.com"}
    await company.edit_client(client, phone="(312) 555-0104")
    await company.until_customer(created["customer_id"], PrimaryPhone={"FreeFormNumber": "(312) 555-0104"})


async def test_a_created_event_with_sync_off_is_respected_by_later_edits(company: Company) -> None:
    """Canopy's own event says no: the client is listed as left out, and edits don't create it."""
    client, name = "c-8001", "Mila Novak"
    await company.tell(
        client_event(company.firm, "created", client, 1, name, sync=False),
        client_event(company.firm, "edited", client, 2, name, email="mila@example.com"),
    )

    link = await _sees_version(company, client, 2)

    assert (link["status"], link["reason"]) == ("not_synced", "left_out")
    assert await company.written_in_quickbooks() == []
    assert (await company.act(client, "create")).ok()["link"]["status"] == "synced"


@pytest.mark.parametrize("toggle", [True, None])
async def test_a_client_added_in_the_console_with_sync_on_is_created(
    company: Company, toggle: bool | None
) -> None:
    """On, or as the settings say: one customer."""
    body = {"type": "individual", "display_name": "Sara Eklund", "sync_client": toggle}
    client = (await company.api("POST", "/clients", body)).ok()["client"]["client_id"]

    await company.until_synced(client)

    assert len(await company.written_in_quickbooks()) == 1


async def _sees_version(company: Company, client: str, version: int) -> Json:
    async def seen() -> bool:
        answer = await company.api("GET", f"/clients/{client}")
        return answer.status == 200 and answer.ok()["client"]["version"] == version

    await company.until(seen, f"version {version} of {client} is known")
    return await company.link(client)
