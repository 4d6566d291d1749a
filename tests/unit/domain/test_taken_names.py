"""A display name that somebody in QuickBooks has: who, which others are free, and what a person may choose."""

from typing import Any

import pytest

from domain.effects import FindHolder, UpdateClient
from domain.fields import Address, Field
from domain.ids import ClientId, CustomerId
from domain.names import folded, free_names
from domain.outcomes import ClientMoved, Holder, HoldersFound
from domain.problem import Problem
from domain.snapshots import Client
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import START, World

NAME = "Fiona Gallagher"
FIONA = {"display_name": NAME, "first_name": "Fiona", "middle_name": "Grace", "last_name": "Gallagher"}


def taken(*vendors: str, **more: Any) -> World:
    """A client whose name a vendor has."""
    world = World()
    world.quickbooks.vendors.update({NAME, *vendors})
    world.add_client(toggle=True, **(FIONA | more))
    world.finish()
    return world


def question(world: World) -> Problem:
    """Give what the client is asked about."""
    problem = world.link().problem
    assert problem is not None
    return problem


def look_up(world: World) -> FindHolder:
    """Give the look-up that is under way."""
    (found,) = world.link().pending
    assert isinstance(found, FindHolder)
    return found


def choose(world: World, name: Any) -> Any:
    """Answer with a name."""
    return world.intent("answer", "c-1", question=question(world).id, choice="name", value=name)


def test_the_holder_and_free_names_are_asked_of_quickbooks_at_once() -> None:
    """The question names who has the name, and offers only what nobody has."""
    world = taken("Fiona Grace Gallagher")
    assert look_up(world).names[:3] == (NAME, "Fiona Grace Gallagher", "Fiona G. Gallagher")
    assert question(world).holders is None

    world.settle()

    assert question(world).holders == (Holder(name=NAME, kind="vendor", id="v-1"),)
    assert question(world).free[0] == "Fiona G. Gallagher"
    assert "Fiona Grace Gallagher" not in question(world).free
    assert world.link().pending == ()


def test_what_can_not_be_asked_is_not_offered_and_the_holder_is_unknown() -> None:
    """QuickBooks' query language breaks on some letters."""
    world = taken()
    names = look_up(world).names
    world.deliver(world.link().key, look_up(world), HoldersFound(holders=(), unknown=names))

    assert question(world).holders == ()
    assert question(world).free == ()


def test_a_chosen_name_goes_to_canopy_first_and_then_to_quickbooks() -> None:
    """The customer is created with the name that Canopy answered."""
    world = taken()
    world.settle()

    choose(world, "Fiona  Grace Gallagher ")
    write = world.write()
    assert isinstance(write, UpdateClient)
    assert write.values == fields(display_name="Fiona Grace Gallagher")
    assert world.quickbooks.customers == {}
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.DISPLAY_NAME] == "Fiona Grace Gallagher"
    (customer,) = world.quickbooks.customers.values()
    assert customer.values[Field.DISPLAY_NAME] == "Fiona Grace Gallagher"
    assert (world.link().status, world.link().wanted, world.link().pushed.to_quickbooks) == ("synced", {}, ())


def test_a_chosen_name_that_is_taken_too_is_asked_again() -> None:
    """With its own holder and other proposals."""
    world = taken("Fiona Grace Gallagher")
    world.settle()
    first = question(world).id

    choose(world, "Fiona Grace Gallagher")
    world.settle()

    assert question(world).id != first
    assert question(world).taken == "Fiona Grace Gallagher"


def test_a_name_that_a_customer_has_is_refused_before_canopy_is_changed() -> None:
    """As far as we know the customers."""
    world = taken()
    world.know_customer("7", display_name="Fiona G.")
    world.settle()

    refused = choose(world, "fiona g.")

    assert (refused.code, refused.facts) == ("name_taken", {"customer_id": "7"})
    assert world.canopy.clients[ClientId("c-1")].version == 1


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 501, Address(city="Chicago")])
def test_a_name_that_is_none_is_refused(name: Any) -> None:
    """It says so, and asks on."""
    world = taken()
    assert choose(world, name).code == "name_unusable"
    assert question(world).code == "display_name_taken"


def test_somebody_renames_the_client_while_the_chosen_name_is_on_its_way() -> None:
    """The newer edit stands in for the choice."""
    world = taken()
    world.settle()
    choose(world, "Fiona Grace Gallagher")
    write = world.begin(world.write())
    moved = world.canopy.edit("c-1", world.now, fields(display_name="Fi Gallagher"))
    world.deliver(world.link().key, write, ClientMoved(client=moved))
    world.settle()

    (customer,) = world.quickbooks.customers.values()
    assert customer.values[Field.DISPLAY_NAME] == "Fi Gallagher"
    assert world.link().wanted == {}


def test_the_event_of_the_renaming_may_come_before_its_answer() -> None:
    """Nothing is written twice."""
    world = taken()
    world.settle()
    choose(world, "Fiona Grace Gallagher")
    write = world.write()
    outcome = world.carry_out(write)
    world.hear(world.canopy.clients[ClientId("c-1")], actor="system:client-sync", cause=write.id)
    world.deliver(world.link().key, write, outcome)
    world.settle()

    assert world.link().status == "synced"
    assert (world.canopy.writes, world.quickbooks.writes) == (1, 1)


def test_the_holder_can_be_matched_instead_if_it_is_a_customer() -> None:
    """A vendor can't."""
    world = World()
    world.know_customer("7", display_name=NAME)
    world.settle()
    world.add_client(toggle=True, **FIONA)
    world.settle()
    assert world.intent("answer", "c-1", question=question(world).id, choice="match").code == "answer"
    world.settle()
    assert (world.link().status, world.link().customer_id) == ("synced", "7")

    vendors = taken()
    vendors.settle()
    refused = vendors.intent("answer", "c-1", question=question(vendors).id, choice="match")
    assert refused.code == "holder_is_no_customer"


def test_a_holder_that_we_did_not_know_is_read_so_that_it_can_be_matched() -> None:
    """Its webhook may be lost or late."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name=NAME), "7")
    world.add_client(toggle=True, **FIONA)
    world.settle()

    row = world.customer("7")
    assert row.customer is not None
    world.intent("answer", "c-1", question=question(world).id, choice="match")
    world.settle()
    assert world.link().customer_id == "7"


def test_a_rename_to_a_taken_name_of_a_synced_client_is_asked_and_a_chosen_name_reaches_both() -> None:
    """The link stays; other fields go on meanwhile."""
    world = World()
    world.quickbooks.vendors.add("F. Gallagher")
    world.add_client(toggle=True, **FIONA)
    world.settle()
    world.edit_client(display_name="F. Gallagher")
    world.settle()
    world.edit_client(phone="312")
    world.settle()
    (customer,) = world.quickbooks.customers.values()
    assert customer.values[Field.PHONE] == "312"

    choose(world, "F. Gallagher (Chicago)")
    world.settle()

    (customer,) = world.quickbooks.customers.values()
    assert customer.values[Field.DISPLAY_NAME] == "F. Gallagher (Chicago)"
    assert world.canopy.clients[ClientId("c-1")].values[Field.DISPLAY_NAME] == "F. Gallagher (Chicago)"
    assert world.link().status == "synced"


def test_an_edit_of_the_name_stops_the_look_up() -> None:
    """Nobody is asked about that name any more."""
    world = taken()
    stale = look_up(world)
    world.edit_client(display_name="Fi")
    assert all(not isinstance(effect, FindHolder) for effect in world.link().pending)

    late = world.deliver(world.link().key, stale, world.carry_out(stale))
    assert late.code == "not_awaited"


def test_an_unmatch_settles_the_question() -> None:
    """Undo asks nothing either: the client has no customer."""
    world = taken()
    world.intent("unmatch", "c-1")
    assert (world.link().status, world.link().problem, world.link().pending) == ("not_synced", None, ())


def client(**values: Any) -> Client:
    """A client of these values."""
    kind = "business" if "company_name" in values and "first_name" not in values else "individual"
    return Client(
        client_id=ClientId("c-1"),
        version=1,
        type=kind,  # type: ignore[arg-type]
        values=fields(**values),
        changed_at=START,
    )


def test_proposals_are_the_most_natural_first_and_always_the_same() -> None:
    """Middle name, initial, city, state, company, numbers; at most five."""
    fiona = client(**FIONA, address=Address(city="Chicago", region="IL"))

    assert free_names(fiona, lambda _: False) == (
        "Fiona Grace Gallagher",
        "Fiona G. Gallagher",
        "Fiona Gallagher (Chicago)",
        "Fiona Gallagher (IL)",
        "Fiona Gallagher 2",
    )


def test_proposals_keep_the_way_round_in_which_the_firm_writes_names() -> None:
    """So the middle name goes behind a first name that stands last."""
    fiona = client(**(FIONA | {"display_name": "Gallagher, Fiona"}))
    assert free_names(fiona, lambda _: False)[:2] == ("Gallagher, Fiona Grace", "Gallagher, Fiona G.")


def test_no_proposal_is_taken_nor_the_name_itself() -> None:
    """Whatever is taken, something else is found."""
    plumber = client(display_name="Grady Plumbing", company_name="Grady Plumbing")
    assert free_names(plumber, lambda name: name.endswith(("2", "3")))[0] == "Grady Plumbing 4"
    assert free_names(plumber, lambda _: True) == ()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Fiona  Gallagher", " fiona gallagher"),
        ("A: B", "a- b"),
        ("\uff46iona", "fiona"),
        ("STRASSE", "straße"),
        ("\ufeffJosé\u200e", "Jose\u0301"),
        ("Max\u200b Muster\u00admann", "max mustermann"),
    ],
)
def test_names_that_count_as_one_fold_alike(left: str, right: str) -> None:
    """Case, spacing, a colon and ways of writing letters tell no names apart."""
    assert folded(left) == folded(right)


def test_a_customer_that_is_inactive_has_made_its_name_free() -> None:
    """QuickBooks puts " (deleted)" behind it."""
    world = World()
    world.know_customer("7", display_name="Fiona Grace Gallagher")
    world.edit_customer("7", active=False)
    world.quickbooks.vendors.add(NAME)
    world.add_client(toggle=True, **FIONA)
    world.finish()

    assert "Fiona Grace Gallagher" in look_up(world).names
    assert world.table.customers_named(world.firm.firm_id, "Fiona Grace Gallagher") == frozenset[CustomerId]()


def test_a_name_is_asked_for_as_quickbooks_writes_it() -> None:
    """A colon in Canopy is a dash there, so the holder is found under the dash."""
    world = World()
    world.quickbooks.vendors.update({"A-B", "A:B"})
    world.add_client(toggle=True, display_name="A:B")
    world.finish()
    assert look_up(world).names[0] == "A-B"


LOOKS_THE_SAME = (
    "Frank Gallagher",
    "FRANK  GALLAGHER",
    "Frank\u00a0Gallagher",
    "Fra\u200bnk Gallagher",
    "\uff26rank Gallagher",
)


@pytest.mark.parametrize("name", LOOKS_THE_SAME)
def test_a_rename_to_what_a_free_customer_is_called_by_what_people_see_is_asked_about(name: str) -> None:
    """QuickBooks would take most of these, and have two that nobody can tell apart; the other fields go on."""
    world = synced()
    world.know_customer("7", display_name="Frank Gallagher")
    world.edit_client(display_name=name, phone="312")
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields) == ("display_name_taken", (Field.DISPLAY_NAME,))
    assert [holder.id for holder in problem.holders or ()] == ["7"]
    ours = world.quickbooks.customers[CustomerId("58")].values
    assert (ours[Field.DISPLAY_NAME], ours[Field.PHONE]) == ("Fiona Gallagher", "312")

    world.edit_customer("7", display_name="Francis")
    world.settle()
    assert world.link().problem is None
    assert folded(world.quickbooks.customers[CustomerId("58")].values[Field.DISPLAY_NAME]) == folded(name)


def test_a_rename_that_nobody_sees_is_not_asked_about() -> None:
    """Whoever else is called so was before."""
    world = synced()
    world.know_customer("7", display_name="Fio\u200bna Gallagher")
    world.edit_client(display_name="FIONA Gallagher")
    world.settle()

    assert world.link().problem is None
    assert world.quickbooks.customers[CustomerId("58")].values[Field.DISPLAY_NAME] == "FIONA Gallagher"


def test_a_spelling_that_another_customer_has_is_left_where_nobody_sees_a_difference() -> None:
    """Both sides say the same by what people see: nobody is asked, it is not sent again, and the other fields go on."""
    world = synced()
    world.edit_customer("58", display_name="\u200bFiona Gallagher")
    world.settle()
    world.know_customer("7", display_name="Fiona Gallagher")
    writes = world.writes
    world.edit_client(display_name="Fiona Gallagher", phone="312")
    world.settle()

    assert (world.link().status, world.link().problem) == ("synced", None)
    ours = world.quickbooks.customers[CustomerId("58")].values
    assert (ours[Field.DISPLAY_NAME], ours[Field.PHONE]) == ("\u200bFiona Gallagher", "312")
    assert world.writes == writes + 1
    world.edit_client(display_name="Fiona Costa")
    world.settle()
    assert world.quickbooks.customers[CustomerId("58")].values[Field.DISPLAY_NAME] == "Fiona Costa"
