"""New customers: each becomes a client, becomes a question, or stays unmatched."""

from dataclasses import replace
from typing import Any

import pytest

from domain.decision import Verdict
from domain.effects import CreateClient, CreateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.inputs import CustomerNotified
from domain.outcomes import ClientSaved, CustomerSaved, Failed, Rejected, Unconfirmed
from domain.problem import Problem
from domain.rows import LinkRow
from domain.snapshots import Client
from tests.unit.domain.outside import REFUSED, fields
from tests.unit.domain.world import FIRM, REALM, World


def appears(world: World, customer: str = "7", **values: Any) -> None:
    """A person adds a customer in QuickBooks; we hear of it and read it."""
    world.quickbooks.add(world.now, fields(**values), customer)
    world.notify(customer)
    world.finish_read(customer)


def create_of(world: World, customer: str = "7") -> CreateClient:
    """Give the client that is being created for a customer."""
    create = world.customer(customer).create
    assert create is not None
    return create


def linked_with(world: World, customer: str) -> LinkRow | None:
    """Give the link that has a customer."""
    return world.table.link_of(FIRM, CustomerId(customer))


def question(world: World, client: str = "c-1") -> Problem:
    """Give what a client is asked about."""
    problem = world.link(client).problem
    assert problem is not None
    return problem


def asked() -> World:
    """Give a world in which a new customer is called like a client that stays out of QuickBooks."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")
    appears(world, display_name="fiona  gallagher", phone="312")
    return world


def test_a_new_customer_becomes_a_client_that_is_linked_with_it() -> None:
    """With its values, and nothing more is written."""
    world = World()
    appears(world, display_name="Frank", email="frank@example.com")

    world.settle()

    link = linked_with(world, "7")
    assert link is not None
    assert link.status == "synced"
    assert world.canopy.clients[link.client_id].values == fields(
        display_name="Frank", email="frank@example.com"
    )
    assert (world.canopy.writes, world.quickbooks.writes) == (1, 0)
    assert link.choice == "on"


def test_a_customer_from_before_the_connect_stays_unmatched_however_it_is_found() -> None:
    """By a listing, a sweep, or an edit of it now."""
    world = World()
    world.know_customer("7", display_name="Frank")

    world.settle()

    assert world.canopy.clients == {}
    assert world.customer("7").pending == ()


def test_a_created_event_after_the_connect_makes_a_customer_new_whatever_its_clock_says() -> None:
    """QuickBooks' time of creation may lie a little before our connect."""
    world = World()
    before = world.firm.connection
    assert before is not None
    added = world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=before.connected_at)
    world.tell(
        CustomerNotified(
            firm_id=FIRM,
            realm_id=REALM,
            customer_id=added.customer_id,
            operation="created",
            time=world.now,
        )
    )
    world.settle()

    assert linked_with(world, "7") is not None


def test_the_switch_off_lists_it_as_unmatched_and_on_again_changes_nothing_about_it() -> None:
    """Only a person does."""
    world = World()
    world.switch(from_qbo_creating=False)
    appears(world, display_name="Frank")
    world.switch(from_qbo_creating=True)
    world.settle()
    assert world.canopy.clients == {}

    assert world.intent("add_client", customer_id=CustomerId("7")).code == "add_client"
    world.settle()
    assert linked_with(world, "7") is not None


def test_a_person_may_ask_with_the_switch_off() -> None:
    """Switches hold what rules ask for."""
    world = World()
    world.switch(from_qbo_creating=False)
    appears(world, display_name="Frank")

    world.intent("add_client", customer_id=CustomerId("7"))

    world.settle()
    assert linked_with(world, "7") is not None


def test_a_create_that_has_not_started_is_withdrawn_when_the_switch_goes_off() -> None:
    """One that has may be done: it stays, and its event or answer will tell."""
    world = World()
    appears(world, display_name="Frank")
    world.switch(from_qbo_creating=False)
    world.settle()
    assert world.customer("7").create is None
    assert world.canopy.clients == {}

    other = World()
    appears(other, display_name="Frank")
    create = other.begin(create_of(other))
    other.switch(from_qbo_creating=False)
    (step,) = other.firm_work
    other.deliver(other.firm.key, step, other.carry_out(step))
    assert other.customer("7").create == create


@pytest.mark.parametrize("first", ["event", "answer"])
def test_the_event_of_our_own_create_links_it_whether_it_comes_before_or_after_the_answer(first: str) -> None:
    """It names our effect as its cause, and is as good as the answer."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    if first == "answer":
        world.deliver(key, create, answer)

    world.hear(answer.client, "created", True, cause=create.id, actor="system:client-sync")

    if first == "event":
        late = world.deliver(key, create, answer)
        assert (late.verdict, late.code) == (Verdict.SKIPPED, "not_awaited")
    link = linked_with(world, "7")
    assert link is not None
    assert link.client_id == answer.client.client_id
    assert world.settle() == 0
    assert world.quickbooks.writes == 0


def test_an_edit_while_its_client_is_being_created_follows() -> None:
    """What was sent is what is agreed, so the newer value goes to Canopy afterwards."""
    world = World()
    appears(world, display_name="Frank", phone="1")
    create, key = create_of(world), world.customer("7").key
    world.begin(create)
    world.edit_customer("7", phone="2")
    world.deliver(key, create, world.carry_out(create))
    world.settle()

    link = linked_with(world, "7")
    assert link is not None
    assert world.canopy.clients[link.client_id].values == fields(display_name="Frank", phone="2")


def test_a_client_that_canopy_will_not_take_is_shown_with_the_customer_and_tried_again_when_it_changed() -> (
    None
):
    """Nothing is dropped in silence."""
    world = World()
    appears(world, display_name="Frank", email=REFUSED)
    world.settle()
    problem = world.customer("7").problem
    assert problem is not None
    assert (problem.code, problem.detail) == ("rejected_by_canopy", "invalid_fields")

    world.edit_customer("7", email="frank@example.com")
    world.settle()
    assert world.customer("7").problem is None
    assert linked_with(world, "7") is not None


def test_a_person_may_ask_again_for_a_client_that_canopy_rejected() -> None:
    """The problem is gone with the new try, and comes back if it fails again."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    world.begin(create)
    world.deliver(key, create, Rejected(code="invalid_fields"))

    world.intent("add_client", customer_id=CustomerId("7"))
    assert create_of(world).id != create.id
    world.settle()
    assert linked_with(world, "7") is not None


def test_sub_customers_and_inactive_ones_never_become_clients() -> None:
    """They are counted, or shown."""
    for job, active in ((True, True), (False, False)):
        world = World()
        added = world.quickbooks.add(world.now, fields(display_name="Frank"), "7")
        world.quickbooks.customers[added.customer_id] = replace(added, job=job, active=active)
        world.notify("7")
        world.settle()
        assert world.canopy.clients == {}


def test_a_new_customer_called_like_an_unlinked_client_is_a_question() -> None:
    """Case and spacing tell no names apart."""
    world = asked()

    link = world.link()
    assert (link.status, link.reason) == ("needs_attention", "left_out")
    assert (question(world).code, question(world).customer_id) == ("possible_duplicate", "7")
    assert world.settle() == 0
    assert (world.canopy.writes, world.quickbooks.writes) == (0, 0)


@pytest.mark.parametrize("heard_by", ["answer", "event"])
def test_the_same_e_mail_alone_is_said_and_does_not_block(heard_by: str) -> None:
    """Couples and firms share one: the client is made, and its timeline names the other."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher", email="Fiona@example.com")
    appears(world, display_name="Gallagher, F.", email="fiona@EXAMPLE.com")

    create = create_of(world)
    added = world.carry_out(create)
    new = next(client for client in world.canopy.clients.values() if client.client_id != "c-1")
    if heard_by == "answer":
        decision = world.deliver(world.customer("7").key, create, added)
    else:
        decision = world.hear(new, "created", cause=create.id)
    assert (decision.code, decision.facts) == ("client_added", {"shares_email_with": "c-1"})
    assert (world.link().status, world.link().problem) == ("not_synced", None)
    assert world.link(new.client_id).customer_id == "7"


def test_an_e_mail_that_only_a_linked_client_has_is_not_worth_a_word() -> None:
    """Nobody could take the two for one."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher", email="fiona@example.com")
    world.settle()
    appears(world, display_name="Gallagher, F.", email="fiona@example.com")
    world.settle()

    assert [decision.facts for decision in world.decisions if decision.code == "client_added"] == [{}]


def test_matching_is_an_answer() -> None:
    """Canopy's values overwrite, as in any match."""
    world = asked()

    world.intent("answer", "c-1", question=question(world).id, choice="match")
    world.settle()

    assert (world.link().status, world.link().customer_id) == ("synced", "7")
    assert world.quickbooks.customers[CustomerId("7")].values == fields(
        display_name="Fiona Gallagher", phone="312"
    )
    assert world.canopy.writes == 0 or world.link().changed_at == {}


def test_another_client_is_an_answer() -> None:
    """Then there are two, and the one that was asked about stays as it was."""
    world = asked()

    world.intent("answer", "c-1", question=question(world).id, choice="create_client")
    world.settle()

    link = linked_with(world, "7")
    assert link is not None
    assert link.client_id != "c-1"
    assert (world.link().status, world.link().reason) == ("not_synced", "left_out")


def test_leaving_both_as_they_are_is_an_answer() -> None:
    """Nobody is asked about it again."""
    world = asked()

    world.intent("answer", "c-1", question=question(world).id, choice="leave")
    world.edit_customer("7", phone="313")
    world.settle()

    assert (world.link().status, world.link().problem) == ("not_synced", None)
    assert linked_with(world, "7") is None


def test_the_question_goes_when_somebody_else_has_the_customer_or_it_is_gone() -> None:
    """There is nothing to answer any more."""
    world = asked()
    world.add_client("c-2", toggle=False, display_name="Somebody Else")
    world.intent("match", "c-2", customer_id=CustomerId("7"))
    assert (world.link().status, world.link().problem) == ("not_synced", None)

    gone = asked()
    del gone.quickbooks.customers[CustomerId("7")]
    gone.notify("7", time=gone.now)
    gone.finish_read("7")
    assert (gone.link().status, gone.link().problem) == ("not_synced", None)


def test_an_edit_of_the_client_leaves_the_question_open() -> None:
    """Only a person settles it."""
    world = asked()
    world.edit_client(phone="1")
    assert question(world).code == "possible_duplicate"


def test_the_notice_of_our_own_create_makes_no_client_of_it_even_if_it_is_read_first() -> None:
    """The customer is held until the outcome says that it is ours; also when the client was renamed meanwhile."""
    for renamed in (False, True):
        world = World()
        world.add_client(toggle=True, display_name="Fiona Gallagher")
        write = world.write()
        outcome = world.carry_out(write)
        assert isinstance(outcome, CustomerSaved)
        if renamed:
            world.edit_client(display_name="Fiona G.")
        world.notify(outcome.customer.customer_id)
        world.later(minutes=2)
        world.finish_read(outcome.customer.customer_id)
        assert world.customer(outcome.customer.customer_id).arrival == "open"

        world.deliver(world.link().key, write, outcome)
        world.settle()

        assert world.link().status == "synced"
        assert list(world.canopy.clients) == ["c-1"]


def test_a_customer_that_took_the_name_of_a_client_in_creation_is_part_of_that_question() -> None:
    """It is not asked about twice, and nobody creates a second client for it."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Fiona Gallagher"), "7")
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.notify("7")
    world.settle()

    assert question(world).code == "display_name_taken"
    assert [holder.id for holder in question(world).holders or ()] == ["7"]
    assert list(world.canopy.clients) == ["c-1"]


def test_creates_of_both_sides_wait_until_both_first_listings_are_in() -> None:
    """Until then nobody can say what is there already."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    world.later(minutes=1)
    appears(world, display_name="Frank")
    assert world.customer("7").create is None

    world.settle()
    assert linked_with(world, "7") is not None


def test_a_client_of_ours_that_nobody_waits_for_any_more_is_not_created_in_quickbooks() -> None:
    """Its event comes from us, and its cause is unknown by now: it is listed as unmatched."""
    world = World()
    ours = Client(
        client_id=ClientId("c-9"),
        version=1,
        type="individual",
        values=fields(display_name="Frank"),
        changed_at=world.now,
    )
    world.canopy.clients[ours.client_id] = ours

    world.hear(ours, "created", True, cause="an effect of long ago", actor="system:client-sync")
    world.settle()

    assert world.link("c-9").status == "not_synced"
    assert world.quickbooks.writes == 0


def test_a_value_that_canopy_would_not_take_is_shown_with_the_customer_and_not_sent() -> None:
    """Its event would come back and be parked."""
    world = World()
    appears(world, display_name="Frank", fax="1" * 1001)
    problem = world.customer("7").problem
    assert problem is not None
    assert (problem.code, problem.fields, problem.detail) == ("rejected_by_canopy", (Field.FAX,), "too_long")
    assert world.settle() == 0


def test_nobody_becomes_a_client_who_went_into_another_or_is_inactive() -> None:
    """A list may still show the one that a merge has taken away; what it was is part of the other now."""
    world = World()
    world.know_customer("7", display_name="Frank")
    world.know_customer("8", display_name="Frank G.")
    world.notify("8", deleted="7")
    world.settle()
    shown = world.quickbooks.edit(CustomerId("7"), world.now, fields(), active=False)
    world.later(minutes=16)
    world.settle()
    assert world.customer("7").customer == shown

    refused = world.intent("add_client", customer_id=CustomerId("7"))
    assert (refused.code, refused.facts) == ("customer_gone", {"customer_id": "7"})

    world.edit_customer("8", active=False)
    assert world.intent("add_client", customer_id=CustomerId("8")).code == "customer_inactive"


def given_up(*, by: str, heard: str) -> World:
    """A create is carried out, nobody can say so, and its client is matched with another customer."""
    world = World()
    world.know_customer("9", display_name="Frank")
    world.add_client(toggle=True, display_name="Fiona", email="f@example.com")
    write = world.write()
    world.carry_out(write)
    (ours,) = (each for each in world.quickbooks.customers if each != "9")
    if heard == "before":
        world.notify(ours)
        world.finish_read(ours)
    if by == "unmatch":
        world.intent("unmatch", "c-1")
        world.finish(result=Unconfirmed())
    else:
        world.finish(result=Failed(why="raised"))
        world.intent("unmatch", "c-1")
    world.intent("match", "c-1", customer_id=CustomerId("9"))
    world.settle()
    if heard == "after":
        world.notify(ours)
        world.finish_read(ours)
    return world


@pytest.mark.parametrize("by", ["unmatch", "our error"])
@pytest.mark.parametrize("heard", ["before", "after"])
def test_a_customer_of_ours_that_turns_up_when_its_create_was_given_up_gets_no_second_client(
    by: str, heard: str
) -> None:
    """Its client has gone on to another customer; a client with the same values would be its double."""
    world = given_up(by=by, heard=heard)
    world.settle()

    assert [link.client_id for link in world.links()] == ["c-1"]
    assert world.link().customer_id == "9"


def test_a_customer_of_that_name_that_somebody_adds_later_is_a_new_one() -> None:
    """Nothing of ours can still be under way by then."""
    world = given_up(by="unmatch", heard="never")
    world.quickbooks.customers.clear()
    world.later(minutes=10)
    appears(world, "7", display_name="Fiona")

    assert create_of(world).values[Field.DISPLAY_NAME] == "Fiona"


def test_no_client_is_added_for_a_customer_that_a_person_has_matched_before_it_was_asked_for() -> None:
    """It has one."""
    world = World()
    world.add_client("c-1", toggle=False, display_name="Fiona")
    appears(world, display_name="Frank")
    create_of(world)

    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.settle()

    assert list(world.canopy.clients) == ["c-1"]


def test_a_customer_of_ours_that_is_renamed_before_its_answer_is_no_second_client() -> None:
    """It has been edited since it was created, so nobody can say by its name what it was called then."""
    world = World()
    world.add_client("c-1", toggle=True, display_name="Frank")
    write = world.begin(world.write())
    assert isinstance(write, CreateCustomer)
    saved = world.quickbooks.create(write, world.now)
    assert isinstance(saved, CustomerSaved)
    ours = saved.customer.customer_id
    world.quickbooks.edit(ours, world.now, fields(display_name="Francis"))
    world.notify(ours)
    world.finish_read(ours)
    assert world.customer(ours).create is None

    world.deliver(world.link("c-1").key, write, saved)
    world.settle()

    assert list(world.canopy.clients) == ["c-1"]
    assert world.link("c-1").customer_id == ours
    assert world.canopy.clients[ClientId("c-1")].values == fields(display_name="Francis")


def test_a_customer_of_somebody_else_that_was_edited_becomes_a_client_once_ours_is_known() -> None:
    """It waited only for that."""
    world = World()
    world.add_client("c-1", toggle=True, display_name="Frank")
    write = world.begin(world.write())
    world.quickbooks.add(world.now, fields(display_name="Debbie"), "7")
    world.quickbooks.edit("7", world.now, fields(phone="312"))
    world.notify("7")
    world.finish_read("7")
    assert world.customer("7").create is None

    world.deliver(world.link("c-1").key, write, world.carry_out(write))
    world.settle()

    assert linked_with(world, "7") is not None
