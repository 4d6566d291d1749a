"""`client-sync connect` says which company it is before anybody works with it, and refuses one that QuickBooks does not know."""

from deploy.kafka.ports import free_port
from tests.story import operators
from tests.story.company import Company


async def test_a_company_is_named_before_it_is_connected_or_refused(company: Company) -> None:
    """A number that is mistyped connects nothing, and stays free; nothing of QuickBooks' answer is repeated."""
    firm, realm = f"{company.firm}-b", f"{company.realm}8"
    words = ("connect", f"{firm}={realm}")

    async def status() -> str:
        url = f"http://127.0.0.1:{company.stack.http_port}/api/v1/firms/{firm}/connection"
        answer = await company.ask("GET", url, None, Authorization="Bearer dev-operator")
        return str(answer.ok()["status"])

    said = await operators.refused(company, *words)
    assert f"QuickBooks does not know company {realm}" in said
    assert "ApplicationAuthorizationFailed" not in said
    assert await status() == "never_connected"

    books = {"realm_id": realm, "company_name": "Books of\nthe other firm"}
    await company.ask("POST", f"{company.stack.quickbooks}/_control/realms", books)
    (done,) = await operators.types(company, *words)
    assert done == {"firm": firm, "realm_id": realm, "company_name": "Books of the other firm"}
    said = await operators.says(company, *words)
    assert f"{firm} is being connected with Books of the other firm, company {realm}." in said

    async def is_connected() -> bool:
        return await status() == "connected"

    await company.until(is_connected, "the firm is connected")
    # It is another firm's, so that firm is told so, whether QuickBooks knows the company or not.
    assert "connected to another firm" in await operators.refused(company, "connect", f"{firm}-c={realm}")


async def test_a_company_is_connected_while_quickbooks_is_away(company: Company) -> None:
    """It is said that nobody knows its name."""
    away = {"CLIENT_SYNC_QBO_BASE_URL": f"http://127.0.0.1:{free_port()}"}
    words = ("connect", f"{company.firm}={company.realm}")

    (done,) = await operators.types(company, *words, settings=away)

    assert (done["company_name"], done["not_named"]) == (None, "no_answer")
