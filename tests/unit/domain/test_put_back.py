"""A value that gave way is put back, a link returns to an older version, and loops and deletions end in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.agreed import Pair
from domain.decision import Verdict
from domain.effects import UpdateClient
from domain.fields import Field
from domain.ids import ClientId, CustomerId, Side
from domain.link.choices import customer_to_match
from domain.loop_guard import MOST_WRITES, WITHIN, loops, written
from domain.remembered import Held, Written
from domain.rows import LinkRow
from domain.settings import ConflictPolicy
from domain.snapshots import Customer
from tests.states.states import display_name_taken, possible_duplicate
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import START, World


def theirs(world: World) -> Customer:
    """Give the one customer as QuickBooks has it."""
    (customer,) = world.quickbooks.customers.values()
    return customer


def overwritten() -> World:
    """Both sides changed the phone, and Canopy's won."""
    world = synced()
    world.switch(conflicts=ConflictPolicy.CANOPY_WINS)
    world.settle()
    world.quickbooks.edit(theirs(world).customer_id, world.now, fields(phone="theirs"))
    world.edit_client(phone="ours")
    world.settle()
    world.notify(theirs(world).customer_id)
    world.settle()
    assert theirs(world).values[Field.PHONE] == "ours"
    return world


def test_the_value_that_gave_way_stands_on_the_timeline() -> None:
    """With the side that lost it, so that it can be put back."""
    world = overwritten()
    lost = [change for decision in world.decisions for change in decision.changes if change.what == "lost"]
    assert [(each.side, each.field, each.before) for each in lost] == [("quickbooks", Field.PHONE, "theirs")]


def test_a_value_that_gave_way_is_put_back_on_both_sides() -> None:
    """Canopy first, then QuickBooks; and it stays."""
    world = overwritten()

    world.intent("put_back", "c-1", field=Field.PHONE, value="theirs")
    write = world.write()
    assert isinstance(write, UpdateClient)
    assert write.asked_by == "person"
    world.settle()

    assert theirs(world).values[Field.PHONE] == "theirs"
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "theirs"
    assert (world.link().wanted, world.link().changed_at) == ({}, {})


def test_an_empty_value_can_be_put_back_too() -> None:
    """Somebody had cleared the field on purpose."""
    world = overwritten()
    world.intent("put_back", "c-1", field=Field.PHONE, value=None)
    world.settle()
    assert Field.PHONE not in theirs(world).values
    assert Field.PHONE not in world.canopy.clients[ClientId("c-1")].values


def test_what_canopy_has_already_only_goes_to_quickbooks() -> None:
    """Nothing is written where nothing differs."""
    world = overwritten()
    world.switch(from_qbo_editing=False)
    world.settle()
    before = world.canopy.writes
    world.edit_customer(theirs(world).customer_id, phone="again theirs")
    world.intent("put_back", "c-1", field=Field.PHONE, value="ours")
    world.settle()
    assert theirs(world).values[Field.PHONE] == "ours"
    assert world.canopy.writes == before


def test_with_all_switches_off_a_person_may_put_a_value_back() -> None:
    """Switches hold what rules ask for."""
    world = overwritten()
    world.all_off()
    world.intent("put_back", "c-1", field=Field.PHONE, value="theirs")
    world.settle()
    assert theirs(world).values[Field.PHONE] == "theirs"


def test_a_name_is_not_put_back_to_nothing_and_nothing_is_put_back_where_nothing_is_synced() -> None:
    """Each says why not."""
    world = overwritten()
    assert world.intent("put_back", "c-1", field=Field.DISPLAY_NAME, value=" ").code == "name_unusable"
    world.intent("unmatch", "c-1")
    assert world.intent("put_back", "c-1", field=Field.PHONE, value="theirs").code == "not_synced"


def test_a_question_about_two_fields_can_be_answered_one_by_one_and_by_a_value_of_ones_own() -> None:
    """What is left is asked anew."""
    world = synced()
    world.switch(conflicts=ConflictPolicy.ALWAYS_ASK)
    world.settle()
    world.quickbooks.edit(theirs(world).customer_id, world.now, fields(phone="t", email="t@example.com"))
    world.edit_client(phone="o", email="o@example.com")
    world.settle()
    world.notify(theirs(world).customer_id)
    world.settle()
    first = world.link().problem
    assert first is not None
    assert first.fields == (Field.EMAIL, Field.PHONE)

    world.intent("answer", "c-1", question=first.id, choice="value", field=Field.PHONE, value="new")
    second = world.link().problem
    assert second is not None
    assert second.fields == (Field.EMAIL,)
    assert world.intent("answer", "c-1", question=second.id, choice="canopy", field=Field.FAX).code == (
        "no_such_choice"
    )
    world.intent("answer", "c-1", question=second.id, choice="quickbooks", field=Field.EMAIL)
    world.settle()

    wanted = {Field.PHONE: "new", Field.EMAIL: "t@example.com"}
    assert {f: theirs(world).values[f] for f in wanted} == wanted
    assert {f: world.canopy.clients[ClientId("c-1")].values[f] for f in wanted} == wanted
    assert world.link().status == "synced"


# ---- older versions


def test_a_link_returns_to_what_it_was_at_a_version() -> None:
    """Whoever reads the log puts in its customer and what was agreed; then both sides are compared."""
    world = synced()
    then = world.link()
    world.intent("unmatch", "c-1")
    world.know_customer("7", display_name="Somebody Else")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.settle()
    refused = restore_to(world, then)
    assert (refused.verdict, refused.code, refused.facts["customer_id"], refused.facts["actor"]) == (
        Verdict.REFUSED,
        "matched_since",
        "7",
        "user:dana",
    )
    assert world.intent("restore", "c-1").code == "matched_since"
    world.intent("unmatch", "c-1")

    assert restore_to(world, then).verdict is Verdict.APPLIED
    assert world.link().customer_id == then.customer_id


def restore_to(world: World, then: LinkRow):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Ask for what stood then."""
    return world.intent(
        "restore", "c-1", version=then.version, customer_id=then.customer_id, agreed=then.agreed
    )


def test_a_version_at_which_nothing_was_linked_can_not_be_restored() -> None:
    """That is what an unmatch is for."""
    world = synced()
    world.intent("unmatch", "c-1")
    assert world.intent("restore", "c-1", version=1).code == "nothing_to_restore"


# ---- merges


def test_the_link_of_a_merged_customer_moves_to_the_survivor() -> None:
    """What it lacks is filled, what only it has stays there, and where both have something else a person is asked."""
    world = synced()
    loser = theirs(world).customer_id
    world.edit_client(phone="ours")
    world.settle()
    world.know_customer("7", display_name="Frank", fax="1")
    merge(world, loser, "7")
    world.settle()

    link = world.link()
    assert link.customer_id == "7"
    assert link.problem is not None
    assert (link.problem.code, link.problem.fields) == ("both_changed", (Field.DISPLAY_NAME,))
    survivor = world.quickbooks.customers[CustomerId("7")]
    assert (survivor.values[Field.PHONE], survivor.values[Field.FAX]) == ("ours", "1")
    assert Field.FAX not in world.canopy.clients[ClientId("c-1")].values


def merge(world: World, loser: str, survivor: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """A person merges two customers in QuickBooks, and we hear of it."""
    world.quickbooks.edit(loser, world.now, {}, active=False)
    world.quickbooks.edit(survivor, world.now, {})
    return world.notify(survivor, deleted=loser)


def test_a_survivor_that_we_never_saw_is_read_and_then_compared() -> None:
    """The notice may be the first that we hear of it."""
    world = synced()
    loser = theirs(world).customer_id
    world.quickbooks.add(world.now, fields(display_name="Frank", phone="9"), "7")
    merge(world, loser, "7")
    world.settle()

    assert world.link().customer_id == "7"
    assert world.link().agreed[Field.PHONE] == Pair(None, "9")


def both_linked() -> World:
    """Both customers are linked, and then merged."""
    world = synced()
    loser = theirs(world).customer_id
    world.know_customer("7", display_name="Frank")
    world.add_client("c-2", toggle=False, display_name="Frank")
    world.intent("match", "c-2", customer_id=CustomerId("7"))
    world.settle()
    merge(world, loser, "7")
    return world


def test_two_linked_customers_that_are_merged_are_a_question() -> None:
    """Both clients stay as they are until a person says which one keeps the customer."""
    world = both_linked()
    world.settle()
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.customer_id) == ("customers_merged", "7")
    assert world.link("c-2").status == "synced"


@pytest.mark.parametrize(("choice", "keeps"), [("match", "c-1"), ("leave", "c-2")])
def test_a_person_says_who_keeps_the_survivor_and_the_other_can_be_put_back(choice: str, keeps: str) -> None:
    """No link is thrown away."""
    world = both_linked()
    world.settle()
    problem = world.link().problem
    assert problem is not None
    world.intent("answer", "c-1", question=problem.id, choice=choice)
    world.settle()

    other = "c-2" if keeps == "c-1" else "c-1"
    assert world.link(keeps).customer_id == "7"
    assert world.link(keeps).status != "not_synced"
    assert (world.link(other).status, world.link(other).reason) == ("not_synced", "unmatched")
    assert world.link(other).former is not None


def test_a_survivor_that_went_into_yet_another_meanwhile_is_followed() -> None:
    """The question was asked before; the client gets the customer that is left."""
    world = both_linked()
    world.know_customer("9", display_name="Debbie")
    merge(world, "7", "9")
    world.settle()
    problem = world.link().problem
    assert problem is not None

    world.intent("answer", "c-1", question=problem.id, choice="match")

    assert world.link().customer_id == "9"
    assert world.link("c-2").reason == "unmatched"


def test_the_survivor_is_kept_as_a_match_keeps_it_and_nothing_of_the_other_clients_goes_to_canopy() -> None:
    """Its values are another client's: Canopy's overwrite them, and where Canopy has none they stay in QuickBooks."""
    world = both_linked()
    world.settle()
    world.quickbooks.customers.pop(CustomerId("58"))  # its name is free for the one that is left
    world.edit_customer("7", middle_name="Maria", mobile="773")
    world.settle()
    before = world.canopy.clients[ClientId("c-1")].values
    problem = world.link().problem
    assert problem is not None

    world.intent("answer", "c-1", question=problem.id, choice="match")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values == before
    kept = world.quickbooks.customers[CustomerId("7")].values
    assert kept == {**kept, **before}
    assert (kept[Field.MIDDLE_NAME], kept[Field.MOBILE]) == ("Maria", "773")
    assert (world.link().status, world.link().problem) == ("synced", None)


def test_what_was_held_or_chosen_before_does_not_go_along_with_a_match_that_was_reviewed() -> None:
    """The review shows what stands in Canopy now, and that alone is written."""
    world = both_linked()
    world.settle()
    problem = world.link().problem
    assert problem is not None
    held = Held(to_canopy=(Field.PHONE,))
    world.table.put(replace(world.link(), held=held, pushed=held, wanted={Field.PHONE: "773"}))

    world.intent("answer", "c-1", question=problem.id, choice="match")
    world.settle()

    assert Field.PHONE not in world.canopy.clients[ClientId("c-1")].values
    assert (world.link().held, world.link().pushed, world.link().wanted) == (Held(), Held(), {})


def asked_of_a_match() -> dict[str, World]:
    """Give a world with each question that can be answered with a match."""
    merged = both_linked()
    merged.settle()
    return {
        "customers_merged": merged,
        "possible_duplicate": possible_duplicate(),
        "display_name_taken": display_name_taken(),
    }


@pytest.mark.parametrize("code", asked_of_a_match())
def test_a_match_by_an_answer_is_done_on_what_was_seen_or_not_at_all(code: str) -> None:
    """As one without a question; and nobody loses their customer by an answer that is refused."""
    world = asked_of_a_match()[code]
    problem, links = world.link().problem, [link.customer_id for link in world.links()]
    assert problem is not None
    assert problem.code == code
    customer = customer_to_match(world.table, world.link(), problem)
    assert isinstance(customer, str)
    seen = world.customer(CustomerId(customer)).customer
    assert seen is not None

    def answered(customer: str, token: int) -> str:
        return world.intent(
            "answer",
            "c-1",
            question=problem.id,
            choice="match",
            customer_id=CustomerId(customer),
            customer_sync_token=token,
        ).code

    assert answered("404", seen.sync_token) == "stale"
    assert answered(customer, seen.sync_token - 1) == "stale"
    assert [link.customer_id for link in world.links()] == links
    assert answered(customer, seen.sync_token) == "answer"
    assert world.link().customer_id == customer


def test_a_survivor_that_is_just_being_read_is_not_kept_yet() -> None:
    """The merge changed it in QuickBooks: what stands there now was seen by nobody."""
    world = both_linked()
    problem = world.link().problem
    assert problem is not None

    decision = world.intent("answer", "c-1", question=problem.id, choice="match")

    assert (decision.verdict, decision.code) == ("refused", "customer_being_read")
    assert world.link("c-2").customer_id == "7"


def test_a_client_that_is_deleted_is_asked_no_more_about_merged_customers() -> None:
    """The other client keeps the customer: an answer could only take it away for nothing."""
    world = both_linked()
    client = world.link().client
    assert client is not None
    world.hear(replace(client, version=9, presence="deleted"), "deleted")
    world.settle()

    assert (world.link().status, world.link().reason) == ("not_synced", "client_deleted")
    assert (world.link("c-2").status, world.link("c-2").customer_id) == ("synced", "7")


def test_a_restore_follows_a_merge_and_says_so() -> None:
    """The customer of then is part of another one now."""
    world = synced()
    loser = theirs(world).customer_id
    world.intent("unmatch", "c-1")
    world.know_customer("7", display_name="Frank")
    merge(world, loser, "7")

    put_back = world.intent("restore", "c-1")
    world.settle()
    assert put_back.facts == {"merged_into": "7"}
    assert world.link().customer_id == "7"


def test_a_merge_heard_of_after_the_customer_was_found_gone_brings_the_link_to_the_survivor() -> None:
    """The read may be faster than the notice."""
    world = synced()
    loser = theirs(world).customer_id
    world.know_customer("7", display_name="Frank")
    gone = world.quickbooks.customers.pop(loser)
    world.notify(loser, time=world.now + timedelta(seconds=1))
    world.finish_read(loser)
    assert world.link().reason == "customer_gone"

    world.quickbooks.customers[loser] = gone
    merge(world, loser, "7")
    world.settle()
    assert world.link().customer_id == "7"
    assert world.link().former is None


def test_a_match_under_way_with_a_customer_that_is_merged_away_is_taken_back() -> None:
    """Nobody has seen the survivor's values."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona")
    world.know_customer("7", display_name="Fi")
    world.know_customer("8", display_name="Frank")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    merge(world, "7", "8")
    assert (world.link().status, world.link().reason) == ("not_synced", "match_stale")


# ---- deletions and loops


def test_a_client_that_is_deleted_lets_its_customer_go() -> None:
    """Another client can have it; nothing is deleted in QuickBooks."""
    world = synced()
    ours = theirs(world).customer_id
    client = world.link().client
    assert client is not None
    world.hear(replace(client, version=9, presence="deleted"), "deleted")
    assert (world.link().status, world.link().reason) == ("not_synced", "client_deleted")

    world.add_client("c-2", toggle=False, display_name="Fiona II")
    assert world.intent("match", "c-2", customer_id=ours).verdict is Verdict.APPLIED


def test_an_archived_client_sleeps_and_is_compared_when_it_is_restored() -> None:
    """Nothing is sent meanwhile, and the link stays."""
    world = synced()
    client = world.link().client
    assert client is not None
    world.hear(replace(client, version=9, presence="archived"), "archived")
    world.quickbooks.edit(theirs(world).customer_id, world.now, fields(phone="9"))
    world.notify(theirs(world).customer_id)
    writes = world.writes
    world.settle()
    assert world.writes == writes
    assert world.link().status == "synced"

    restored = replace(client, version=10, presence="present")
    world.canopy.clients[ClientId("c-1")] = restored
    world.hear(restored, "restored")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "9"


def to_and_fro(times: int) -> tuple[Written, ...]:
    """Writes of rules, one side and the other in turn, a second apart."""
    sides: tuple[Side, Side] = ("canopy", "quickbooks")
    return tuple(Written(at=START + timedelta(seconds=n), side=sides[n % 2]) for n in range(times))


def test_the_seventh_write_to_and_fro_within_ten_minutes_is_a_loop() -> None:
    """Six are none, nor are seven to one side, nor seven in an hour."""
    now = START + timedelta(minutes=1)
    assert loops(to_and_fro(MOST_WRITES), "canopy", now)
    assert not loops(to_and_fro(MOST_WRITES - 1), "quickbooks", now)
    assert not loops(to_and_fro(MOST_WRITES), "canopy", START + WITHIN)
    one_side = tuple(replace(each, side="canopy") for each in to_and_fro(MOST_WRITES))
    assert not loops(one_side, "canopy", now)
    assert len(written(to_and_fro(MOST_WRITES), "canopy", now)) == MOST_WRITES


def quarrel(world: World, rounds: int) -> None:
    """Something on each side answers every write of ours with a change of its own."""
    for number in range(rounds):
        world.edit_client(phone=f"c{number}")
        world.settle()
        world.edit_customer(theirs(world).customer_id, phone=f"q{number}")
        world.settle()


def test_a_loop_stops_and_a_person_lets_it_go_on() -> None:
    """Nothing is written any more until somebody says so."""
    world = synced()
    quarrel(world, 5)
    problem = world.link().problem
    assert problem is not None
    assert problem.code == "loop"
    writes = world.writes
    quarrel(world, 2)
    assert world.writes == writes

    world.intent("answer", "c-1", question=problem.id, choice="go_on")
    world.settle()
    assert world.link().status in ("synced", "needs_attention")
    assert world.link().problem is None or world.link().problem.code == "both_changed"  # type: ignore[union-attr]


def test_a_person_in_it_makes_it_no_loop() -> None:
    """Whoever edits in Canopy is named by the event."""
    world = synced()
    for number in range(8):
        world.hear(world.canopy.edit("c-1", world.now, fields(phone=f"c{number}")), actor="user:dana")
        world.settle()
        world.edit_customer(theirs(world).customer_id, phone=f"q{number}")
        world.settle()
    assert world.link().problem is None
