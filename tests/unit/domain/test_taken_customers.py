"""An answer to a merge takes a customer from one client for another one: both happen, or neither."""

from dataclasses import replace

import pytest

from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import Failed, Rejected, Unconfirmed
from tests.unit.domain.outside import fields
from tests.unit.domain.test_put_back import both_linked
from tests.unit.domain.world import World


def answered() -> World:
    """Customer 58 of c-1 went into 7 of c-2, and a person says that c-1 keeps it; the match is not sent yet."""
    world = both_linked()
    world.settle()
    world.quickbooks.customers.pop(CustomerId("58"))  # its name is free
    problem = world.link().problem
    assert problem is not None
    world.intent("answer", "c-1", question=problem.id, choice="match")
    assert (world.link().status, world.link("c-2").reason) == ("matching", "unmatched")
    return world


def stale(world: World, how: str) -> None:
    """The match comes to nothing: customer 7 is no longer as it was seen, or the client is gone."""
    match how:
        case "edited_unheard":
            world.quickbooks.edit(CustomerId("7"), world.now, fields(phone="9"))
            world.finish()
        case "edited":
            world.finish(result=Rejected(code="1", fields=(Field.PHONE,)))
            world.edit_customer("7", phone="9")
        case "inactive":
            world.quickbooks.edit(CustomerId("7"), world.now, {}, active=False)
            world.finish()
        case _:
            client = world.link().client
            assert client is not None
            gone = replace(client, version=client.version + 1, presence="deleted")
            world.canopy.clients[ClientId("c-1")] = gone
            world.quickbooks.edit(CustomerId("7"), world.now, fields(phone="9"))
            world.hear(gone, "deleted")
            world.finish()


HOW = ("edited_unheard", "edited", "inactive", "deleted")


@pytest.mark.parametrize("how", HOW)
def test_a_match_that_is_not_carried_out_leaves_the_other_client_its_customer(how: str) -> None:
    """Nobody is unmatched for nothing, and the timeline says who got the customer back."""
    world = answered()
    stale(world, how)

    assert (world.link("c-2").customer_id, world.link("c-2").reason) == ("7", None)
    assert world.link("c-2").former is None
    told = [decision.facts for decision in world.decisions if "given_back_to" in decision.facts]
    assert told == [{"given_back_to": "c-2"}]
    assert "Fiona" not in str(world.quickbooks.customers[CustomerId("7")].values)


@pytest.mark.parametrize("how", ["edited_unheard", "edited"])
def test_who_keeps_the_customer_is_asked_anew_and_can_be_answered(how: str) -> None:
    """On what is seen now."""
    world = answered()
    stale(world, how)
    world.settle()
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.customer_id) == ("customers_merged", "7")

    assert world.intent("answer", "c-1", question=problem.id, choice="match").verdict is Verdict.APPLIED
    world.settle()
    assert (world.link().status, world.link().customer_id, world.link().taken) == ("synced", "7", None)
    assert world.link("c-2").reason == "unmatched"


def test_what_was_written_all_the_same_goes_to_no_other_client() -> None:
    """The customer then holds one client's values, and is the other one's again: a person is asked."""
    world = answered()
    world.edit_client(phone="secret")  # of the client for whom it was taken
    before = world.canopy.clients[ClientId("c-2")]
    world.carry_out(world.write())
    world.finish(result=Failed(why="raised"))
    world.edit_customer("7", fax="9")
    world.settle()

    assert world.link("c-2").customer_id == "7"
    assert world.canopy.clients[ClientId("c-2")] == before
    assert world.link("c-2").problem is not None


def test_a_match_of_which_nobody_can_say_whether_it_was_carried_out_gives_nothing_back() -> None:
    """The customer may hold the values of the client for whom it was taken, and nobody has read them."""
    world = answered()
    world.begin(world.write())
    world.intent("unmatch", "c-1")
    world.finish(result=Unconfirmed())

    assert (world.link().reason, world.link("c-2").reason) == ("unmatched", "unmatched")


def test_a_person_who_takes_the_match_back_before_it_is_sent_gives_the_customer_back() -> None:
    """The client itself stays unmatched, as was asked."""
    world = answered()
    world.intent("unmatch", "c-1")
    world.settle()

    assert (world.link().status, world.link().reason) == ("not_synced", "unmatched")
    assert (world.link("c-2").status, world.link("c-2").customer_id) == ("synced", "7")


def test_what_was_carried_out_is_not_taken_back() -> None:
    """An unmatch after it is one like any other."""
    world = answered()
    world.settle()
    assert world.link().taken is None
    world.intent("unmatch", "c-1")

    assert (world.link().reason, world.link("c-2").reason) == ("unmatched", "unmatched")


def test_a_customer_that_somebody_else_has_by_then_is_not_given_back() -> None:
    """No customer has two clients."""
    world = answered()
    world.add_client("c-3", toggle=False, display_name="Debbie")
    world.intent("unmatch", "c-2")
    world.know_customer("8", display_name="Francis")
    world.intent("match", "c-2", customer_id=CustomerId("8"))
    stale(world, "edited_unheard")
    world.settle()

    assert world.link("c-2").customer_id == "8"
    assert (world.link().status, world.link().reason) == ("not_synced", "match_stale")
