"""A person has answered a question, and takes it back: each side has its own value again, and the question is open."""

from typing import Any

import pytest

from tests.story.company import Company
from tests.story.test_both_sides_edited import OURS, THEIRS, edited_on_both


@pytest.mark.parametrize(
    ("choice", "more"),
    [("canopy", {}), ("quickbooks", {}), ("value", {"field": "email", "value": "third@example.com"})],
)
async def test_an_answer_that_is_taken_back_leaves_both_sides_as_its_preview_said(
    company: Company, choice: str, more: dict[str, Any]
) -> None:
    """With just the writes that it named; done on what was seen, once, and answered otherwise afterwards."""
    client, customer = await edited_on_both(company, "Kofi Mensah")
    await company.until_link(client, status="needs_attention")
    await company.answer(client, choice, **more)
    await company.until_synced(client)
    written = len(await company.written_in_quickbooks()), len(await company.written_in_canopy())

    preview = (await company.api("GET", f"/clients/{client}/undo-preview")).ok()

    assert (preview["outcome"], preview["code"]) == ("question", "both_changed")
    (email,) = [each for each in preview["fields"] if each["field"] == "email"]
    assert (email["canopy"]["after"], email["quickbooks"]["after"]) == (OURS, THEIRS)
    seen = {
        name: preview[name] for name in ("version", "link_version", "customer_sync_token", "client_version")
    }
    stale = await company.act(client, "undo-answer", seen | {"client_version": 1})
    assert stale.refused() == "stale"
    undone = await company.act(client, "undo-answer", seen | {"reason": "kept the wrong one"})
    assert undone.status in {200, 202}, undone
    link = await company.until_link(client, status="needs_attention")
    assert (link["problem"]["code"], link["problem"]["fields"]) == ("both_changed", ["email"])
    await company.until_client(client, email=OURS)
    await company.until_customer(customer, PrimaryEmailAddr={"Address": THEIRS})
    to_both = [each["quickbooks"]["now"] != each["quickbooks"]["after"] for each in preview["fields"]]
    to_canopy = [each["canopy"]["now"] != each["canopy"]["after"] for each in preview["fields"]]
    assert (len(await company.written_in_quickbooks()), len(await company.written_in_canopy())) == (
        written[0] + sum(to_both),
        written[1] + sum(to_canopy),
    )
    line = (await company.api("GET", "/activity?kind=undo_answer")).ok()["acts"][0]
    assert (line["client_id"], line["reason"]) == (client, "kept the wrong one")
    again = await company.act(client, "undo-answer", {"version": preview["version"]})
    assert again.refused() == "nothing_to_undo"
    await company.answer(client, "quickbooks")
    await company.until_synced(client)
    assert (await company.client(client))["email"] == THEIRS


async def test_an_answer_whose_write_waits_is_withdrawn(company: Company) -> None:
    """Nothing is sent, also once requests go on."""
    client, customer = await edited_on_both(company, "Jana Novotna")
    await company.until_link(client, status="needs_attention")

    async def is_still() -> bool:
        return not (await company.api("GET", "/pending")).ok()["work"]

    await company.until(is_still, "the edits of other fields have arrived")
    (await company.api("POST", "/pause", {"reason": "looking"})).ok()
    await company.answer(client, "canopy")
    written = len(await company.written_in_quickbooks())

    await company.act(client, "undo-answer")

    link = await company.until_link(client, status="needs_attention")
    assert link["problem"]["fields"] == ["email"]
    (await company.api("POST", "/resume", {})).ok()
    marker = await company.add_client("Asta Lind")
    await company.until_synced(marker)
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == THEIRS
    assert len(await company.written_in_quickbooks()) == written + 1


async def test_what_cannot_be_taken_back_says_why(company: Company) -> None:
    """An answer that matched is taken back by an unmatch, and an edit since is somebody's will."""
    client, customer = await edited_on_both(company, "Lucia Prat")
    await company.until_link(client, status="needs_attention")
    assert (await company.api("GET", f"/clients/{client}/undo-preview")).status == 404
    await company.answer(client, "canopy")
    await company.until_synced(client)
    await company.edit_client(client, email="later@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "later@example.com"})
    await company.until_synced(client)

    preview = (await company.api("GET", f"/clients/{client}/undo-preview")).ok()

    assert (preview["outcome"], preview["code"]) == ("blocked", "nothing_to_undo")
    assert (await company.act(client, "undo-answer")).refused() == "nothing_to_undo"
    other = await company.add_client("Asta Lind", sync=False)
    await company.until_link(other, status="not_synced")
    await company.new_customer("Asta Lind")
    await company.until_link(other, status="needs_attention")
    await company.answer(other, "match")
    await company.until_synced(other)
    assert (await company.act(other, "undo-answer")).refused() == "undone_by_unmatch"
