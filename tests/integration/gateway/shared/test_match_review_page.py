"""What the window tells of a pair, its review tells too."""

from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm


async def test_a_review_says_that_others_have_this_email_too(gateway: Running, firm: Firm) -> None:
    """Who chose the pair for its email must not learn less where it is confirmed."""
    await gateway.log.decide(firm.connected(), code="connect")
    await gateway.log.decide(firm.client_row("c-1", "Kim Costa"))
    await gateway.log.decide(firm.customer_row("59", "Alessandro Costa", email="c-1@example.com"))
    at = await gateway.log.decide(firm.customer_row("58", "Costa, Kim", email="c-1@example.com"))
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)

    for path in ("found?q=Kim+Costa", "review?customer_id=58"):
        url = f"/firms/{firm.id}/clients/c-1/{path}"
        async with gateway.http.get(url, headers={"Authorization": "Bearer dev-viewer"}) as answer:
            assert (answer.status, "Others have this email too" in await answer.text()) == (200, True), path
