"""What people are offered from the tables is what the engine, which has all rows, would take."""

import pytest

from adapters.store.database import Database
from adapters.store.surroundings import Surroundings
from domain.ids import ClientId, IntentId
from domain.inputs import Restore
from domain.link.choices import choices
from domain.link.offers import actions
from domain.restoring import foresee_restore
from tests.integration.store.test_lists import show
from tests.states.test_actions import had, merged_into_a_linked_one, once_unmatched
from tests.states.test_choices import STATES, Fate, about, matched, merged_away
from tests.unit.domain.world import FIRM, World

CLIENT = ClientId("c-1")
ABOUT_OTHERS = ("display_name_taken", "possible_duplicate", "customers_merged")


def still(_world: World, _customer: object) -> None:
    """Nothing happens."""


@pytest.mark.parametrize("state", ABOUT_OTHERS)
@pytest.mark.parametrize("fate", [still, matched, merged_away])
async def test_the_rows_that_a_question_is_about_are_read_with_it(
    database: Database, fate: Fate, state: str
) -> None:
    """Its customers, what they went into, who has them, and whether the company is connected."""
    world = STATES[state]()
    for customer in [each for each in about(world) if each in world.quickbooks.customers]:
        fate(world, customer)
    await show(database, *world.table)
    links = world.links()

    known = await Surroundings(database).of(FIRM, links)

    for link in links:
        assert choices(known, link) == choices(world.table, link)


@pytest.mark.parametrize("fate", [still, matched, merged_away, merged_into_a_linked_one])
async def test_the_customer_that_a_client_had_is_read_with_it(database: Database, fate: Fate) -> None:
    """What it went into, and who has it by now: what can be done is what the engine would do."""
    world = STATES["unmatched"]()
    customer = had(world)
    assert customer is not None
    fate(world, customer)
    await show(database, *world.table)
    links = world.links()

    known = await Surroundings(database).of(FIRM, links)

    for link in links:
        assert actions(known, link) == actions(world.table, link)


@pytest.mark.parametrize("fate", [still, matched, merged_away, merged_into_a_linked_one])
@pytest.mark.parametrize("state", ["synced", "unmatched", "both_changed"])
async def test_a_restore_is_foreseen_as_from_all_rows(database: Database, fate: Fate, state: str) -> None:
    """Its customer, what that went into, who has it, and who else is called as the client is."""
    world = once_unmatched(state)
    world.know_customer("99", display_name="Renamed Since")
    world.edit_client(display_name="renamed since")
    customer = had(world)
    if customer is not None:
        fate(world, customer)
    await show(database, *world.table)
    intent = Restore(firm_id=FIRM, intent_id=IntentId("i"), client_id=CLIENT)

    known = await Surroundings(database).of_restore(FIRM, CLIENT, None)

    told = foresee_restore(known, intent, world.now, world.started)
    assert told == foresee_restore(world.rows(), intent, world.now, world.started)
    if state == "synced" and fate is still:
        assert told.code == "display_name_taken"
