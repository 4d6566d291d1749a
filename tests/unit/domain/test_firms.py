"""A firm connects, lists both sides, and turns its switches."""

from typing import get_args

import pytest

from domain.decision import Verdict
from domain.effects import ListClients, ListCustomers, PlanLinks
from domain.ids import CustomerId, RealmId
from domain.inputs import ClientObserved, CustomerNotified, Intent
from domain.outcomes import ClientsListed, CustomersListed
from domain.rows import LinkStatus, Reason
from domain.settings import ConflictPolicy, Settings
from tests.unit.domain.outside import fields
from tests.unit.domain.test_repeats import OF_LINKS, ask
from tests.unit.domain.world import EVERY_INTENT, FIRM, REALM, World


def test_connecting_lists_both_sides() -> None:
    """A firm that connects is listed on both sides first."""
    world = World(connected=False)

    decision = world.intent("connect", realm_id=REALM)

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "connect")
    assert [type(effect) for effect in world.firm.pending] == [ListCustomers, ListClients]


@pytest.mark.parametrize("kind", EVERY_INTENT)
def test_each_intent_for_a_firm_that_never_connected_is_answered(kind: str) -> None:
    """Most likely the name is mistyped: all but to connect is refused, with a record, and nothing of it is kept."""
    world = World(connected=False)

    decision = ask(world, kind)

    refused = "client_unknown" if kind in OF_LINKS else "never_connected"
    expected = (Verdict.APPLIED, "connect") if kind == "connect" else (Verdict.REFUSED, refused)
    assert (decision.verdict, decision.code) == expected
    assert decision.rows == (world.firm,)
    assert (world.firm.connection is not None) is (kind == "connect")
    assert (world.firm.paused, world.firm.settings) == (None, Settings())


def test_every_intent_is_one_of_those() -> None:
    """The table above leaves none out."""
    assert set(EVERY_INTENT.values()) == set(get_args(Intent))


def test_settings_that_others_have_changed_since_they_were_seen_stay() -> None:
    """Who puts them back has looked at others by then; whoever has not looked is not asked."""
    world, asking = World(), Settings(conflicts=ConflictPolicy.ALWAYS_ASK)
    world.intent("settings", settings=asking)

    stale = world.intent("settings", settings=Settings(), seen=Settings())
    held = world.firm.settings
    put_back = world.intent("settings", settings=Settings(), seen=asking)

    assert (stale.verdict, stale.code, held) == (Verdict.REFUSED, "stale", asking)
    assert (put_back.verdict, put_back.code, world.firm.settings) == (Verdict.APPLIED, "settings", Settings())


def test_a_listing_creates_and_matches_nothing_by_itself() -> None:
    """Both sides hold the same name: both are shown as unmatched, and nothing is written."""
    world = World(connected=False)
    world.quickbooks.add(world.now, fields(display_name="Fiona Gallagher"), "7")
    world.canopy.add("c-1", world.now, fields(display_name="Fiona Gallagher"))

    world.intent("connect", realm_id=REALM)
    world.settle()

    assert world.link().reason is Reason.NEVER_MATCHED
    assert world.customer("7").customer is not None
    assert world.writes == 0


def test_a_listing_goes_on_page_by_page() -> None:
    """Each page asks for the next, under an id of its own, until there is none."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    customers, clients = world.firm.pending

    world.deliver(world.firm.key, customers, CustomersListed(customers=(), cursor="100"))
    follow = next(effect for effect in world.firm.pending if isinstance(effect, ListCustomers))
    assert follow.cursor == "100"
    assert follow.id != customers.id
    world.deliver(world.firm.key, follow, CustomersListed(customers=()))
    world.deliver(world.firm.key, clients, ClientsListed(clients=()))

    connection = world.firm.connection
    assert connection is not None
    assert connection.customers_listed
    assert connection.clients_listed


def test_a_client_whose_choice_was_unknown_is_listed_as_never_matched_and_may_still_choose() -> None:
    """The listing came before the `created` event: that event still counts."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    client = world.canopy.add("c-1", world.now, fields(display_name="Fiona Gallagher"))
    world.hear(client)
    assert world.link().reason is Reason.CHOICE_UNKNOWN
    world.settle()
    assert world.link().reason is Reason.NEVER_MATCHED

    decision = world.hear(client, "created", toggle=True)

    assert decision.verdict is Verdict.APPLIED
    assert world.link().status is LinkStatus.CREATING


def test_a_customer_new_in_quickbooks_is_shown_as_unmatched() -> None:
    """A customer that no link has is known, and nothing is written for it."""
    world = World()

    world.know_customer("7", display_name="Frank Gallagher")

    assert world.customer("7").customer is not None
    assert world.settle() == 0


def test_connecting_again_is_skipped_and_another_company_is_refused() -> None:
    """A firm has at most one company."""
    world = World()

    same = world.intent("connect", realm_id=REALM)
    other = world.intent("connect", realm_id="realm-2")

    assert (same.verdict, same.code) == (Verdict.SKIPPED, "already_connected")
    assert (other.verdict, other.code) == (Verdict.REFUSED, "other_realm_connected")


def test_facts_about_a_firm_that_never_connected_leave_no_record() -> None:
    """Its clients are listed when it connects."""
    world = World(connected=False)
    client = world.canopy.add("c-1", world.now, fields(display_name="Fiona"))

    seen = ClientObserved(firm_id=FIRM, client=client, happened="created", sync_client=True)
    assert world.tell_perhaps(seen) is None


def test_a_notification_of_another_company_is_skipped() -> None:
    """The realm is not the firm's: counted in a record, and not read."""
    world = World()
    customer = world.quickbooks.add(world.now, fields(display_name="Frank"), "7")

    decision = world.tell(
        CustomerNotified(
            firm_id=FIRM,
            realm_id=RealmId("realm-2"),
            customer_id=customer.customer_id,
            operation="Update",
            time=world.now,
        )
    )

    assert (decision.verdict, decision.code) == (Verdict.SKIPPED, "other_realm")
    assert world.settle() == 0


def test_settings_count_from_the_decision_on_and_links_are_planned_in_steps() -> None:
    """Each step plans at most 200 links; one after the other, until all have had their turn."""
    world = World()
    for number in range(450):
        world.add_client(f"c-{number:03}", toggle=False, display_name=f"Client {number}")

    world.switch(from_canopy_editing=False)
    steps = 0
    while world.firm_work:
        (step,) = world.firm_work
        assert isinstance(step, PlanLinks)
        decision = world.deliver(world.firm.key, step, world.carry_out(step))
        assert len(decision.rows) <= 201
        steps += 1

    assert not world.firm.settings.actions_from_canopy.editing
    assert steps == 3


def test_settings_changed_in_the_middle_of_the_steps_start_them_again() -> None:
    """The later settings count for all links; the step of the earlier is awaited no more."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona")
    world.switch(from_canopy_editing=False)
    (first,) = world.firm_work

    world.switch(from_canopy_editing=True)
    (second,) = world.firm_work
    late = world.deliver(world.firm.key, first, world.carry_out(first))

    assert first.id != second.id
    assert (late.verdict, late.code) == (Verdict.SKIPPED, "not_awaited")
    assert world.settle() == 1


def test_an_older_listing_never_overwrites_a_newer_customer() -> None:
    """A page read before an edit arrives after that edit was read: the edit stays."""
    world = World(connected=False)
    old = world.quickbooks.add(world.now, fields(display_name="Frank"), "7")
    world.intent("connect", realm_id=REALM)
    customers, _ = world.firm.pending
    world.edit_customer("7", display_name="Frank Gallagher")

    world.deliver(world.firm.key, customers, CustomersListed(customers=(old,)))

    known = world.customer("7").customer
    assert known is not None
    assert known == world.quickbooks.customers[CustomerId("7")]
