"""A bug of ours becomes a question or rests: it is shown, nothing goes on as if it had not been, and nobody waits for good."""

from dataclasses import replace
from typing import get_args

import pytest

from domain.apply.our_errors import REST
from domain.decision import Verdict
from domain.effects import (
    CheckCustomers,
    Effect,
    FindHolder,
    ListClients,
    ListCustomers,
    PlanLinks,
)
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import ClientSaved, Failed, FailedWhy, NameTaken, Result, Unconfirmed
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_problems import problem
from tests.unit.domain.world import FIRM, World

FAILED = Failed(why="raised")


def failed() -> World:
    """Give a world in which an edit could not be sent, because of us."""
    world = synced()
    world.edit_client(email="new@example.com")
    world.finish(result=FAILED)
    return world


@pytest.mark.parametrize("why", get_args(FailedWhy))
def test_a_write_becomes_a_question_on_its_row(why: FailedWhy) -> None:
    """Nothing is sent any more, and the question says which of our errors it is."""
    world = synced()
    world.edit_client(email="new@example.com")
    decision = world.deliver(world.link().key, world.write(), Failed(why=why))

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "failed")
    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    assert (problem(world).code, problem(world).detail) == ("our_error", why)
    assert world.link().pending == ()
    assert world.settle() == 0


def test_a_person_tries_it_again() -> None:
    """As a new request, and as things are now."""
    world = failed()

    world.intent("retry", "c-1")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.link().problem is None
    linked = world.link().customer_id
    assert linked is not None
    assert world.quickbooks.customers[linked].values[Field.EMAIL] == "new@example.com"


def test_an_edit_does_not_try_it_again() -> None:
    """Nobody can say whether it happened, and a bug is not mended by an edit."""
    world = failed()

    world.edit_client(phone="312")

    assert problem(world).code == "our_error"
    assert world.settle() == 0


def test_a_create_is_tried_again_too() -> None:
    """From where it stood."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.finish(result=FAILED)
    assert problem(world).resume == "creating"

    world.intent("retry", "c-1")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED


def test_an_unmatch_ends_although_nobody_can_say_what_became_of_the_write() -> None:
    """As it does when its time is over."""
    world = synced()
    world.edit_client(email="new@example.com")
    write = world.begin(world.write())
    world.intent("unmatch", "c-1")
    assert world.link().status is LinkStatus.UNMATCHING

    world.deliver(world.link().key, write, FAILED)

    assert (world.link().status, world.link().reason) == (LinkStatus.NOT_SYNCED, Reason.UNMATCHED)


def test_a_client_that_cannot_be_added_is_a_question_with_its_customer() -> None:
    """Nothing is dropped in silence."""
    world = World()
    appears(world, display_name="Frank")
    create = create_of(world)

    world.deliver(world.customer("7").key, create, FAILED)

    shown = world.customer("7").problem
    assert shown is not None
    assert (shown.code, shown.detail) == ("our_error", "raised")
    assert world.customer("7").create is None


@pytest.mark.parametrize("turns_up", ["by its event", "by its answer", "never"])
def test_a_client_that_may_have_been_added_is_not_asked_for_again_by_an_edit(turns_up: str) -> None:
    """Another request would have another key, and make a second one; what turns up of the first is linked."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    made = world.carry_out(create)
    assert isinstance(made, ClientSaved)
    world.deliver(key, create, FAILED)

    world.edit_customer("7", phone="312")
    world.settle()
    assert (world.canopy.writes, world.customer("7").create) == (1, None)
    assert world.customer("7").problem is not None

    if turns_up == "by its event":
        world.hear(made.client, "created", cause=create.id)
    elif turns_up == "by its answer":
        world.deliver(key, create, made)
    world.settle()

    linked = world.table.link_of(FIRM, CustomerId("7"))
    assert (linked is None) == (turns_up == "never")
    assert (world.customer("7").problem is None) == (turns_up != "never")
    assert len(world.canopy.clients) == 1


@pytest.mark.parametrize("result", [FAILED, Unconfirmed()])
def test_a_customer_that_may_have_been_created_is_not_asked_for_again_by_a_restore(result: Result) -> None:
    """Of its client, archived meanwhile: another request has another id, and the first one's customer another name by now."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.finish(result=result)
    asked = problem(world)
    for presence in ("archived", "present"):
        client = replace(
            world.canopy.clients[ClientId("c-1")],
            presence=presence,
            version=world.canopy.clients[ClientId("c-1")].version + 1,
        )
        world.canopy.clients[client.client_id] = client
        world.hear(client, "archived" if presence == "archived" else "restored")

    again = problem(world)
    assert (again.code, again.detail) == (asked.code, asked.detail)
    assert world.settle() == 0

    world.intent("retry", "c-1")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_the_question_about_a_name_can_be_answered_without_its_holder() -> None:
    """Who has it is unknown then, and nobody waits for it."""
    world = synced()
    world.edit_client(display_name="Fiona Grace")
    world.finish(result=NameTaken())
    (look_up,) = (each for each in world.link().pending if isinstance(each, FindHolder))

    world.deliver(world.link().key, look_up, FAILED)

    assert problem(world).code == "display_name_taken"
    assert problem(world).holders == ()
    assert not any(isinstance(each, FindHolder) for each in world.link().pending)


def test_a_read_rests_and_comes_again() -> None:
    """Under a new id, not before an hour."""
    world = synced()
    world.quickbooks.edit("58", world.now, fields(email="new@example.com"))
    world.notify("58")
    (read,) = world.customer("58").reads

    world.deliver(world.customer("58").key, read, FAILED)

    (again,) = world.customer("58").reads
    assert again.id != read.id
    assert again.not_before == world.now + REST
    world.later(minutes=61)
    world.settle()
    client = world.link().client
    assert client is not None
    assert client.values[Field.EMAIL] == "new@example.com"


@pytest.mark.parametrize("kind", [ListCustomers, ListClients, CheckCustomers, PlanLinks])
def test_work_of_the_firm_rests_where_it_stands(kind: type[Effect]) -> None:
    """Other work of the firm goes on meanwhile, and it is asked for again."""
    world = synced()
    if kind is PlanLinks:
        world.switch(from_canopy_editing=False)
    (work,) = (each for each in world.firm.pending if isinstance(each, kind))
    others = {each.id for each in world.firm.pending} - {work.id}

    decision = world.deliver(world.firm.key, work, FAILED)

    (again,) = (each for each in world.firm.pending if isinstance(each, kind))
    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "failed")
    assert again.id != work.id
    assert again.not_before == world.now + REST
    assert {each.id for each in world.firm.pending} - {again.id} == others
