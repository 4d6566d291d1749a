"""Both sides edit one client: field by field, by the firm's policy, and a person where nobody can say."""

from typing import Any

import pytest

from tests.story.company import Company

OURS, THEIRS = "ours@example.com", "theirs@example.com"


async def edited_on_both(company: Company, name: str, conflicts: str = "later_wins") -> tuple[str, str]:
    """Give a client whose email both sides changed at once, before either could reach the other."""
    client = await company.add_client(name, email="before@example.com", phone="(312) 555-0130")
    customer = await company.until_synced(client)
    await company.switch(conflicts=conflicts)
    (await company.api("POST", "/pause", {"reason": "both sides are edited"})).ok()
    await company.edit_client(client, email=OURS, phone="(312) 555-0131")
    await company.edit_customer(
        customer, PrimaryEmailAddr={"Address": THEIRS}, Mobile={"FreeFormNumber": "(312) 555-0132"}
    )
    await company.until_link(client, in_step=False)
    (await company.api("POST", "/resume", {})).ok()
    return client, customer


async def test_edits_of_different_fields_both_travel(company: Company) -> None:
    """Only the field that both changed is asked about."""
    client, customer = await edited_on_both(company, "Jana Novotna")

    link = await company.until_link(client, status="needs_attention")

    assert (link["problem"]["code"], link["problem"]["fields"]) == ("both_changed", ["email"])
    await company.until_client(client, mobile="(312) 555-0132")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0131"})
    assert (await company.client(client))["email"] == OURS
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == THEIRS


@pytest.mark.parametrize(
    ("choice", "more", "stands"),
    [
        ("canopy", {}, OURS),
        ("quickbooks", {}, THEIRS),
        ("value", {"field": "email", "value": "third@example.com"}, "third@example.com"),
    ],
)
async def test_a_persons_answer_stands_on_both_sides(
    company: Company, choice: str, more: dict[str, Any], stands: str
) -> None:
    """Canopy's, QuickBooks', or a third value."""
    client, customer = await edited_on_both(company, "Kofi Mensah")
    await company.until_link(client, status="needs_attention")

    await company.answer(client, choice, **more)

    await company.until_synced(client)
    assert (await company.client(client))["email"] == stands
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == stands


async def test_a_value_that_gave_way_can_be_put_back(company: Company) -> None:
    """By policy Canopy wins; the other value stays on the timeline, and a person lets it stand again."""
    client, customer = await edited_on_both(company, "Lucia Prat", conflicts="canopy_wins")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": OURS})
    await company.until_synced(client)
    lines = (await company.api("GET", f"/clients/{client}/timeline")).ok()["lines"]
    lost = [change for line in lines for change in line["changes"] if change["what"] == "lost"]
    assert [(each["side"], each["field"], each["before"]) for each in lost] == [
        ("quickbooks", "email", THEIRS)
    ]

    put_back = await company.act(client, "put-back", {"field": "email", "value": THEIRS})

    assert put_back.status in {200, 202}, put_back
    await company.until_client(client, email=THEIRS)
    await company.until_customer(customer, PrimaryEmailAddr={"Address": THEIRS})
    await company.until_synced(client)
