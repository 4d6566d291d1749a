"""A person matches a client with a customer: Canopy's values overwrite, and nothing else is touched."""

from typing import Any

from tests.story.company import Company

IN_QUICKBOOKS: dict[str, Any] = {
    "GivenName": "Fi",
    "CompanyName": "Gallagher Flowers",
    "PrimaryEmailAddr": {"Address": "old@example.com"},
    "PrimaryPhone": {"FreeFormNumber": "(312) 555-0199"},
    "Notes": "Pays by cheque.",
    "SalesTermRef": {"value": "3"},
    "BillAddr": {"Line1": "1 Old Rd", "City": "Chicago"},
}


async def test_a_match_overwrites_what_canopy_knows_and_keeps_the_rest(company: Company) -> None:
    """The preview says it field by field, and the match does just that, in one sparse update."""
    customer = await company.add_customer("F. Gallagher", **IN_QUICKBOOKS)
    client = await company.add_client(
        "Fiona Gallagher",
        sync=False,
        first_name="Fiona",
        email="fiona@example.com",
        phone="(312) 555-0199",
        address={"line1": "2119 S Wallace St", "city": "Chicago", "region": "IL"},
    )
    await company.until_link(client, status="not_synced")

    preview = (await company.api("GET", f"/clients/{client}/match-preview?customer_id={customer}")).ok()
    shown = {field["field"]: field for field in preview["fields"]}
    matched = await company.act(
        client,
        "match",
        {
            "customer_id": customer,
            "link_version": preview["link_version"],
            "customer_sync_token": preview["customer_sync_token"],
        },
    )

    assert matched.ok()["link"]["status"] == "synced"
    (written,) = await company.written_in_quickbooks()
    assert set(written["body"]) == {
        *("Id", "SyncToken", "sparse"),
        # Checks were made out to the customer's name, and are to its new one.
        *("DisplayName", "PrintOnCheckName", "GivenName", "PrimaryEmailAddr", "BillAddr"),
    }
    assert {name for name, field in shown.items() if field["changes"]} == {
        *("display_name", "first_name", "email", "address"),
    }
    assert shown["company_name"]["kept"]
    now = await company.customer(customer)
    assert now["DisplayName"] == "Fiona Gallagher"
    assert now["PrimaryEmailAddr"]["Address"] == shown["email"]["after"] == "fiona@example.com"
    assert now["BillAddr"]["Line1"] == shown["address"]["after"]["line1"] == "2119 S Wallace St"
    kept = ("CompanyName", "Notes", "SalesTermRef", "PrimaryPhone")
    assert {name: now[name] for name in kept} == {name: IN_QUICKBOOKS[name] for name in kept}
    assert await company.written_in_canopy() == []


async def test_a_customer_edited_after_the_preview_is_not_overwritten(company: Company) -> None:
    """What the person saw has moved on, so the match is refused as stale, and nothing is written."""
    customer = await company.add_customer("Grace Mbeki")
    client = await company.add_client("Grace M.", sync=False)
    await company.until_link(client, status="not_synced")
    path = f"/clients/{client}/match-preview?customer_id={customer}"
    preview = (await company.api("GET", path)).ok()

    await company.edit_customer(customer, Notes="Call before noon.")

    async def seen() -> bool:
        now = (await company.api("GET", path)).ok()
        return bool(now["customer_sync_token"] > preview["customer_sync_token"])

    await company.until(seen, "the edit is known")
    intent = {"customer_id": customer, "customer_sync_token": preview["customer_sync_token"]}
    assert (await company.act(client, "match", intent)).refused() == "stale"
    assert await company.written_in_quickbooks() == []


async def test_a_customer_that_belongs_to_another_client_is_not_taken_from_it(company: Company) -> None:
    """The refusal says to whom it belongs, since when, and who matched them."""
    customer = await company.add_customer("Yusuf Aydin")
    holder = await company.add_client("Yusuf Aydin", sync=False)
    other = await company.add_client("Y. Aydin", sync=False)
    for client in (holder, other):
        await company.until_link(client, status="not_synced")
    since = (await company.act(holder, "match", {"customer_id": customer})).ok()["link"]["since"]

    refused = await company.act(other, "match", {"customer_id": customer})

    assert refused.refused() == "customer_linked"
    facts = refused.body["facts"]
    assert (facts["client_id"], facts["actor"]) == (holder, "user:dana")
    assert facts["since"][:19] == since[:19]
    assert holder in refused.body["detail"]
    assert (await company.link(other))["status"] == "not_synced"


async def test_a_viewer_cannot_match(company: Company) -> None:
    """A role without "Manage Integrations" is refused before anything is asked for."""
    client = await company.add_client("Piotr Nowak", sync=False)
    await company.until_link(client, status="not_synced")

    refused = await company.act(client, "create", token="dev-viewer")

    assert refused.status == 403
    assert await company.written_in_quickbooks() == []
