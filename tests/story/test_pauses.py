"""Requests can be paused, of one firm or of all: decisions go on, and nothing is sent until they go on too."""

from tests.story import operators
from tests.story.company import Company
from tests.story.conftest import Open
from tests.story.stillness import stays_still

A_MOMENT = 1.5


async def test_a_paused_firm_decides_and_sends_nothing(open_company: Open) -> None:
    """What waits is listed; another firm goes on; resumed, all of it is sent."""
    paused, other = await open_company(), await open_company()
    client = await paused.add_client("Maya Cohen", email="maya@example.com")
    customer = await paused.until_synced(client)
    said = await operators.types(paused, "pause", "--firm", paused.firm, "--reason", "their books are closed")
    assert said[0]["code"] == "pause"
    await paused.edit_client(client, email="cohen@example.com", phone="(312) 555-0140")
    await paused.until_link(client, in_step=False)
    await stays_still(paused, A_MOMENT)
    elsewhere = await other.add_client("Noor Aziz")
    await other.until_synced(elsewhere)

    again = await operators.types(paused, "pause", "--firm", paused.firm, "--reason", "once more", code=1)
    assert again[0]["code"] == "already_paused"
    (work,) = [line for line in again if line.get("what") == "update_customer"]
    assert (work["client_id"], work["fields"]) == (client, ["email", "phone"])

    await operators.types(paused, "resume", "--firm", paused.firm, "--reason", "closed")
    await paused.until_customer(customer, PrimaryEmailAddr={"Address": "cohen@example.com"})
    await paused.until_synced(client)


async def test_all_firms_pause_at_once_whatever_their_partition(open_company: Open) -> None:
    """Also what a person asks for waits; each partition says so, and goes on when told."""
    firms = [await open_company() for _ in range(3)]
    said = await operators.types(firms[0], "pause", "--all", "--reason", "Intuit is down")
    try:
        assert len(said[0]["positions"]) == 8
        clients = [await firm.add_client("Otto Braun") for firm in firms]
        for firm, client in zip(firms, clients, strict=True):
            await firm.until_link(client, status="creating")
        for firm in firms:
            await stays_still(firm, A_MOMENT / 3)
    finally:
        await operators.types(firms[0], "resume", "--all", "--reason", "Intuit is back")
    for firm, client in zip(firms, clients, strict=True):
        await firm.until_synced(client)


async def test_a_manager_pauses_their_own_firm_by_the_api(company: Company) -> None:
    """And resumes it."""
    (await company.api("POST", "/pause", {"reason": "we tidy up"})).ok()
    client = await company.add_client("Petra Maier")
    await company.until_link(client, status="creating")
    await stays_still(company, A_MOMENT)

    (await company.api("POST", "/resume", {})).ok()

    await company.until_synced(client)


async def test_what_a_pause_held_is_sent_together(company: Company) -> None:
    """Twenty edits wait; resumed, they leave in one request, and each client is in step again."""
    clients = [await company.add_client(f"Client {n}") for n in range(21)]
    customers = [await company.until_synced(client) for client in clients]
    (await company.api("POST", "/pause", {"reason": "we tidy up"})).ok()
    for n, client in enumerate(clients):
        await company.edit_client(client, email=f"tidy{n}@example.com")
        await company.until_link(client, in_step=False)

    (await company.api("POST", "/resume", {})).ok()

    for n, (client, customer) in enumerate(zip(clients, customers, strict=True)):
        await company.until_customer(customer, PrimaryEmailAddr={"Address": f"tidy{n}@example.com"})
        await company.until_synced(client)
    changes = [each for each in await company.written_in_quickbooks() if "DisplayName" not in each["body"]]
    together = [each["body"]["BatchItemRequest"] for each in changes if each["path"].endswith("/batch")]
    assert sum(map(len, together)) + len(changes) - len(together) == 21
    assert len(changes) <= 3
