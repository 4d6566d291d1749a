"""A firm disconnects, and connects again: no link is lost, and nothing that drifted is sent unseen."""

from tests.story import operators
from tests.story.company import Company
from tests.story.conftest import Open
from tests.story.stillness import stays_still

A_MOMENT = 1.5


async def _disconnect(company: Company) -> None:
    """Type the command, and wait until its webhooks are no longer followed: the gateway reads that from the log."""
    await operators.types(company, "disconnect", company.firm)

    async def is_known() -> bool:
        return bool((await company.api("GET", "/connection")).ok()["status"] == "disconnected")

    await company.until(is_known, "the gateway knows that it is disconnected")


async def _asleep(company: Company) -> tuple[str, str]:
    """Give a client and its customer, disconnected and then edited on both sides."""
    client = await company.add_client("Vera Costa", email="vera@example.com")
    customer = await company.until_synced(client)
    await _disconnect(company)
    await company.edit_client(client, email="costa@example.com")
    await company.edit_customer(customer, Fax={"FreeFormNumber": "(312) 555-0160"})
    await stays_still(company, A_MOMENT)
    return client, customer


async def test_the_same_company_comes_back_and_drift_is_held_until_released(company: Company) -> None:
    """What both sides edited meanwhile is listed, and sent when a person says so."""
    client, customer = await _asleep(company)

    await company.connect()

    held = {"to_quickbooks": ["email"], "to_canopy": ["fax"]}
    await company.until_link(client, status="synced", customer_id=customer, held=held)
    await stays_still(company, A_MOMENT)
    listed = (await company.api("GET", "/held")).ok()
    assert client in str(listed)
    released = await company.api("POST", "/held/release", {})
    assert released.status in {200, 202}, released
    await company.until_synced(client)
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "costa@example.com"
    assert (await company.client(client))["fax"] == "(312) 555-0160"


async def test_a_customer_that_went_meanwhile_is_found_when_the_company_is_back(company: Company) -> None:
    """No list tells of who is gone, and its webhook came while nobody followed any: its client says why it is not synced."""
    client, stays = await company.add_client("Vera Costa"), await company.add_client("Costa & Sons")
    customer, survivor = await company.until_synced(client), await company.until_synced(stays)
    await _disconnect(company)
    await company.merge_customers(customer, survivor, loser="gone")
    await stays_still(company, A_MOMENT)

    await company.connect()

    link = await company.until_link(client, status="not_synced", reason="customer_gone")
    assert link["customer_id"] is None
    await company.until_synced(stays)
    assert (await company.act(client, "restore")).refused() == "customer_gone"


async def test_another_company_is_asked_about_first(open_company: Open) -> None:
    """Refused unless somebody says that it replaces the first; then the old links are let go, and kept for undo."""
    company = await open_company()
    client, _ = await _asleep(company)
    other = f"{company.realm}9"
    await company.ask("POST", f"{company.stack.quickbooks}/_control/realms", {"realm_id": other})

    await operators.refused(company, "connect", f"{company.firm}={other}")

    await company.connect(other, replaces=True)
    link = await company.until_link(client, status="not_synced", reason="disconnected")
    assert link["former"] is not None
    await stays_still(company, A_MOMENT)
    assert await company.customers() == []
