"""What a batch asks for: a row an intent, by the same name each time; and what taking one back says of each row."""

from dataclasses import replace
from typing import Any

import pytest

from domain.batches import BatchRow, batch_intent, first_fault, intent_of
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.inputs import AddClient, Create, Match, Push, Restore, Retry, Unmatch
from domain.reverting import reverted, with_what_was_replaced
from domain.values_back import replaced_by
from tests.unit.domain.world import FIRM, World


def row(do: Any, client: str | None = None, customer: str | None = None, **more: Any) -> BatchRow:
    """Write a row."""
    return BatchRow(
        do=do,
        client_id=ClientId(client) if client else None,
        customer_id=CustomerId(customer) if customer else None,
        **more,
    )


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row("match", "c-1", "1"), row("create", "c-2"), row("create_client", None, "2")], None),
        ([row("create", "c-1", "1"), row("create_client", "c-1", "1")], None),
        ([row("match", "c-1")], (0, "needs_customer")),
        ([row("create", "c-1"), row("match", None, "1")], (1, "needs_client")),
        ([row("create", None, "1")], (0, "needs_client")),
        ([row("create_client", "c-1")], (0, "needs_customer")),
        ([row("leave")], (0, "needs_client")),
        ([row("push", None, "1")], (0, "needs_client")),
        ([row("push", "c-1"), row("retry", "c-1")], (1, "twice")),
        ([row("leave", None, "1")], None),
        ([row("match", "c-1", "1"), row("create", "c-1")], (1, "twice")),
        ([row("match", "c-1", "1"), row("match", "c-2", "1")], (1, "twice")),
        ([row("leave", "c-1"), row("match", "c-1", "1")], (1, "twice")),
    ],
)
def test_each_row_has_what_it_needs_and_nobody_is_acted_on_twice(rows: list[BatchRow], fault: Any) -> None:
    """Of a pair that is no match, each side may be given its own."""
    assert first_fault(rows) == fault


def test_a_row_asks_for_one_thing_on_what_was_seen_under_one_name() -> None:
    """The name is the batch's and the row's, so that who asks again does not ask for more."""
    matched = row("match", "c-1", "58", link_version=4, customer_sync_token=7)
    name = intent_of("b-1", 3)
    asked: Any = {"firm_id": FIRM, "intent_id": name, "reason": "onboarding"}

    assert batch_intent("b-1", FIRM, 3, matched, "onboarding") == Match(
        **asked,
        client_id=ClientId("c-1"),
        customer_id=CustomerId("58"),
        link_version=4,
        customer_sync_token=7,
    )
    assert batch_intent("b-1", FIRM, 3, row("create", "c-1", link_version=4), "onboarding") == Create(
        **asked, client_id=ClientId("c-1"), link_version=4
    )
    assert batch_intent("b-1", FIRM, 3, row("create_client", None, "58"), "onboarding") == AddClient(
        **asked, customer_id=CustomerId("58")
    )
    assert batch_intent("b-1", FIRM, 3, row("unmatch", "c-1", link_version=4), "onboarding") == Unmatch(
        **asked, client_id=ClientId("c-1"), link_version=4
    )
    plain: Any = {"firm_id": FIRM, "intent_id": name, "client_id": ClientId("c-1"), "link_version": 4}
    held = row("push", "c-1", link_version=4, customer_sync_token=7)
    assert batch_intent("b-1", FIRM, 3, held, "x", client_version=9) == Push(
        **plain, customer_sync_token=7, client_version=9
    )
    again = row("retry", "c-1", link_version=4, customer_sync_token=7)
    assert batch_intent("b-1", FIRM, 3, again, "x", client_version=9) == Retry(
        **plain, customer_sync_token=7, client_version=9
    )
    back = row("restore", "c-1", "58", link_version=4, customer_sync_token=7)
    assert batch_intent("b-1", FIRM, 3, back, "x", client_version=9) == Restore(
        **plain, customer_sync_token=7, client_version=9, reason="x"
    )
    assert batch_intent("b-1", FIRM, 3, row("leave", "c-1"), "onboarding") is None
    assert len({intent_of(batch, n) for batch in ("b-1", "b-2") for n in range(3)}) == 6


def test_taking_back_says_what_happens_and_what_would_be_put_back() -> None:
    """What the match wrote over stays in QuickBooks, unless it is put back. A link that went on is left alone."""
    world = World()
    world.add_client("c-1", toggle=False, display_name="Ada Roe", email="new@example.com")
    world.know_customer("70", display_name="Ada Roe", email="old@example.com")
    world.intent("match", "c-1", customer_id=CustomerId("70"))
    wrote = replaced_by(change for decision in world.decisions for change in decision.changes)
    world.settle()
    link, ours = world.link("c-1"), row("match", "c-1", "70")

    plain = reverted(0, ours, link, CustomerId("70"))
    assert (plain.outcome, plain.values_back) == ("unmatched", {})
    assert plain.as_row() == row("unmatch", "c-1", "70", link_version=link.version)
    told = with_what_was_replaced(world.rows(), FIRM, plain, wrote, world.now, world.started)
    assert told.replaced == {Field.EMAIL: ("old@example.com", "new@example.com")}
    assert told.values_back == {Field.EMAIL: "old@example.com"}
    assert told.as_row() == plain.as_row()
    back = told.as_row(put_values_back=True)
    assert (back.do, back.customer_sync_token) == ("unmatch_with_values_back", told.customer_sync_token)
    asked = batch_intent("b-1", FIRM, 0, back, None, told.values_back)
    assert isinstance(asked, Unmatch)
    assert asked.values_back == {Field.EMAIL: "old@example.com"}
    elsewhere = replace(link, customer_id=CustomerId("71"))
    assert reverted(0, ours, elsewhere, CustomerId("70")).outcome == "changed"
    world.intent("unmatch", "c-1")
    assert reverted(0, ours, world.link("c-1"), CustomerId("70")).outcome == "already_so"
    assert reverted(0, row("push", "c-1"), link, None).outcome == "sent"
