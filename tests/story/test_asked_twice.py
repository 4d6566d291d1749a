"""Asking twice is asking once, and asking about what has moved on is refused."""

from tests.story.company import Company


async def test_the_same_key_and_body_give_the_same_answer_and_one_customer(company: Company) -> None:
    """A client of the API that lost the answer may ask again."""
    client = await company.add_client("Lara Conti", sync=False)
    await company.until_link(client, status="not_synced")

    first = await company.act(client, "create", key="once")
    again = await company.act(client, "create", key="once")

    assert (again.status, again.body) == (first.status, first.body)
    assert first.ok()["link"]["status"] == "synced"
    assert len(await company.written_in_quickbooks()) == 1


async def test_the_same_key_with_another_body_is_refused(company: Company) -> None:
    """A key names one request for good."""
    client = await company.add_client("Mats Dahl", sync=False)
    await company.until_link(client, status="not_synced")
    customer = await company.add_customer("M. Dahl")
    (await company.act(client, "match", {"customer_id": customer}, key="mine")).ok()

    other = await company.act(client, "match", {"customer_id": "999"}, key="mine")

    assert other.refused() == "idempotency_key_reused"


async def test_a_refusal_is_repeated_too(company: Company) -> None:
    """Under its key a refused intent stays refused, though it could be granted by now."""
    client = await company.add_client("Nils Berg", sync=False)
    await company.until_link(client, status="not_synced")
    first = await company.act(client, "restore", key="early")
    assert first.refused() == "nothing_to_restore"
    (await company.act(client, "create")).ok()
    (await company.act(client, "unmatch")).ok()

    assert (await company.act(client, "restore", key="early")).refused() == "nothing_to_restore"
    assert (await company.act(client, "restore", key="now")).status in {200, 202}
    await company.until_synced(client)


async def test_a_intent_about_what_has_moved_on_is_stale(company: Company) -> None:
    """Two people look at the same card: the second one's click is refused, with why."""
    client = await company.add_client("Olga Sokolova")
    await company.until_synced(client)
    seen = (await company.link(client))["version"]
    (await company.act(client, "unmatch", {"link_version": seen})).ok()

    late = await company.act(client, "unmatch", {"link_version": seen})

    assert late.refused() == "stale"
    assert "changed while you were looking" in late.body["detail"]


async def test_an_edit_makes_no_click_stale(company: Company) -> None:
    """What was shown to be decided about (status, customer, question) has not changed."""
    client = await company.add_client("Paul Girard", email="paul@example.com")
    customer = await company.until_synced(client)
    seen = (await company.link(client))["version"]
    await company.edit_client(client, email="girard@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "girard@example.com"})
    await company.until_synced(client)

    assert (await company.act(client, "unmatch", {"link_version": seen})).status in {200, 202}
    await company.until_link(client, status="not_synced")
