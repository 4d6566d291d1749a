"""A batch of matches was a mistake: it is reverted, and QuickBooks holds again what it held before."""

from adapters.quickbooks.mapping import customer_of
from domain.fields import Field
from tests.story.company import Company
from tests.story.in_bulk import ended, in_quickbooks, mean_the_same, rows, taken_in

PAIRS = 12
EDITED, APART = 3, 4
"""Which of them somebody has edited in QuickBooks, or unmatched, before the batch is reverted."""


async def _two_lists(company: Company) -> tuple[list[str], list[str]]:
    """The same people on both sides: in QuickBooks with other phones and addresses, some without."""
    await company.switch("all")
    customers, clients = [], []
    for n in range(PAIRS):
        mail = {"PrimaryEmailAddr": {"Address": f"Client{n:02}@Example.com"}}
        phone = {"PrimaryPhone": {"FreeFormNumber": f"(773) 555-01{n:02}"}} if n % 3 else {}
        address = {"BillAddr": {"Line1": f"{n} Old Street", "City": "Cicero"}} if n % 2 else {}
        customers.append(
            await company.new_customer(f"Client Number {n:02}", Notes=f"note {n}", **mail, **phone, **address)
        )
        clients.append(
            await company.add_client(
                f"Client Number {n:02}",
                sync=False,
                email=f"client{n:02}@example.com",
                phone=f"(312) 555-01{n:02}",
                address={"line1": f"{n} New Street", "city": "Chicago", "region": "IL"},
            )
        )

    async def is_known() -> bool:
        return bool((await company.api("GET", "/matching")).ok()["totals"]["sure"] == PAIRS)

    await company.until(is_known, "both lists are known")
    return clients, customers


async def test_a_reverted_batch_of_matches_leaves_quickbooks_as_it_was(company: Company) -> None:
    """The preview says which values; they are written once each, by meaning as before; Canopy is not written to at all."""
    clients, customers = await _two_lists(company)
    before, ours = await in_quickbooks(company), await company.clients()
    draft = (await company.api("GET", "/matching")).ok()["draft"]
    begun = taken_in(await company.api("POST", "/batches", {"draft": draft["seen"]}))
    assert (await ended(company, begun))["batch"]["counts"] == {"done": PAIRS}
    matched = await in_quickbooks(company)
    assert not any(mean_the_same(before[each], matched[each]) for each in customers)
    await company.edit_customer(customers[EDITED], PrimaryPhone={"FreeFormNumber": "(708) 555-0199"})
    (await company.act(clients[APART], "unmatch")).ok()

    async def edit_is_known() -> bool:
        told = {each["client_id"]: each for each in await rows(company, preview, "rows")}
        return set(told[clients[EDITED]]["values_back"]) == {"address"}

    preview = f"/batches/{begun}/revert-preview"
    await company.until(edit_is_known, "what somebody edited since is not to be put back")
    told = (await company.api("GET", f"{preview}?limit=200")).ok()
    assert (told["unmatched"], told["with_values_back"]) == (PAIRS - 1, PAIRS - 1)
    one = await company.api("GET", f"/clients/{clients[0]}/unmatch-preview")
    assert one.ok()["values_back"] == told["rows"][0]["values_back"], "the single act says the same"
    written = len(await company.written_in_quickbooks())

    seen = [each["seen"] for each in told["rows"]]
    body = {"put_values_back": True, "seen": seen}
    back = await company.api("POST", f"/batches/{begun}/revert", body)
    reverted = await ended(company, taken_in(back))

    assert reverted["batch"]["counts"] == {"done": PAIRS - 1}
    after = await in_quickbooks(company)
    for n, customer in enumerate(customers):
        expected = dict(matched[customer] if n == APART else before[customer])
        if n == EDITED:
            expected[Field.PHONE] = "(708) 555-0199"
        assert mean_the_same(after[customer], expected), (n, after[customer], expected)
    assert all(each["Notes"] == f"note {n}" for n, each in enumerate(await company.customers()))
    writes = (await company.written_in_quickbooks())[written:]
    assert sorted(each["body"]["Id"] for each in writes) == sorted(set(customers) - {customers[APART]})
    assert await company.written_in_canopy() == []
    assert await company.clients() == ours
    assert {(await company.link(each))["status"] for each in clients} == {"not_synced"}


async def test_one_match_is_taken_back_with_the_values_of_before_and_put_together_again(
    company: Company,
) -> None:
    """An undo sends Canopy's values once more, and nothing of the customer's comes to Canopy."""
    customer = await company.add_customer("Estelle Fontaine", PrimaryPhone={"FreeFormNumber": "999-1111"})
    client = await company.add_client("Robert Lindqvist", sync=False, email="robert@example.com")
    await company.until_link(client, status="not_synced")
    before = customer_of(await company.customer(customer)).values
    (await company.act(client, "match", {"customer_id": customer})).ok()
    await company.until_synced(client)
    matched = customer_of(await company.customer(customer)).values
    seen = (await company.api("GET", f"/clients/{client}/unmatch-preview")).ok()
    assert seen["values_back"] == {"display_name": "Estelle Fontaine", "email": None}

    versions = {name: seen[name] for name in ("link_version", "customer_sync_token")}
    (await company.act(client, "unmatch", {"put_values_back": True, **versions})).ok()

    await company.until_link(client, status="not_synced", reason="unmatched")
    assert mean_the_same(customer_of(await company.customer(customer)).values, before)
    again = await company.act(client, "restore")
    assert again.status in {200, 202}, again
    await company.until_synced(client)
    assert mean_the_same(customer_of(await company.customer(customer)).values, matched)
    assert await company.written_in_canopy() == []
