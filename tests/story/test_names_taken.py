"""QuickBooks keeps names unique over customers, vendors and employees: only a person can choose another."""

from tests.story import ledger
from tests.story.company import Company
from tests.story.stillness import stays_still

A_MOMENT = 1.5


async def test_a_name_that_a_vendor_has_needs_a_person_and_a_new_name_solves_it(company: Company) -> None:
    """6240 is shown as a taken name, not tried again; renamed in Canopy, the customer is created."""
    await company.add_vendor("Maria Santos")
    client = await company.add_client("Maria Santos", email="maria@example.com")

    link = await company.until_link(client, status="needs_attention")

    assert (link["problem"]["code"], link["problem"]["fields"]) == ("display_name_taken", ["display_name"])
    assert "display name" in link["problem"]["text"]
    await stays_still(company, A_MOMENT)
    await company.edit_client(client, display_name="Maria Santos (Chicago)")
    customer = await company.until_synced(client)
    assert (await company.customer(customer))["DisplayName"] == "Maria Santos (Chicago)"
    refused, created = await company.written_in_quickbooks()
    assert (refused["status"], refused["answer"]["Fault"]["Error"][0]["code"]) == (400, "6240")
    assert created["request_id"] != refused["request_id"]


async def test_the_question_names_the_holder_and_names_that_are_free(company: Company) -> None:
    """The kind of who has it; a proposal that an employee has is not among the free ones."""
    await company.add_vendor("Fiona Gallagher")
    await company.add_employee("Fiona Grace Gallagher")
    client = await company.add_client(
        "Fiona Gallagher",
        first_name="Fiona",
        middle_name="Grace",
        last_name="Gallagher",
        address={"city": "Chicago"},
    )
    await company.until_link(client, status="needs_attention")

    async def told() -> bool:
        return str((await company.link(client))["problem"]["text"]).startswith("A vendor in QuickBooks")

    await company.until(told, "the holder's kind is told")
    free = (await company.api("GET", f"/clients/{client}/free-names")).ok()["names"]
    assert free[:2] == ["Fiona G. Gallagher", "Fiona Gallagher (Chicago)"]
    queries = [
        each["query"]["query"]
        for each in await ledger.entries(company.http, company.stack.quickbooks, company.first_in_quickbooks)
        if each["tenant"] == company.realm and "DisplayName" in each["query"].get("query", "")
    ]
    assert [query.split()[3] for query in queries] == ["Customer", "Vendor", "Employee"]


async def test_a_chosen_name_goes_to_canopy_first_and_then_to_quickbooks(company: Company) -> None:
    """One name on both sides, asked for by a person; nothing is created under the taken one."""
    await company.add_vendor("Gus Adeyemi")
    client = await company.add_client("Gus Adeyemi", first_name="Gus", last_name="Adeyemi")
    await company.until_link(client, status="needs_attention")

    answered = await company.answer(client, "name", field="display_name", value="Gus Adeyemi (Chicago)")

    assert answered.status in {200, 202}, answered
    customer = await company.until_synced(client)
    assert (await company.client(client))["display_name"] == "Gus Adeyemi (Chicago)"
    assert (await company.customer(customer))["DisplayName"] == "Gus Adeyemi (Chicago)"
    (renamed,) = await company.written_in_canopy()
    refused, created = await company.written_in_quickbooks()
    assert renamed["body"] == {"display_name": "Gus Adeyemi (Chicago)"}
    assert refused["status"] == 400
    assert renamed["time"] < created["time"]


async def test_a_chosen_name_that_is_taken_too_is_asked_about_again(company: Company) -> None:
    """Another question, about the new name; the next answer solves it."""
    await company.add_vendor("Hiro Tanaka")
    await company.add_vendor("Hiro Tanaka II")
    client = await company.add_client("Hiro Tanaka")
    first = (await company.until_link(client, status="needs_attention"))["problem"]["id"]

    await company.answer(client, "name", field="display_name", value="Hiro Tanaka II")

    async def asked_again() -> bool:
        problem = (await company.link(client))["problem"]
        return problem is not None and problem["id"] != first

    await company.until(asked_again, "the second name is asked about")
    assert (await company.link(client))["problem"]["code"] == "display_name_taken"
    await company.answer(client, "name", field="display_name", value="Hiro Tanaka III")
    customer = await company.until_synced(client)
    assert (await company.customer(customer))["DisplayName"] == "Hiro Tanaka III"
    assert (await company.client(client))["display_name"] == "Hiro Tanaka III"


async def test_the_holder_can_be_matched_where_it_is_a_customer(company: Company) -> None:
    """One press in place of a search; nobody is created."""
    holder = await company.add_customer("Ines Duarte")
    client = await company.add_client("Ines Duarte", email="ines@example.com")
    await company.until_link(client, status="needs_attention")

    async def offered() -> bool:
        problem = (await company.link(client))["problem"]
        return "match" in [choice["id"] for choice in problem["choices"]]

    await company.until(offered, "the holder is offered")
    assert (await company.answer(client, "match")).ok()["link"]["customer_id"] == holder
    assert len(await company.customers()) == 1


async def test_an_edit_of_another_field_leaves_the_question_open(company: Company) -> None:
    """Only a new name is worth a new try; and the customer that has the name can be matched instead."""
    holder = await company.add_customer("Nadia Petit")
    client = await company.add_client("Nadia Petit")
    await company.until_link(client, status="needs_attention")

    await company.edit_client(client, email="nadia@example.com")
    await stays_still(company, A_MOMENT)
    assert (await company.link(client))["status"] == "needs_attention"

    assert (await company.act(client, "match", {"customer_id": holder})).ok()["link"]["status"] == "synced"
    (listed,) = await company.customers()
    assert (listed["Id"], listed["PrimaryEmailAddr"]) == (holder, {"Address": "nadia@example.com"})


async def test_a_rename_to_a_taken_name_holds_the_name_and_nothing_else(company: Company) -> None:
    """The link stays; the name waits for a person, while other edits go on."""
    await company.add_vendor("Oscar Lind")
    client = await company.add_client("O. Lind", email="oscar@example.com")
    customer = await company.until_synced(client)
    await company.edit_client(client, display_name="Oscar Lind")
    await company.until_link(client, status="needs_attention", customer_id=customer)

    await company.edit_client(client, email="lind@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "lind@example.com"})
    assert (await company.customer(customer))["DisplayName"] == "O. Lind"
    await company.edit_client(client, display_name="Oscar Lind & Sons")
    await company.until_synced(client)
    assert (await company.customer(customer))["DisplayName"] == "Oscar Lind & Sons"
