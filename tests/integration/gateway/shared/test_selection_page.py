"""What a list's bar and its confirmation say of the clients that are ticked, as the page gets them."""

from dataclasses import replace
from typing import Any

import pytest

from domain.fields import Field
from domain.problem import Problem
from domain.remembered import Held
from domain.rows import LinkStatus
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW


async def ask(gateway: Running, firm: Firm, body: Any, query: str = "", *, status: int = 200) -> str:
    """Send what is ticked; gives the part of the page that comes back, in one line."""
    headers = {"Authorization": "Bearer dev-manager"}
    async with gateway.http.post(f"/firms/{firm.id}/selection{query}", json=body, headers=headers) as answer:
        assert answer.status == status
        return " ".join((await answer.text()).split())


async def known(gateway: Running, firm: Firm) -> None:
    """One in step, one with a held phone, one apart."""
    await gateway.log.decide(firm.connected(), code="connect")
    for customer in ("58", "59"):
        await gateway.log.decide(firm.customer_row(customer, "A customer"), code="customer_noticed")
    held = Held(to_quickbooks=(Field.EMAIL,))
    await gateway.log.decide(firm.synced_row("c-1", "Ada Roe", "58"))
    await gateway.log.decide(firm.synced_row("c-2", "Bo Roe", "59", held=held))
    at = await gateway.log.decide(replace(firm.client_row("c-3", "Cy"), version=4))
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)


async def test_what_can_be_done_is_counted_of_those_that_are_ticked(gateway: Running, firm: Firm) -> None:
    """By name, or all that the address finds; who is named twice counts once, and whom nobody knows not at all."""
    await known(gateway, firm)

    some = await ask(gateway, firm, {"ids": ["c-1", "c-2", "c-2", "c-9"]})
    assert 'data-act="push">Send held changes <span class="number">1</span>' in some
    assert 'data-act="unmatch">Unmatch</button>' in some
    assert 'data-act="leave"' not in some
    found = await ask(gateway, firm, {"all": True}, "?q=roe")
    assert found == some
    everybody = await ask(gateway, firm, {"all": True})
    assert 'data-act="leave">Leave out <span class="number">1</span>' in everybody
    assert "Nothing can be done" in await ask(gateway, firm, {"ids": ["c-9"]})


async def test_a_confirmation_says_what_happens_to_whom_and_who_is_left_alone(
    gateway: Running, firm: Firm
) -> None:
    """On the version that is shown; while another batch is under way there is no button."""
    await known(gateway, firm)

    told = await ask(gateway, firm, {"all": True, "act": "push"})

    assert "Send held changes of 1 client" in told
    assert "c-2@example.com" in told
    assert "2 clients are left as they are" in told
    assert "<dt>Nothing is held</dt><dd>Ada Roe · Cy</dd>" in told
    sent = (
        '"client_id": "c-2", "customer_id": "59", "customer_sync_token": 3, "do": "push", "link_version": 2'
    )
    assert sent in told, "as both sides were seen"
    problem = Problem(id="q-1", code="our_error", since=NOW, resume="synced")
    failed = firm.synced_row(
        "c-2", "Bo Roe", "59", version=3, status=LinkStatus.NEEDS_ATTENTION, problem=problem
    )
    at = await gateway.log.decide(failed)
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    again = sent.replace("push", "retry").replace('"link_version": 2', '"link_version": 3')
    assert again in await ask(gateway, firm, {"all": True, "act": "retry"})
    rows = {"rows": [{"do": "unmatch", "client_id": "c-1"}]}
    answer, _ = await gateway.ask("POST", f"{firm.api}/batches", body=rows, Idempotency_Key="b-one")
    assert answer.status == 202
    busy = await ask(gateway, firm, {"all": True, "act": "unmatch"})
    assert "Batch 1 is still being carried out" in busy
    assert 'class="primary"' not in busy


@pytest.mark.parametrize(
    "body",
    [[], {"ids": "c-1"}, {"act": "erase"}, {"ids": ["c-1"] * 5001}, {"everybody": True}],
    ids=["no object", "no list", "no such act", "too many", "unknown"],
)
async def test_what_can_not_be_read_is_refused(gateway: Running, firm: Firm, body: Any) -> None:
    """With a sentence for a person."""
    assert "can't be read" in (await ask(gateway, firm, body, status=400)).replace("&#39;", "'")
