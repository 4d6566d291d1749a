"""What a restore is said to do is what it does: in every state, whatever became of both sides since."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.decision import Verdict
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId, IntentId, Side
from domain.inputs import Restore
from domain.restoring import ForeseenRestore, foresee_restore
from domain.rows import CustomerRow
from domain.snapshots import Customer
from tests.states.test_actions import had, merged_into_a_linked_one, of_another_company, once_unmatched
from tests.states.test_choices import FATES, GIVEN, STATES, Fate, made_inactive, merged_away, taken_away
from tests.unit.domain.outside import REFUSED
from tests.unit.domain.world import FIRM, World

CLIENT = ClientId("c-1")
Written = Mapping[Side, Mapping[Field, Value]]


def foreseen(world: World) -> ForeseenRestore:
    """Say what a restore of the client would do, on a copy of the rows."""
    intent = Restore(firm_id=FIRM, intent_id=IntentId("foreseen"), client_id=CLIENT)
    return foresee_restore(world.rows(), intent, world.now, world.started)


def carried_out(world: World) -> tuple[Verdict, str, Written]:
    """Restore it, and let all that follows be done; gives what was written where."""
    ours, customers = world.canopy.clients.get(CLIENT), dict(world.quickbooks.customers)
    decision = world.intent("restore", CLIENT)
    world.settle()
    theirs = world.canopy.clients.get(CLIENT)
    link = world.table.link(FIRM, CLIENT)
    customer = link.customer_id if link is not None else None
    return (
        decision.verdict,
        decision.code,
        {
            "canopy": _moved(ours.values if ours else {}, theirs.values if theirs else {}),
            "quickbooks": _moved(
                _customer(customers, customer), _customer(world.quickbooks.customers, customer)
            ),
        },
    )


def _is_known(world: World) -> bool:
    """Say whether we know of both sides what stands there, and they would take it."""
    ours = world.canopy.clients.get(CLIENT)
    client = world.link().client
    if client is not None and ours is not None and client.values != ours.values:
        return False
    known = [row.customer for row in world.table if isinstance(row, CustomerRow) and row.customer is not None]
    refused = REFUSED in (client.values.values() if client is not None else ())
    there = world.quickbooks.customers
    return not refused and all(each.gone or each == there.get(each.customer_id) for each in known)


def _customer(there: Mapping[CustomerId, Customer], customer: CustomerId | None) -> Mapping[Field, Value]:
    found = there.get(customer) if customer is not None else None
    return found.values if found is not None else {}


def _moved(before: Mapping[Field, Value], after: Mapping[Field, Value]) -> Mapping[Field, Value]:
    return {field: after.get(field) for field in Field if before.get(field) != after.get(field)}


def check(world: World) -> str | None:
    """Compare; gives what it came to. None: a side holds what nobody has told us, or will refuse."""
    if world.table.link(FIRM, CLIENT) is None or not _is_known(world):
        return None
    told = foreseen(world)
    verdict, code, written = carried_out(world)
    link = world.link()
    if told.outcome == "blocked":
        assert (verdict, code) == (Verdict.REFUSED, told.code)
        return told.code
    assert verdict is Verdict.APPLIED
    assert {side: values for side, values in told.writes.items() if values} == {
        side: values for side, values in written.items() if values
    }
    assert (link.problem.code if link.problem else None) == (told.problem.code if told.problem else None)
    return told.code


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("fate", [None, *FATES, merged_into_a_linked_one, of_another_company])
def test_a_restore_does_what_was_said(state: str, fate: Fate | None) -> None:
    """After an unmatch and what became of its customer, and then after each input."""
    world = once_unmatched(state)
    customer = had(world)
    if fate is not None:
        if customer is None or not world.firm.is_connected:
            return
        fate(world, customer)
    check(world.copied())
    for name, tell in GIVEN.items():
        after = world.copied()
        tell(after)
        after.settle()
        try:
            check(after)
        except AssertionError as wrong:
            raise AssertionError(f"after {name}") from wrong


def edited_on_both_sides(world: World, customer: CustomerId) -> None:
    """Within minutes of each other, so that nobody can say whose is the later edit."""
    world.edit_client(CLIENT, phone="773")
    world.edit_customer(customer, phone="312")


def merged_into_its_equal(world: World, customer: CustomerId) -> None:
    """It goes into one that holds the same."""
    there = world.quickbooks.customers[customer].values
    merged_away(world, customer)
    world.quickbooks.edit("99", world.now, there)
    world.notify("99")


def edited_on_one_side(world: World, customer: CustomerId) -> None:
    """The other gets it."""
    world.edit_customer(customer, mobile="773")


@pytest.mark.parametrize(
    ("fate", "code"),
    [
        (edited_on_one_side, "restored"),
        (edited_on_both_sides, "both_changed"),
        (made_inactive, "restored_inactive"),
        (merged_away, "both_changed"),
        (merged_into_its_equal, "restored_to_survivor"),
        (merged_into_a_linked_one, "customer_linked"),
        (taken_away, "customer_gone"),
    ],
)
def test_every_way_to_come_back_is_tried(fate: Fate, code: str) -> None:
    """With its customer, with the one that that went into, inactive, with a question, and not at all."""
    world = once_unmatched("synced")
    customer = had(world)
    assert customer is not None
    world.know_customer("99", display_name="Survivor")
    fate(world, customer)
    world.settle()

    assert check(world) == code


@pytest.mark.parametrize("edited", ["canopy", "quickbooks"])
def test_what_was_seen_is_what_is_carried_out(edited: Side) -> None:
    """Or nothing is: where either side has been edited since, the restore is refused as stale."""
    world = once_unmatched("synced")
    seen = foreseen(world)
    as_seen: dict[str, Any] = {
        "customer_sync_token": seen.customer_sync_token,
        "client_version": seen.client_version,
    }
    unseen = world.copied()
    if edited == "canopy":
        unseen.edit_client(CLIENT, phone="1")
    else:
        unseen.edit_customer("58", phone="1")

    assert world.intent("restore", CLIENT, **as_seen).verdict is Verdict.APPLIED
    refused = unseen.intent("restore", CLIENT, **as_seen)
    assert (refused.verdict, refused.code) == (Verdict.REFUSED, "stale")
