"""Two customers become one in QuickBooks: the link follows the one that stays, or a person decides."""

from tests.story.company import Company


async def test_a_link_follows_its_customer_into_another_one(company: Company) -> None:
    """The client is never created again; what differs is decided as the firm says, and its next edit goes there."""
    await company.switch(conflicts="canopy_wins")
    client = await company.add_client("Tara Singh", email="tara@example.com")
    merged = await company.until_synced(client)
    survivor = await company.add_customer("Tara Singh Consulting")

    await company.merge_customers(merged, survivor)

    await company.until_link(client, customer_id=survivor, status="synced", in_step=True)
    assert (await company.customer(survivor))["DisplayName"] == "Tara Singh"
    created = [each for each in await company.written_in_quickbooks() if "Id" not in each["body"]]
    assert len(created) == 1
    await company.edit_client(client, phone="(312) 555-0150")
    await company.until_customer(survivor, PrimaryPhone={"FreeFormNumber": "(312) 555-0150"})


async def test_where_both_are_linked_a_person_says_who_keeps_the_customer(company: Company) -> None:
    """The one that is chosen has it; the other is unmatched, and not put back while it is taken."""
    await company.switch(conflicts="canopy_wins")
    first, second = await company.add_client("Uma Patel"), await company.add_client("U. Patel")
    merged, survivor = await company.until_synced(first), await company.until_synced(second)

    await company.merge_customers(merged, survivor)

    link = await company.until_link(first, status="needs_attention")
    assert link["problem"]["code"] == "customers_merged"

    async def both_can_be_chosen() -> bool:
        problem = (await company.link(first))["problem"]
        return [choice["id"] for choice in problem["choices"]] == ["match", "leave"]

    await company.until(both_can_be_chosen, "the one that is left has been read since the merge")
    await company.answer(first, "match")
    await company.until_link(first, status="synced", customer_id=survivor)
    await company.until_link(second, status="not_synced", customer_id=None)
    assert (await company.act(second, "restore")).refused() == "customer_linked"
