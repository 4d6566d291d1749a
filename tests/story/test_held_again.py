"""A person has left both sides as they are, and takes it back: the change is held again, and nothing is written before somebody sends it."""

from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.stillness import stays_still

A_MOMENT = 1.5
BEFORE, OURS = "before@example.com", "ours@example.com"
HELD = {"to_quickbooks": ["email"], "to_canopy": []}


async def left_on_both(company: Company, name: str) -> tuple[str, str]:
    """Give a client, and its customer, of which a switch held an edit that then was left on both sides."""
    client = await company.add_client(name, email=BEFORE)
    customer = await company.until_synced(client)
    await company.switch("actions_from_canopy", "editing")
    await company.edit_client(client, email=OURS)
    await company.until_link(client, held=HELD)
    (await company.act(client, "leave-both")).ok()
    return client, customer


async def _emails(company: Company, client: str, customer: str) -> tuple[str, str]:
    there: Json = await company.customer(customer)
    return (await company.client(client))["email"], there["PrimaryEmailAddr"]["Address"]


async def test_what_was_left_is_held_again_as_its_preview_said_and_then_sent(company: Company) -> None:
    """Done on what was seen, once; with the switch on by then it is still held, and nothing goes out by itself."""
    client, customer = await left_on_both(company, "Kofi Mensah")
    await company.switch()
    written = len(await company.written_in_quickbooks())

    preview = (await company.api("GET", f"/clients/{client}/undo-leave-both-preview")).ok()

    assert (preview["outcome"], preview["code"], preview["left_by"]) == ("undone", "undone", "user:dana")
    (email,) = [each for each in preview["fields"] if each["field"] == "email"]
    assert (email["fate"], email["canopy"]["after"], email["quickbooks"]["after"]) == ("held", OURS, BEFORE)
    seen = {
        name: preview[name] for name in ("version", "link_version", "customer_sync_token", "client_version")
    }
    stale = await company.act(client, "undo-leave-both", seen | {"client_version": 1})
    assert stale.refused() == "stale"
    held = (await company.act(client, "undo-leave-both", seen | {"reason": "it is right"})).ok()
    assert held["link"]["held"] == HELD
    again = await company.act(client, "undo-leave-both", {"version": preview["version"]})
    assert again.refused() == "nothing_to_hold_again"
    await stays_still(company, A_MOMENT)
    assert await _emails(company, client, customer) == (OURS, BEFORE)
    assert len(await company.written_in_quickbooks()) == written
    line = (await company.api("GET", "/activity?kind=undo_leave_both")).ok()["acts"][0]
    assert (line["client_id"], line["reason"]) == (client, "it is right")
    (await company.act(client, "push")).ok()
    await company.until_synced(client)
    assert await _emails(company, client, customer) == (OURS, OURS)


async def test_what_was_edited_since_is_not_held_again(company: Company) -> None:
    """It has gone across, and the refusal says so; where nothing was ever left, there is nothing to look at."""
    client, customer = await left_on_both(company, "Lucia Prat")
    await company.switch()
    await company.edit_client(client, email="later@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "later@example.com"})

    async def is_told() -> bool:
        preview = (await company.api("GET", f"/clients/{client}/undo-leave-both-preview")).ok()
        return (preview["outcome"], preview["code"]) == ("blocked", "nothing_to_hold_again")

    # It was synced before the edit as well, so that says nothing of it.
    await company.until(is_told, "nothing is left to be held again")
    assert (await company.act(client, "undo-leave-both")).refused() == "nothing_to_hold_again"
    other = await company.add_client("Asta Lind")
    await company.until_synced(other)
    assert (await company.api("GET", f"/clients/{other}/undo-leave-both-preview")).status == 404
    assert (await company.act(other, "undo-leave-both")).status == 404
