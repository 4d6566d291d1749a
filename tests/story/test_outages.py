"""QuickBooks has a bad day: people see what waits and why, and in the end each change was made once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.story.company import Company
from tests.story.stillness import stays_still
from tests.story.throttled import PATIENCE_SECONDS, Throttled


async def test_a_change_that_meets_503_waits_visibly_and_arrives(company: Company) -> None:
    """The status says waiting, and why; then the same request is sent again, byte for byte, and is taken."""
    client = await company.add_client("Pia Holm", email="pia@example.com")
    customer = await company.until_synced(client)
    await company.fault("status", "POST", "/customer", value=503, times=3)
    await company.edit_client(client, email="holm@example.com")

    waiting = (await company.until_link(client, status="waiting"))["waiting"]

    assert waiting["why"] == "unavailable"
    assert datetime.fromisoformat(waiting["until"]) > datetime.now(UTC)
    why = (await company.api("GET", f"/clients/{client}/why")).ok()
    assert why["facts"]["waiting_why"] == "unavailable"
    await company.until_synced(client)
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "holm@example.com"}
    _, *tries = await company.written_in_quickbooks()
    assert [each["status"] for each in tries] == [503, 503, 503, 200]
    assert len({str(each["body"]) for each in tries}) == len({each["request_id"] for each in tries}) == 1


@pytest.mark.parametrize("do", ["timeout_after", "timeout_before"])
async def test_a_create_whose_answer_is_lost_makes_exactly_one_customer(company: Company, do: str) -> None:
    """Done or not, nobody could say: the same request under the same id finds out, and makes no second one."""
    await company.fault(do, "POST", "/customer", value=0.2)

    client = await company.add_client("Quentin Roy", email="quentin@example.com")

    customer = await company.until_synced(client)
    assert [each["Id"] for each in await company.customers()] == [customer]
    lost, answered = await company.written_in_quickbooks()
    assert (lost["status"], answered["status"]) == (None, 200)
    assert (lost["request_id"], lost["body"]) == (answered["request_id"], answered["body"])
    assert sum(each["committed"] for each in (lost, answered)) == 1


async def test_an_update_whose_answer_is_lost_is_made_once(company: Company) -> None:
    """Its SyncToken and request id make the repeat safe."""
    client = await company.add_client("Rita Sala", email="rita@example.com")
    customer = await company.until_synced(client)
    before = await company.customer(customer)
    await company.fault("timeout_after", "POST", "/customer", value=0.2)

    await company.edit_client(client, email="sala@example.com")

    await company.until_link(client, in_step=False)
    await company.until_synced(client)
    now = await company.customer(customer)
    assert now["PrimaryEmailAddr"] == {"Address": "sala@example.com"}
    assert int(now["SyncToken"]) == int(before["SyncToken"]) + 1


async def test_a_throttled_change_waits_its_minute_visibly_and_arrives(throttled: Throttled) -> None:
    """After a 429 nothing is sent for the minute that Intuit asks for; then the change arrives."""
    company, client = throttled.company, throttled.client
    assert throttled.shown["waiting"]["why"] == "throttled"
    until = datetime.fromisoformat(throttled.shown["waiting"]["until"])

    await company.until_link(client, PATIENCE_SECONDS, status="synced", in_step=True)

    now = await company.customer(throttled.customer)
    assert now["PrimaryEmailAddr"] == {"Address": "okafor@example.com"}
    _, refused, taken = await company.written_in_quickbooks()
    assert (refused["status"], taken["status"]) == (429, 200)
    refused_at, taken_at = (datetime.fromisoformat(each["time"]) for each in (refused, taken))
    assert refused_at + timedelta(seconds=60) <= until <= taken_at
    await stays_still(company, 1)
