"""An unmatch takes nothing away that could not be put back."""

from collections.abc import Iterator

from tests.patience import PATIENCE_SECONDS
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event

OTHERS = 50
EVENTS = 1000


async def _synced(company: Company, name: str, email: str | None = None) -> tuple[str, str]:
    client = await company.add_client(name, email=email)
    return client, await company.until_synced(client)


async def _unmatched(company: Company, client: str) -> Json:
    link: Json = (await company.act(client, "unmatch", {"reason": "wrong person"})).ok()["link"]
    assert (link["status"], link["reason"], link["customer_id"]) == ("not_synced", "unmatched", None)
    return link


async def test_an_unmatched_client_no_longer_syncs_and_undo_puts_it_back(company: Company) -> None:
    """Edits on both sides stay where they were made; after the undo they travel, each to the other side."""
    client, customer = await _synced(company, "Hana Suzuki", email="hana@example.com")
    former = (await _unmatched(company, client))["former"]
    assert (former["customer_id"], former["unmatched_by"]) == (customer, "user:dana")
    written = await company.written_in_quickbooks()
    await company.edit_client(client, email="suzuki@example.com")
    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0111"})

    async def both_are_known() -> bool:
        known = (await company.api("GET", f"/clients/{client}")).ok()["client"]["email"]
        (seen,) = (await company.api("GET", "/customers")).ok()["customers"]
        return bool(known == "suzuki@example.com" and seen["mobile"])

    await company.until(both_are_known, "both edits are known")
    assert await company.written_in_quickbooks() == written
    assert await company.written_in_canopy() == []

    restored = await company.act(client, "restore")

    assert restored.status in {200, 202}
    assert await company.until_synced(client) == customer
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "suzuki@example.com"}
    assert (await company.client(client))["mobile"] == "(312) 555-0111"
    assert len(await company.customers()) == 1
    assert [each["body"] for each in await company.written_in_canopy()] == [{"mobile": "(312) 555-0111"}]
    assert len(await company.written_in_quickbooks()) == len(written) + 1


async def test_undo_works_after_a_thousand_other_events(company: Company) -> None:
    """Undo has no end: whatever else went through the log meanwhile, the link comes back whole."""
    client, customer = await _synced(company, "Ivan Horvat", email="ivan@example.com")
    await _unmatched(company, client)

    await company.tell(*_others(company.firm))

    async def all_decided() -> bool:
        answer = await company.api("GET", f"/clients/c-{5000 + OTHERS - 1}")
        return answer.status == 200 and answer.ok()["client"]["version"] == EVENTS // OTHERS

    await company.until(all_decided, "a thousand events are decided", seconds=PATIENCE_SECONDS)
    (await company.act(client, "restore")).ok()
    assert await company.until_synced(client) == customer
    assert len(await company.written_in_quickbooks()) == 1, "nothing had drifted, so nothing is written"
    await company.edit_client(client, email="horvat@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "horvat@example.com"})


async def test_undo_is_refused_where_the_customer_belongs_to_another_by_now(company: Company) -> None:
    """Who has it, since when and by whom; once that one is unmatched, the undo goes through."""
    client, customer = await _synced(company, "Jonas Weber")
    await _unmatched(company, client)
    other = await company.add_client("J. Weber", sync=False)
    await company.until_link(other, status="not_synced")
    since = (await company.act(other, "match", {"customer_id": customer})).ok()["link"]["since"]

    refused = await company.act(client, "restore")

    assert refused.refused() == "customer_linked"
    facts = refused.body["facts"]
    assert (facts["client_id"], facts["customer_id"], facts["actor"]) == (other, customer, "user:dana")
    assert facts["since"][:19] == since[:19]
    await _unmatched(company, other)
    assert (await company.act(client, "restore")).status in {200, 202}
    assert await company.until_synced(client) == customer


async def test_an_unmatch_ends_a_change_that_quickbooks_would_not_take_yet(company: Company) -> None:
    """Told to wait a minute, we still unmatch at once: what was never done needs no looking after."""
    client, customer = await _synced(company, "Kira Novak", email="kira@example.com")
    await company.fault("status", "POST", "/customer", value=429)
    await company.edit_client(client, email="novak@example.com")
    assert (await company.until_link(client, status="waiting"))["waiting"]["why"] == "throttled"

    await _unmatched(company, client)

    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "kira@example.com"}


async def test_an_unmatch_of_a_change_whose_fate_is_unknown_looks_and_can_be_undone(company: Company) -> None:
    """After a 503 nobody knows: the unmatch sends nothing again, and the undo takes the change up where it was."""
    client, customer = await _synced(company, "Lior Cohen", email="lior@example.com")
    await company.fault("status", "POST", "/customer", value=503, times=3)
    await company.edit_client(client, email="cohen@example.com")
    await company.until_link(client, status="waiting")
    written = await company.written_in_quickbooks()

    ended = await company.act(client, "unmatch")
    assert (ended.status, ended.body["link"]["status"]) == (202, "unmatching")
    assert await company.written_in_quickbooks() == written

    assert (await company.act(client, "restore")).status in {200, 202}
    assert await company.until_synced(client) == customer
    assert (await company.customer(customer))["PrimaryEmailAddr"] == {"Address": "cohen@example.com"}


def _others(firm: str) -> Iterator[bytes]:
    for n in range(EVENTS):
        client, version = f"c-{5000 + n % OTHERS}", n // OTHERS + 1
        happened = "created" if version == 1 else "edited"
        email = f"v{version}@example.com"
        yield client_event(firm, happened, client, version, f"Other {client}", sync=False, email=email)
