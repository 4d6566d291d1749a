"""A company was disconnected for a while: what was edited meanwhile is listed, and settled one by one or together."""

import os
from collections import Counter

import pytest

from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.in_bulk import ended, rows, taken_in
from tests.story.stillness import stays_still

LINKS = int(os.environ.get("DRIFT_LINKS", "30"))
DRIFTED = max(LINKS // 25, 6)
"""So many were edited meanwhile; of 500, with DRIFT_LINKS=500, twenty."""
A_MOMENT = 1.5
SECONDS = 60.0 + LINKS


async def _linked(company: Company) -> list[str]:
    """Add clients in Canopy, each of which gets a customer of its own."""
    clients = [
        await company.add_client(f"Client Number {n:03}", email=f"c{n:03}@example.com", fax=f"{n:03}")
        for n in range(LINKS)
    ]

    async def all_are_synced() -> bool:
        found = await rows(company, "/clients?status=synced", "clients")
        return len(found) == LINKS and all(each["link"]["in_step"] for each in found)

    await company.until(all_are_synced, "all are synced", SECONDS)
    return clients


async def _edited_while_away(company: Company, clients: list[str]) -> dict[str, str]:
    """Disconnect, edit the first ones, in turn in Canopy, in QuickBooks and in both; and connect again. Gives their customers."""
    customers = {each: str((await company.link(each))["customer_id"]) for each in clients[:DRIFTED]}
    await operators.types(company, "disconnect", company.firm)

    async def is_known() -> bool:
        return bool((await company.api("GET", "/connection")).ok()["status"] == "disconnected")

    await company.until(is_known, "the gateway knows that it is disconnected")
    for n, (client, customer) in enumerate(customers.items()):
        if n % 3 != 1:
            await company.edit_client(client, email=f"ours{n}@example.com")
        if n % 3 != 0:
            await company.edit_customer(customer, Fax={"FreeFormNumber": f"theirs {n}"})
    await company.connect()
    return customers


async def _listed(company: Company) -> dict[str, Json]:
    return {each["client_id"]: each for each in await rows(company, "/held?drifted=true", "clients")}


async def _both(company: Company, client: str, customer: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Give email and fax as Canopy has them, and as QuickBooks does."""
    ours, theirs = await company.client(client), await company.customer(customer)
    fax = theirs.get("Fax", {}).get("FreeFormNumber")
    return (ours["email"], ours["fax"]), (theirs["PrimaryEmailAddr"]["Address"], fax)


@pytest.mark.timeout(4 * SECONDS)
async def test_what_drifted_is_listed_and_each_choice_does_what_it_says(company: Company) -> None:
    """The others are quiet, nothing is created, and nothing is written before somebody chooses; each for one, and for the rest at once."""
    clients = await _linked(company)
    before = len(await company.written_in_quickbooks())
    customers = await _edited_while_away(company, clients)

    async def all_are_listed() -> bool:
        return set(await _listed(company)) == set(customers)

    await company.until(all_are_listed, "all that drifted is listed", SECONDS)
    await stays_still(company, A_MOMENT)
    assert len(await company.customers()) == LINKS
    assert (len(await company.written_in_quickbooks()), await company.written_in_canopy()) == (before, [])
    quiet = await rows(company, "/clients?status=synced", "clients")
    in_step = {each["client"]["client_id"] for each in quiet if each["link"]["in_step"]}
    assert in_step == set(clients) - set(customers)
    listed = await _listed(company)
    found = {each: await _both(company, each, customer) for each, customer in customers.items()}
    sent, theirs, left, *rest = list(customers)

    for client, action in ((sent, "push"), (theirs, "take-theirs"), (left, "leave-both")):
        assert {"push", "take_theirs", "leave_both"} <= set((await company.link(client))["can"])
        seen = {name: listed[client][name] for name in ("client_version", "customer_sync_token")}
        body = {"link_version": listed[client]["version"], **seen}
        assert (await company.act(client, action, body)).status in {200, 202}
    again = [
        {"do": "take_theirs", "client_id": each, "link_version": listed[each]["version"]} for each in rest
    ]
    together = await ended(company, taken_in(await company.api("POST", "/batches", {"rows": again})))
    assert together["batch"]["counts"] == {"done": len(rest)}

    async def none_is_listed() -> bool:
        return not await _listed(company)

    await company.until(none_is_listed, "all of it is settled")
    await company.until_synced(sent)
    await stays_still(company, A_MOMENT)
    for n, (client, customer) in enumerate(customers.items()):
        (mail, fax), (their_mail, their_fax) = found[client]
        now = await _both(company, client, customer)
        if client == left:
            assert now == found[client]
        elif client == sent:
            assert now == ((mail, their_fax),) * 2, "what was edited has gone across"
        else:
            assert now == ((their_mail if n % 3 != 1 else mail, fax if n % 3 != 0 else their_fax),) * 2
    done = Counter(each["status"] for each in [await company.link(each) for each in customers])
    assert done == {"synced": DRIFTED}
    assert len(await company.customers()) == LINKS
    refused = await company.act(left, "take-theirs")
    assert refused.refused() == "nothing_to_push"
    await company.edit_client(left, email="later@example.com")
    await company.until_customer(customers[left], PrimaryEmailAddr={"Address": "later@example.com"})
