"""An operator looks at one client, and puts its link back."""

from tests.story import operators
from tests.story.company import Company


async def test_an_operator_sees_why_and_what_happened(company: Company) -> None:
    """One sentence with its facts; the decisions, oldest first; an unknown client is said to be one."""
    client = await company.add_client("Quentin Roy", sync=False)
    await company.until_link(client, status="not_synced")

    (why,) = await operators.types(company, "why", company.firm, client)
    lines = await operators.types(company, "timeline", company.firm, client)

    assert "Sync client" in why["text"]
    assert why["facts"]["reason"] == "left_out"
    assert (lines[0]["version"], lines[0]["code"], lines[0]["actor"]) == (1, "left_out", "user:sandbox")
    assert [line["version"] for line in lines] == sorted(line["version"] for line in lines)
    assert await operators.types(company, "why", company.firm, "c-0", code=1) == []


async def test_an_operator_sees_which_customer_a_client_may_be(company: Company) -> None:
    """With the reasons that the console shows; an unknown client is said to be one."""
    await company.switch("actions_from_qbo", "creating")
    customer = await company.add_customer("Roy, Quentin", PrimaryEmailAddr={"Address": "q.roy@example.com"})
    client = await company.add_client("Quentin Roy", sync=False, email="q.roy@example.com")
    await company.until_link(client, status="not_synced")

    async def is_suggested() -> bool:
        return bool((await company.api("GET", f"/clients/{client}/suggestions")).ok()["suggestions"])

    await company.until(is_suggested, "the customer is known")
    (found,) = await operators.types(company, "suggestions", company.firm, client)

    assert (found["customer_id"], found["strength"]) == (customer, "sure")
    assert found["reasons"] == ["same_email", "name_turned_round"]
    assert await operators.types(company, "suggestions", company.firm, "c-0", code=1) == []


async def test_an_operator_undoes_an_unmatch_and_says_why(company: Company) -> None:
    """Once; the second time there is nothing to restore, and the command says so by its exit code."""
    client = await company.add_client("Rita Sousa", email="rita@example.com")
    customer = await company.until_synced(client)
    (await company.act(client, "unmatch")).ok()

    (restored,) = await operators.types(company, "restore", company.firm, client, "--reason", "by mistake")

    assert restored["code"] == "restore"
    assert await company.until_synced(client) == customer
    again = await operators.types(company, "restore", company.firm, client, "--reason", "again", code=1)
    assert again[0]["code"] == "nothing_to_restore"


async def test_an_operator_returns_a_link_to_what_it_was_at_a_version(company: Company) -> None:
    """Matched with the wrong one since: unmatched, and put back to the customer of that version."""
    client = await company.add_client("Sven Lund", email="sven@example.com")
    right = await company.until_synced(client)
    version = (await company.link(client))["version"]
    wrong = await company.add_customer("Sven Lundqvist")
    (await company.act(client, "unmatch")).ok()
    (await company.act(client, "match", {"customer_id": wrong})).ok()
    (await company.act(client, "unmatch")).ok()

    words = ("restore", company.firm, client, "--to", str(version), "--reason", "that was the right one")
    await operators.types(company, *words)

    assert await company.until_synced(client) == right
    unknown = ("restore", company.firm, client, "--to", "9999", "--reason", "no such version")
    assert await operators.types(company, *unknown, code=1) == []
