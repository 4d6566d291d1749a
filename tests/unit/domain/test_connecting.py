"""A company is disconnected, comes back, or another one takes its place; no link is thrown away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.decision import Verdict
from domain.effects import ListClients, ListCustomers, PlanLinks
from domain.fields import Field
from domain.ids import OURSELVES, ClientId, CustomerId, EffectId, RealmId
from domain.inputs import CustomerNotified, Outcome
from domain.lane_policy import Hold, Send, next_step
from domain.outcomes import CustomerRead, Failed, Result
from domain.remembered import Former, Held
from domain.rows import LinkStatus
from domain.snapshots import Customer
from tests.unit.domain.outside import fields
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import FIRM, REALM, START, World

OTHER = RealmId("realm-2")


def sweeps(world: World) -> list[ListCustomers | ListClients]:
    """Give the firm's sweeps, due or not."""
    return [effect for effect in world.firm.pending if isinstance(effect, ListCustomers | ListClients)]


def disconnected() -> World:
    """A firm with one synced client, disconnected."""
    world = synced()
    world.intent("disconnect")
    world.settle()
    return world


def theirs(world: World) -> Customer:
    """Give the one customer as QuickBooks has it."""
    (customer,) = world.quickbooks.customers.values()
    return customer


def test_links_sleep_and_none_is_rewritten() -> None:
    """That they stand still is read from the firm's row."""
    world = synced()
    before = world.link()
    decision = world.intent("disconnect")
    world.settle()

    assert [row.key for row in decision.rows] == [world.firm.key]
    assert world.link() == before
    assert not world.firm.is_connected


def test_what_has_not_started_is_withdrawn_and_nothing_new_starts() -> None:
    """Nor is anything planned for what is edited meanwhile."""
    world = synced()
    world.edit_client(email="new@example.com")
    write = world.write()
    world.intent("disconnect")
    assert next_step(write, world.firm, None, world.now) == Hold()

    world.settle()
    world.edit_client(phone="312")

    assert world.link().pending == ()
    assert world.link().client is not None
    assert world.link().client.values[Field.PHONE] == "312"  # type: ignore[union-attr]
    assert world.settle() == 0


def test_a_write_that_has_started_stays_and_its_outcome_counts() -> None:
    """It is held until the company is back, and then the same request is sent again."""
    world = synced()
    world.edit_client(email="new@example.com")
    write = world.begin(world.write())
    world.intent("disconnect")
    (step,) = world.firm_work
    world.deliver(world.firm.key, step, world.carry_out(step))
    assert world.link().write == write
    assert next_step(write, world.firm, None, world.now) == Hold()

    world.finish()
    assert world.link().pending == ()
    assert world.link().changed_at == {}


def test_intents_are_refused_but_an_unmatch_is_not() -> None:
    """What needs QuickBooks can't be done; taking apart can."""
    world = disconnected()
    refused = world.intent("push", "c-1")
    assert (refused.verdict, refused.code) == (Verdict.REFUSED, "not_connected")
    assert world.intent("add_client", customer_id=CustomerId("7")).code == "not_connected"
    assert world.intent("release_held").code == "not_connected"
    assert world.intent("unmatch", "c-1").verdict is Verdict.APPLIED


def test_notices_are_skipped_and_a_second_disconnect_is_refused() -> None:
    """They are counted, and the listing that follows a connect brings what they told of."""
    world = disconnected()
    notice = CustomerNotified(
        firm_id=FIRM,
        realm_id=REALM,
        customer_id=theirs(world).customer_id,
        operation="updated",
        time=world.now,
    )
    skipped = world.tell(notice)
    assert (skipped.verdict, skipped.code) == (Verdict.SKIPPED, "disconnected")
    assert world.intent("disconnect").code == "not_connected"


def test_the_same_company_again_is_listed_again_and_what_drifted_is_held() -> None:
    """Both ways, until a person has seen it; also with all switches on."""
    world = disconnected()
    world.edit_client(email="drifted@example.com")
    world.quickbooks.edit(theirs(world).customer_id, world.now, fields(phone="313"))

    world.intent("connect", realm_id=REALM)
    assert {type(effect) for effect in world.firm_work} == {ListCustomers, ListClients}
    world.settle()

    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,), to_canopy=(Field.PHONE,))
    assert world.firm.connection is not None
    assert not world.firm.connection.back
    writes = world.writes
    world.intent("release_held")
    world.settle()
    assert world.writes == writes + 2
    assert theirs(world).values[Field.EMAIL] == "drifted@example.com"
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "313"


def test_what_is_edited_after_the_company_is_back_goes_as_ever() -> None:
    """Only what drifted is held."""
    world = disconnected()
    world.edit_client(email="drifted@example.com")
    world.intent("connect", realm_id=REALM)
    world.settle()
    world.edit_client(phone="314")
    world.settle()

    assert theirs(world).values[Field.PHONE] == "314"
    assert world.link().held.to_quickbooks == (Field.EMAIL,)


def test_what_was_created_while_disconnected_stays_unmatched() -> None:
    """On either side: new is what comes after the connect."""
    world = disconnected()
    world.add_client("c-2", toggle=True, display_name="Frank")
    world.quickbooks.add(world.now, fields(display_name="Debbie"), "7")
    world.later(minutes=1)
    world.intent("connect", realm_id=REALM)
    world.settle()

    assert world.link("c-2").reason == "never_matched"
    assert world.table.link_of(FIRM, CustomerId("7")) is None
    assert world.customer("7").arrival == "settled"


def test_another_company_is_asked_about_first() -> None:
    """Its links would be let go, so a person has to say that it is meant."""
    world = disconnected()
    refused = world.intent("connect", realm_id=OTHER)
    assert (refused.verdict, refused.code, refused.facts) == (
        Verdict.REFUSED,
        "other_realm_connected",
        {"realm_id": REALM},
    )
    connected = synced()
    assert connected.intent("connect", realm_id=OTHER, replaces=True).code == "other_realm_connected"


def replaced() -> World:
    """Another company, in which customer 58 is somebody else."""
    world = disconnected()
    ours = theirs(world).customer_id
    world.quickbooks.customers.clear()
    world.quickbooks.add(world.now, fields(display_name="Somebody Else"), ours, created=START)
    world.intent("connect", realm_id=OTHER, replaces=True)
    return world


def test_another_company_lets_go_of_all_links_and_then_lists_its_own_customers() -> None:
    """The ids of one are not those of the other, so nothing is known before the listing."""
    world = replaced()
    (step,) = world.firm_work
    assert isinstance(step, PlanLinks)
    world.settle()

    link = world.link()
    assert (link.status, link.reason, link.customer_id) == ("not_synced", "disconnected", None)
    assert world.firm.is_connected
    assert theirs(world).values[Field.DISPLAY_NAME] == "Somebody Else"
    row = world.customer(theirs(world).customer_id)
    assert row.customer == theirs(world)
    assert world.quickbooks.writes == 1


def test_nothing_is_written_while_links_are_being_let_go() -> None:
    """A client's edit in that moment must not reach somebody else's customer of the same id."""
    world = replaced()
    world.edit_client(email="new@example.com")
    assert world.link().pending == ()
    world.settle()
    assert Field.EMAIL not in theirs(world).values


def former_of(world: World) -> Former:
    """What the client was linked with last."""
    former = world.link().former
    assert former is not None
    return former


def take_steps(world: World, count: int) -> None:
    """Let so many steps of letting go come to their end."""
    for _ in range(count):
        step = next(each for each in world.firm_work if isinstance(each, PlanLinks) and each.doing != "plan")
        world.deliver(world.firm.key, step, world.carry_out(step))


@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize("meanwhile", ["it goes on", "nothing happens"])
def test_a_company_that_is_disconnected_while_links_are_let_go_is_whole_once_it_is_back(
    steps: int, meanwhile: str
) -> None:
    """Letting go comes to its end, before it is connected again or after; then it is listed like any other."""
    world = replaced()
    take_steps(world, steps)
    world.intent("disconnect")
    if meanwhile == "it goes on":
        world.settle()
        assert world.firm.connection is not None
        assert world.firm.connection.replaces is None
        assert world.firm_work == ()
    world.intent("connect", realm_id=OTHER)
    world.settle()

    assert world.firm.is_connected
    link, former = world.link(), world.link().former
    assert (link.reason, link.customer_id) == ("disconnected", None)
    assert former is not None
    assert former.realm_id == REALM
    assert world.customer(theirs(world).customer_id).customer == theirs(world)
    assert world.intent("restore", "c-1").code == "other_realm"


@pytest.mark.parametrize("steps", [0, 1])
def test_links_that_are_not_yet_let_go_are_still_of_the_company_that_they_were_made_in(steps: int) -> None:
    """However many others are connected meanwhile: it can only be put back with that one's customer."""
    world = replaced()
    take_steps(world, steps)
    for realm in (RealmId("realm-3"), OTHER):
        world.intent("disconnect")
        world.intent("connect", realm_id=realm, replaces=True)
    world.settle()

    former = world.link().former
    assert world.firm.is_connected
    assert former is not None
    assert former.realm_id == REALM
    assert world.intent("restore", "c-1").code == "other_realm"


@pytest.mark.parametrize("begun", [True, False])
def test_nobody_can_say_what_became_of_a_write_on_its_way_to_the_company_before(begun: bool) -> None:
    """It is not ours to ask any more; a write that had not begun was not done."""
    world = synced()
    world.edit_client(phone="(312) 555-0199")
    if begun:
        world.begin(world.write())
    world.intent("disconnect")
    world.intent("connect", realm_id=OTHER, replaces=True)
    world.settle()

    former = world.link().former
    assert former is not None
    assert former.unconfirmed == ((Field.PHONE,) if begun else ())


@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize("by", ["event", "answer"])
def test_a_client_made_for_a_customer_of_the_company_before_is_let_go_like_all_others(
    steps: int, by: str
) -> None:
    """It turns up while they are let go, perhaps when its turn would have been over."""
    world = World()
    appears(world, "7", display_name="Frank")
    create = create_of(world)
    added = world.carry_out(create)
    (client,) = world.canopy.clients.values()
    world.intent("disconnect")
    world.intent("connect", realm_id=OTHER, replaces=True)
    take_steps(world, steps)
    if by == "event":
        world.hear(client, "created", cause=create.id, actor=OURSELVES)
    else:
        world.deliver(world.customer("7").key, create, added)
    world.settle()

    link = world.link(client.client_id)
    assert (link.status, link.reason, link.customer_id) == ("not_synced", "disconnected", None)
    assert link.former is not None
    assert (link.former.customer_id, link.former.realm_id) == ("7", REALM)


def test_a_restore_is_refused_as_long_as_the_other_company_is_connected() -> None:
    """The customer that it names is another one there; with its own company back, it is put back."""
    world = replaced()
    world.settle()
    assert world.intent("restore", "c-1").code == "other_realm"

    world.intent("disconnect")
    world.settle()
    world.intent("connect", realm_id=REALM, replaces=True)
    world.settle()
    assert world.intent("restore", "c-1").verdict is Verdict.APPLIED


def test_a_question_about_a_client_does_not_change_where_it_was_linked_last() -> None:
    """A possible duplicate is asked about in the second company; letting go of that one takes away the question alone."""
    world = replaced()
    world.settle()
    world.quickbooks.add(world.now, fields(display_name="Fiona Gallagher"), "7")
    world.later(minutes=16)
    world.settle()
    assert (world.link().status, world.link().customer_id) == (LinkStatus.NEEDS_ATTENTION, None)

    world.intent("disconnect")
    world.intent("connect", realm_id=RealmId("realm-3"), replaces=True)
    world.settle()

    former = world.link().former
    assert world.link().problem is None
    assert former is not None
    assert former.realm_id == REALM


def test_a_merge_in_another_company_says_nothing_about_who_was_gone_in_the_first() -> None:
    """The one that went there has the same id, and is somebody else."""
    world = synced()
    ours = theirs(world).customer_id
    world.quickbooks.customers.clear()
    world.later(minutes=24 * 60)
    world.settle()
    assert world.link().reason == "customer_gone"
    world.intent("disconnect")
    world.intent("connect", realm_id=OTHER, replaces=True)
    world.settle()

    world.tell(
        CustomerNotified(
            firm_id=FIRM,
            realm_id=OTHER,
            customer_id=CustomerId("9"),
            operation="merged",
            deleted_id=ours,
            time=world.now,
        )
    )

    assert (world.link().status, world.link().customer_id) == (LinkStatus.NOT_SYNCED, None)
    assert world.link().former is not None


def test_a_firm_that_stands_still_since_a_disconnect_of_before_is_at_work_once_it_is_connected_again() -> (
    None
):
    """Its links with the company before were never all let go, and nothing in its row asks for that any more."""
    world = replaced()
    world.intent("disconnect")
    world.table.put(replace(world.firm, pending=()))

    world.intent("connect", realm_id=OTHER)
    world.settle()

    assert world.firm.is_connected
    assert world.link().reason == "disconnected"
    assert world.customer(theirs(world).customer_id).customer == theirs(world)


def test_an_older_version_is_put_back_in_its_own_company_only() -> None:
    """Whatever the client was linked with since: in another company the same id is somebody else."""
    world = replaced()
    world.settle()
    stranger = theirs(world).customer_id
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=START)
    world.later(minutes=16)
    world.settle()
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.settle()
    world.intent("unmatch", "c-1")
    world.settle()

    of_then: dict[str, Any] = {"version": 3, "customer_id": stranger, "realm_id": REALM}
    refused = world.intent("restore", "c-1", **of_then)
    assert (refused.code, refused.facts) == ("other_realm", {"realm_id": REALM})

    of_one_let_go: dict[str, Any] = {"version": 3, "customer_id": CustomerId("7")}
    world.table.put(replace(world.link(), former=replace(former_of(world), realm_id=REALM)))
    assert world.intent("restore", "c-1", **of_one_let_go).code == "other_realm"
    assert world.intent("restore", "c-1", **of_then | {"realm_id": OTHER}).code == "restore"


def test_an_answer_of_the_company_before_is_not_taken_for_the_new_ones() -> None:
    """It tells of another customer with the same id."""
    world = synced()
    old = theirs(world)
    world.intent("disconnect")
    world.settle()
    world.intent("connect", realm_id=OTHER, replaces=True)
    world.settle()

    late = world.tell(
        Outcome(
            firm_id=FIRM,
            effect_id=EffectId("read-of-long-ago"),
            key=world.customer(old.customer_id).key,
            result=CustomerRead(customer=old),
            realm_id=REALM,
        )
    )
    assert (late.verdict, late.code) == (Verdict.SKIPPED, "other_realm")


@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize("result", [None, Failed(why="raised")])
def test_what_canopy_answers_counts_whatever_company_is_connected_by_then(
    steps: int, result: Result | None
) -> None:
    """A look at a client that nothing is linked with: unheard, it would be waited for for good."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona")
    client = world.canopy.clients[ClientId("c-1")]
    seen = replace(
        client, values=fields(display_name="Fi"), changed_at=client.changed_at + timedelta(minutes=1)
    )
    world.hear(seen)
    (look,) = world.link().pending
    world.canopy.clients[ClientId("c-1")] = seen
    answer = result or world.carry_out(look)
    world.intent("disconnect")
    world.intent("connect", realm_id=OTHER, replaces=True)
    take_steps(world, steps)

    world.tell(Outcome(firm_id=FIRM, effect_id=look.id, key=world.link().key, result=answer, realm_id=REALM))
    assert look not in world.link().pending
    world.settle()
    assert world.link().pending == ()
    assert world.link().client == seen


def test_requests_that_are_paused_wait_and_decisions_go_on() -> None:
    """For one firm, or for all of them; what a person asks for waits too."""
    world = synced()
    world.intent("pause", reason="Lee looks into it")
    world.edit_client(email="new@example.com")
    write = world.write()
    assert next_step(write, world.firm, None, world.now) == Hold()
    assert world.firm.paused is not None
    assert world.firm.paused.by == "user:dana"
    assert world.intent("pause").code == "already_paused"

    world.intent("resume")
    assert next_step(write, world.firm, None, world.now) == Send()
    assert world.intent("resume").code == "not_paused"


def test_all_firms_are_paused_by_one_row_of_their_partition() -> None:
    """It holds those too that connect later."""
    world = synced()
    everyone = FIRM.__class__("*")
    world.edit_client(email="new@example.com")
    decision = world.intent("pause", firm_id=everyone)
    row = world.table.all_firms(0)
    assert [each.key for each in decision.rows] == ["all/0"]
    assert row is not None
    assert next_step(world.write(), world.firm, row, world.now) == Hold()
    assert world.intent("pause", firm_id=everyone).code == "already_paused"

    world.intent("resume", firm_id=everyone)
    assert next_step(world.write(), world.firm, world.table.all_firms(0), world.now) == Send()


def test_a_sweep_looks_for_what_nobody_told_us_of_and_is_planned_again_and_again() -> None:
    """A lost webhook's edit is covered."""
    world = synced()
    world.quickbooks.edit(theirs(world).customer_id, world.now, fields(phone="315"))
    assert world.settle() == 0
    first = {effect.id for effect in sweeps(world)}

    world.later(minutes=16)
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "315"
    of_customers = [sweep for sweep in sweeps(world) if isinstance(sweep, ListCustomers)]
    assert [sweep.since is not None and sweep.not_before is not None for sweep in of_customers] == [True]
    assert not first & {effect.id for effect in sweeps(world)}


def test_a_sweep_that_finds_nothing_new_writes_no_rows_but_the_firms() -> None:
    """Ten thousand rows every quarter of an hour would be a log of nothing."""
    world = synced()
    world.later(minutes=16)
    for effect in sweeps(world):
        decision = world.deliver(world.firm.key, effect, world.carry_out(effect))
        assert [row.key for row in decision.rows] == [world.firm.key]
