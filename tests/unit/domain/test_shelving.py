"""A question goes away with its reason: its client is archived, or the customer that it is about can't be had any more."""

from collections.abc import Callable

import pytest

from domain.ids import ClientId, CustomerId, RealmId
from domain.outcomes import NameTaken
from domain.rows import LinkStatus
from tests.states.states import GROUPS, NAME, OTHERS, possible_duplicate, seen
from tests.states.test_choices import made_inactive, matched, nested, taken_away
from tests.unit.domain.world import World

ASKED = {
    state: build
    for group, states in GROUPS.items()
    if group.startswith("Needs attention")
    for state, build in states.items()
}
ASKED_ANEW = {
    "display_name_taken",
    "value_not_taken",
    "both_changed",
    "possible_duplicate",
    "customers_merged",
}
"""Those whose reason still holds in the state; what was refused once may be taken when it is sent again."""


def name_taken_while_synced() -> World:
    """A vendor has the name that a synced client was given."""
    world = World()
    world.add_client(toggle=True, display_name=NAME)
    world.settle()
    world.quickbooks.vendors.add("F. Gallagher")
    world.edit_client(display_name="F. Gallagher")
    world.settle()
    return world


QUESTIONS: dict[str, Callable[[], World]] = {**ASKED, "name taken while synced": name_taken_while_synced}


@pytest.mark.parametrize("state", QUESTIONS)
def test_an_archived_client_needs_no_attention_and_is_asked_anew_if_there_still_is_a_reason(
    state: str,
) -> None:
    """Whatever it was asked about."""
    world = QUESTIONS[state]()
    before = world.link().problem
    assert before is not None
    assert world.link().status is LinkStatus.NEEDS_ATTENTION

    seen(world, "archived")
    world.settle()

    assert (world.link().problem, world.link().pending) == (None, ())
    assert world.link().status in {LinkStatus.SYNCED, LinkStatus.NOT_SYNCED}
    seen(world, "present")
    world.settle()
    again = world.link().problem
    if state in ASKED_ANEW or state == "name taken while synced":
        assert again is not None
        assert (again.code, again.customer_id) == (before.code, before.customer_id)
        assert again.id != before.id
    assert world.link().status in {LinkStatus.SYNCED, LinkStatus.NEEDS_ATTENTION}


@pytest.mark.parametrize("state", QUESTIONS)
def test_nobody_is_asked_about_a_synced_customer_that_is_inactive_until_it_is_active_again(
    state: str,
) -> None:
    """No answer could be carried out: nothing is sent or taken meanwhile."""
    world = QUESTIONS[state]()
    before, customer = world.link().problem, world.link().customer_id
    assert before is not None
    if customer not in world.quickbooks.customers or before.resume != "synced":
        return
    writes = world.writes

    world.edit_customer(customer, active=False)
    world.settle()

    assert (world.link().problem, world.link().pending) == (None, ())
    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == writes
    world.edit_customer(customer, active=True)
    world.settle()
    again = world.link().problem
    if state in ASKED_ANEW or state == "name taken while synced":
        assert again is not None
        assert again.code == before.code
        assert again.id != before.id
    assert again is not None or world.link().changed_at == {}


def test_a_look_up_of_a_taken_name_ends_when_the_client_is_archived() -> None:
    """It would be for a question that nobody is asked."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    world.add_client(toggle=True, display_name=NAME)
    world.finish(result=NameTaken())
    assert world.link().pending
    seen(world, "archived")

    assert world.link().pending == ()


@pytest.mark.parametrize("fate", [made_inactive, nested, taken_away, matched])
def test_a_duplicate_is_not_asked_about_once_nobody_can_be_given_the_customer(
    fate: Callable[[World, CustomerId], None],
) -> None:
    """Nor after the client was archived and restored."""
    for archives in (False, True):
        world = possible_duplicate()
        if archives:
            seen(world, "archived")
        fate(world, CustomerId("7"))
        if archives:
            seen(world, "present")

        assert (world.link().problem, world.link().status) == (None, "not_synced")


@pytest.mark.parametrize("archives", [False, True])
@pytest.mark.parametrize(("name", "asked"), [(NAME, "10"), ("Quite Another", None)])
def test_a_duplicate_that_went_into_another_customer_is_asked_about_as_that_one_if_it_looks_the_same(
    name: str, asked: str | None, *, archives: bool
) -> None:
    """Else not at all."""
    world = possible_duplicate()
    world.know_customer("10", display_name=name)
    before = world.link().problem
    if archives:
        seen(world, "archived")
    del world.quickbooks.customers[CustomerId("7")]
    world.notify("10", deleted="7")
    world.settle()
    if archives:
        seen(world, "present")

    problem = world.link().problem
    assert (problem.customer_id if problem else None) == asked
    assert problem is None or (before is not None and problem.id != before.id)


def test_a_duplicate_that_went_into_somebody_elses_customer_is_not_asked_about() -> None:
    """That one can't be matched."""
    world = possible_duplicate()
    world.edit_client(email="shared@example.com")
    world.edit_customer(OTHERS, email="shared@example.com")
    del world.quickbooks.customers[CustomerId("7")]
    world.notify(OTHERS, deleted="7")
    world.settle()

    assert world.link().problem is None


def test_a_new_customer_that_looks_like_an_archived_client_is_asked_about_when_that_is_restored() -> None:
    """And is made no client of its own meanwhile."""
    world = World()
    world.add_client(toggle=False, display_name=NAME)
    seen(world, "archived")
    added = world.quickbooks.add(world.now, {}, "7")
    world.quickbooks.edit("7", world.now, dict(world.link().client.values))  # type: ignore[union-attr]
    world.notify(added.customer_id)
    world.settle()
    assert (world.link().problem, world.link().status) == (None, "not_synced")

    seen(world, "present")
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.customer_id) == ("possible_duplicate", "7")
    assert len(world.links()) == 1


def test_a_merge_question_of_an_archived_client_is_not_asked_again_once_the_other_client_is_unmatched() -> (
    None
):
    """The link follows to the customer that is free by then."""
    world = ASKED["customers_merged"]()
    seen(world, "archived")
    world.intent("unmatch", "c-2")
    seen(world, "present")
    world.settle()

    assert world.link().customer_id == OTHERS


def test_what_was_shelved_is_forgotten_with_the_company_or_the_client() -> None:
    """The same id is somebody else in another company."""
    world = possible_duplicate()
    seen(world, "archived")
    assert world.link().shelved is not None
    world.intent("disconnect")
    world.intent("connect", realm_id=RealmId("realm-2"), replaces=True)
    world.settle()
    assert world.link().shelved is None

    deleted = possible_duplicate()
    seen(deleted, "archived")
    seen(deleted, "deleted")
    assert deleted.link().shelved is None
    assert deleted.canopy.clients[ClientId("c-1")].presence == "deleted"


@pytest.mark.parametrize("asleep", [False, True])
def test_nobody_is_asked_about_a_merge_of_an_archived_clients_customer(*, asleep: bool) -> None:
    """Also while the company is disconnected, when nothing is planned."""
    world = GROUPS["Synced"]["client archived"]()
    (customer,) = (each for each in [world.link().customer_id] if each is not None)
    if asleep:
        world.intent("disconnect")
    before = world.link()
    world.notify(OTHERS, deleted=customer)

    assert (world.link().problem, world.link().status, world.link().since) == (None, "synced", before.since)
