"""What a client can be asked for is what `decide` does not refuse: in every state, and after every input."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.why import why
from domain.ids import ClientId, CustomerId, IntentId, RealmId
from domain.inputs import Create, Input, LeaveBoth, Push, Restore, Retry, TakeTheirs, Unmatch
from domain.link.offers import Action, actions, refusal_of_action
from domain.standing import Around
from tests.states.states import FREE, OTHERS
from tests.states.test_choices import (
    FATES,
    GIVEN,
    STATES,
    Fate,
    asked,
    matched_and_carried_out,
    nested,
    reached,
    taken_away,
)
from tests.unit.domain.world import FIRM, World

INTENT = IntentId("i")
EVERY_INTENT: Mapping[Action, Callable[[ClientId], Input]] = {
    "create": lambda client: Create(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "unmatch": lambda client: Unmatch(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "restore": lambda client: Restore(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "push": lambda client: Push(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "take_theirs": lambda client: TakeTheirs(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "leave_both": lambda client: LeaveBoth(firm_id=FIRM, intent_id=INTENT, client_id=client),
    "retry": lambda client: Retry(firm_id=FIRM, intent_id=INTENT, client_id=client),
}


def check(world: World) -> None:
    """Compare for each client; and what explains it promises no restore that is refused."""
    for link in world.links():
        can = actions(world.table, link)
        for action, intent in EVERY_INTENT.items():
            assert (action in can) is asked(world, intent(link.client_id)), action
        promised = why(
            link, Around(world.firm), no_restore=refusal_of_action(world.table, link, "restore")
        ).text
        assert "restore" in can or "Restore puts it back" not in promised


@pytest.mark.parametrize("state", STATES)
def test_an_action_is_offered_exactly_if_it_would_not_be_refused(state: str) -> None:
    """In the state, and after each input."""
    for world in reached(state):
        check(world)


def merged_into_a_linked_one(world: World, customer: CustomerId) -> None:
    """It goes into the one that another client has."""
    world.quickbooks.customers.pop(customer)
    world.notify(OTHERS, deleted=customer, time=world.now)
    world.settle()


def of_another_company(world: World, customer: CustomerId) -> None:
    """It belongs to a company that is not connected any more."""
    for link in world.links():
        if link.former is not None and link.former.customer_id == customer:
            world.table.put(replace(link, former=replace(link.former, realm_id=RealmId("realm-9"))))


def had(world: World) -> CustomerId | None:
    """Name the customer that c-1 was unmatched from, if it still stands in QuickBooks."""
    link = world.table.link(FIRM, ClientId("c-1"))
    former = link.former if link is not None else None
    return (
        former.customer_id
        if former is not None and former.customer_id in world.quickbooks.customers
        else None
    )


def once_unmatched(state: str) -> World:
    """The state, and then c-1 is unmatched, where it can be."""
    world = STATES[state]()
    if world.table.link(FIRM, ClientId("c-1")) is not None:
        world.intent("unmatch", "c-1")
        world.settle()
    return world


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("fate", [*FATES, merged_into_a_linked_one, of_another_company])
def test_so_it_is_whatever_becomes_of_the_customer_that_it_had(state: str, fate: Fate) -> None:
    """And, after that, after each input: what is offered as a restore is one."""
    world = once_unmatched(state)
    customer = had(world)
    if customer is None or not world.firm.is_connected:
        return  # of a disconnected company nothing is read
    fate(world, customer)
    check(world)
    for tell in GIVEN.values():
        after = world.copied()
        tell(after)
        check(after)


def test_a_restore_that_would_be_refused_is_explained_by_who_stands_in_its_way() -> None:
    """In place of the promise that it puts the link back."""
    for fate, words in (
        (merged_into_a_linked_one, "already matched with client c-2"),
        (matched_and_carried_out, "already matched with client c-3"),
        (taken_away, "no longer in QuickBooks"),
        (nested, "sub-customer"),
        (of_another_company, "another QuickBooks company"),
    ):
        world = STATES["unmatched"]()
        customer = had(world)
        assert customer is not None
        fate(world, customer)
        refusal = refusal_of_action(world.table, world.link(), "restore")
        assert refusal is not None
        told = why(world.link(), Around(world.firm), no_restore=refusal).text
        assert told.startswith(f"It was unmatched from customer {customer}")
        assert words in told


def matched_with_another(world: World, _: CustomerId) -> None:
    """A person gave it another customer."""
    world.intent("match", "c-1", customer_id=FREE)


def matched_with_another_and_carried_out(world: World, customer: CustomerId) -> None:
    """And its values are overwritten."""
    matched_with_another(world, customer)
    world.settle()


def created_anew(world: World, _: CustomerId) -> None:
    """Another customer is being created for it."""
    world.edit_client("c-1", display_name="Quite Another")
    world.intent("create", "c-1")


def created_anew_and_carried_out(world: World, customer: CustomerId) -> None:
    """And it is there."""
    created_anew(world, customer)
    world.settle()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "fate",
    [
        *FATES,
        merged_into_a_linked_one,
        of_another_company,
        matched_with_another,
        matched_with_another_and_carried_out,
        created_anew,
        created_anew_and_carried_out,
    ],
)
def test_of_an_unmatch_it_is_never_said_that_there_was_none(state: str, fate: Fate) -> None:
    """Whatever became of the client or its customer since; and who has another one by now is told which, and the way."""
    world = once_unmatched(state)
    customer = had(world)
    if customer is None or not world.firm.is_connected:
        return
    fate(world, customer)
    refusal = refusal_of_action(world.table, world.link(), "restore")
    if refusal is None:
        return
    assert refusal.code != "nothing_to_restore"
    if world.link().customer_id is not None:
        told = refusal_text(refusal.code, refusal.facts)
        assert f"customer {world.link().customer_id}" in told
        assert "Unmatch it first" in told
