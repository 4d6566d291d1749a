"""What is held is settled without being sent: the other side's value stands on both, or each side keeps its own."""

from typing import Any

import pytest

from domain.effects import UpdateClient, UpdateCustomer
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId
from domain.remembered import Held
from domain.rows import LinkStatus
from domain.standing import Around, Standing, standing
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import REALM, World


def drifted() -> World:
    """Give a world whose company was away, while the email was edited in Canopy and the fax in QuickBooks."""
    world = synced()
    world.edit_customer("58", fax="1")
    world.settle()
    world.intent("disconnect")
    world.settle()
    world.edit_client(email="ours@example.com")
    world.quickbooks.edit("58", world.now, fields(fax="2"))
    world.intent("connect", realm_id=REALM)
    world.settle()
    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,), to_canopy=(Field.FAX,))
    assert world.link().drifted == (Field.EMAIL, Field.FAX)
    return world


def both(world: World, field: Field) -> tuple[Value, Value]:
    """Give a field's values, in Canopy and in QuickBooks."""
    ours = world.canopy.clients[ClientId("c-1")].values.get(field)
    return ours, world.quickbooks.customers[CustomerId("58")].values.get(field)


def stands(world: World) -> Standing:
    """Say how the link stands."""
    return standing(world.link(), world.customer("58"), Around(world.firm))


def test_sent_each_change_goes_across() -> None:
    """As it did before there was another choice."""
    world = drifted()
    world.intent("push", "c-1")
    world.settle()
    assert both(world, Field.EMAIL) == ("ours@example.com", "ours@example.com")
    assert both(world, Field.FAX) == ("2", "2")


def test_taken_theirs_the_value_stays_where_the_change_would_go() -> None:
    """And the side that was edited gets it, whichever switch is off; what gave way stands on the timeline."""
    world = drifted()
    world.all_off()
    before = world.writes

    decision = world.intent("take_theirs", "c-1")
    world.settle()

    assert both(world, Field.EMAIL) == ("fiona@example.com", "fiona@example.com")
    assert both(world, Field.FAX) == ("1", "1")
    lost = {(each.side, each.field, each.before) for each in decision.changes if each.what == "lost"}
    assert lost == {("canopy", Field.EMAIL, "ours@example.com"), ("quickbooks", Field.FAX, "2")}
    assert world.writes - before == 2
    assert (world.link().held, world.link().drifted) == (Held(), ())
    assert stands(world) is Standing.IN_STEP


def test_left_both_nothing_is_written_and_later_edits_go_across() -> None:
    """Neither side has changed from here on; the two stay different until somebody edits one."""
    world = drifted()
    before = world.writes

    world.intent("leave_both", "c-1")
    world.settle()

    assert world.writes == before
    assert both(world, Field.EMAIL) == ("ours@example.com", "fiona@example.com")
    assert both(world, Field.FAX) == ("1", "2")
    assert (world.link().held, world.link().drifted, world.link().changed_at) == (Held(), (), {})
    assert stands(world) is Standing.IN_STEP
    world.edit_client(email="later@example.com")
    world.settle()
    assert both(world, Field.EMAIL) == ("later@example.com", "later@example.com")
    assert both(world, Field.FAX) == ("1", "2")


@pytest.mark.parametrize("kind", ["push", "take_theirs", "leave_both"])
def test_it_is_refused_where_nothing_is_held_or_something_moved(kind: str) -> None:
    """By the versions that the person saw."""
    world = drifted()
    token = world.quickbooks.customers[CustomerId("58")].sync_token
    seen: dict[str, Any] = {
        "customer_sync_token": token,
        "client_version": world.canopy.clients[ClientId("c-1")].version,
    }
    for moved in ({"customer_sync_token": token - 1}, {"client_version": seen["client_version"] - 1}):
        assert world.intent(kind, "c-1", **{**seen, **moved}).code == "stale"
    assert world.intent(kind, "c-1", **seen).code == kind
    assert world.intent(kind, "c-1").code == "nothing_to_push"


def test_what_a_switch_holds_is_settled_in_the_same_way() -> None:
    """One change, and one request to the side that was edited."""
    world = synced()
    world.switch(from_canopy_editing=False)
    world.settle()
    world.edit_client(email="ours@example.com")
    world.intent("take_theirs", "c-1")
    write = world.write()
    assert isinstance(write, UpdateClient)
    assert (write.values, write.asked_by) == (fields(email="fiona@example.com"), "person")
    world.settle()
    world.switch(from_qbo_editing=False)
    world.settle()
    world.edit_customer("58", email="theirs@example.com")
    world.intent("take_theirs", "c-1")
    assert isinstance(world.write(), UpdateCustomer)
    world.settle()
    assert both(world, Field.EMAIL) == ("fiona@example.com", "fiona@example.com")
    assert world.link().status is LinkStatus.SYNCED
