"""A client added in Canopy becomes a customer, unless a person or the firm said that it shall not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.decision import Verdict
from domain.effects import CreateCustomer
from domain.fields import Field
from domain.ids import CustomerId
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.world import REALM, World


def test_a_client_added_with_sync_client_on_becomes_a_customer() -> None:
    """Add a client with "Sync client" on, and QuickBooks gets one customer with its values."""
    world = World()

    world.add_client(toggle=True, display_name="Fiona Gallagher", email="fiona@example.com")

    write = world.write()
    assert isinstance(write, CreateCustomer)
    assert write.values == fields(display_name="Fiona Gallagher", email="fiona@example.com")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED
    assert world.link().customer_id == CustomerId("58")
    assert world.writes == 1


def test_a_client_added_with_sync_client_off_is_left_out_for_good() -> None:
    """With the toggle off nothing is created, and no later edit creates it."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")

    edit = world.edit_client(email="fiona@example.com")

    assert world.link().reason is Reason.LEFT_OUT
    assert (edit.verdict, edit.code) == (Verdict.SKIPPED, "left_out")
    assert world.settle() == 0


@pytest.mark.parametrize(
    ("creating", "status"), [(True, LinkStatus.CREATING), (False, LinkStatus.NOT_SYNCED)]
)
def test_without_a_toggle_the_firms_setting_decides(creating: bool, status: LinkStatus) -> None:
    """An event that says nothing about the toggle follows "Creating new clients in Canopy"."""
    world = World()
    world.switch(from_canopy_creating=creating)
    world.settle()

    world.add_client(toggle=None, display_name="Fiona Gallagher")

    assert world.link().status is status


@pytest.mark.parametrize(("toggle", "actor"), [(True, "system:import"), (True, None), (None, "user:dana")])
def test_with_creating_off_the_row_says_that_the_setting_was_why(
    toggle: bool | None, actor: str | None
) -> None:
    """Nobody left this client out, nor switched its sync on: the firm's switch was off, and the row says so."""
    world = World()
    world.all_off()

    decision = world.hear(
        world.canopy.add("c-1", world.now, fields(display_name="Fiona Gallagher")),
        "created",
        toggle,
        actor=actor,
    )

    assert world.link().reason is Reason.CREATING_IS_OFF
    assert (decision.verdict, decision.code) == (Verdict.SKIPPED, "creating_is_off")
    assert world.settle() == 0


def test_a_person_who_switches_sync_client_on_has_it_created_whatever_the_setting() -> None:
    """The setting is the toggle's default; switched to and fro later, it withdraws nothing of theirs."""
    world = World()
    world.all_off()
    fiona = world.canopy.add("c-1", world.now, fields(display_name="Fiona Gallagher"))

    decision = world.hear(fiona, "created", True, actor="user:dana")

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "client_created")
    assert world.link().create_asked_by == "person"
    world.switch(from_canopy_creating=True)
    world.all_off()
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_a_client_added_while_creating_was_off_is_not_created_when_it_is_switched_on() -> None:
    """The toggle counts once: a switch turned on later creates nothing by itself."""
    world = World()
    world.all_off()
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    world.switch(from_canopy_creating=True)
    world.settle()

    assert world.link().reason is Reason.CREATING_IS_OFF
    assert world.writes == 0


def test_the_toggle_counts_even_when_the_edit_comes_first() -> None:
    """`edited` may overtake `created`: until then the choice is unknown, then it is created as it looks now."""
    world = World()
    created = world.canopy.add("c-1", world.now, fields(display_name="Fiona"))
    first = world.edit_client(display_name="Fiona Gallagher")
    unknown = world.link().reason

    world.hear(created, "created", toggle=True)

    assert (first.verdict, first.code) == (Verdict.SKIPPED, "choice_unknown")
    assert unknown is Reason.CHOICE_UNKNOWN
    assert world.write().values == fields(display_name="Fiona Gallagher")


def test_an_opt_out_counts_even_when_the_edit_comes_first() -> None:
    """`edited` before `created` with the toggle off: never created."""
    world = World()
    created = world.canopy.add("c-1", world.now, fields(display_name="Fiona"))
    world.edit_client(display_name="Fiona Gallagher")

    world.hear(created, "created", toggle=False)

    assert world.link().reason is Reason.LEFT_OUT
    assert world.settle() == 0


def test_the_toggle_counts_once() -> None:
    """The same `created` event again, even with another toggle, changes nothing."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")

    again = world.hear(world.canopy.clients[world.link().client_id], "created", toggle=True)

    assert (again.verdict, again.code) == (Verdict.SUPERSEDED, "already_known")
    assert world.link().reason is Reason.LEFT_OUT
    assert world.settle() == 0


def test_a_late_created_event_does_not_undo_what_a_person_did() -> None:
    """A person matched the client before its `created` event came: the toggle has nothing left to say."""
    world = World()
    created = world.canopy.add("c-1", world.now, fields(display_name="Fiona"))
    world.edit_client(display_name="Fiona Gallagher")
    world.know_customer("7", display_name="Fiona Gallagher")
    world.intent("match", "c-1", customer_id="7")
    world.intent("unmatch", "c-1")

    world.hear(created, "created", toggle=True)

    assert world.link().reason is Reason.UNMATCHED
    assert world.link().choice == "off"
    assert world.settle() == 0


def test_a_client_deleted_before_its_created_event_came_is_not_created() -> None:
    """`deleted` overtook `created`: there is nothing to create, and the row does not wait for it."""
    world = World()
    created = world.canopy.add("c-1", world.now, fields(display_name="Fiona"))
    world.hear(replace(created, version=2, presence="deleted"), "deleted")

    world.hear(created, "created", toggle=True)

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.settle() == 0


def test_creates_wait_for_both_first_listings() -> None:
    """Until both sides are listed nobody can say whether the client is new, so nothing is created before."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    assert world.link().status is LinkStatus.CREATING
    customers, clients = world.firm.pending

    world.deliver(world.firm.key, customers, world.carry_out(customers))
    assert not world.link().pending
    world.deliver(world.firm.key, clients, world.carry_out(clients))
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


def test_creates_that_wait_for_a_listing_heed_the_switch() -> None:
    """Switched off while they wait: not created, and the row says why."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    world.switch(from_canopy_creating=False)
    world.settle()

    assert world.link().reason is Reason.CREATING_IS_OFF
    assert world.writes == 0


def test_a_created_event_older_than_the_connect_is_not_new() -> None:
    """An event that lay about until the firm connected creates nothing; the listing knows that client."""
    world = World()
    connection = world.firm.connection
    assert connection is not None
    world.now = connection.connected_at - timedelta(minutes=1)

    decision = world.add_client(toggle=True, display_name="Fiona Gallagher")

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert decision.verdict is Verdict.SKIPPED
    assert world.settle() == 0


def test_a_person_creates_what_was_left_out() -> None:
    """Only a person links an opted-out client, and all four switches off do not stop a person."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")
    world.all_off()

    world.intent("create", "c-1")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


def test_an_edit_while_the_customer_is_created_follows_it() -> None:
    """The create is frozen when it is planned; what was edited meanwhile goes after it, and only that."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher", email="old@example.com")
    create = world.write()

    world.edit_client(email="new@example.com", phone="312")
    assert world.write() == create
    world.finish()

    assert world.write().values == {Field.EMAIL: "new@example.com", Field.PHONE: "312"}
    world.settle()
    assert (
        world.quickbooks.customers[CustomerId("58")].values
        == world.canopy.clients[world.link().client_id].values
    )


def test_our_new_customer_matched_with_another_client_stays_with_that_one() -> None:
    """A person matched what we had just created, before we knew that it was ours: one link a customer."""
    world = World()
    world.add_client("c-1", toggle=True, display_name="Fiona Gallagher")
    world.add_client("c-2", toggle=False, display_name="Debbie Gallagher")
    create = world.write()
    outcome = world.carry_out(create)
    world.notify("58")
    world.finish_read("58")
    world.intent("match", "c-2", customer_id="58")

    world.deliver(world.link("c-1").key, create, outcome)

    assert world.link("c-1").status is LinkStatus.NOT_SYNCED
    assert world.link("c-2").customer_id == CustomerId("58")


def test_a_client_archived_before_its_create_began_waits_for_nothing() -> None:
    """The first listings are not in yet, so the create has not begun; when they are, there is nobody to create."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    created = world.link().client
    assert created is not None
    world.hear(replace(created, version=2, presence="archived"), "archived")

    world.settle()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.NEVER_MATCHED
    assert world.writes == 0
