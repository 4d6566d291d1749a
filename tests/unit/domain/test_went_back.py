"""A side that shows an older record than we hold is looked at again, and then believed, whichever side it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.decision import Verdict
from domain.effects import Effect, ReadClient, ReadCustomer, UpdateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.lane_policy import Wait, next_step
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, ClientMoved, CustomerMoved, CustomerRead, NotDone
from domain.rows import LinkStatus, Reason
from domain.snapshots import Client, Customer
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import World

ONE, FIFTY_EIGHT = ClientId("c-1"), CustomerId("58")


def look(world: World) -> ReadClient:
    """Give the look at the client that is pending."""
    (found,) = (effect for effect in world.link().pending if isinstance(effect, ReadClient))
    return found


def due(world: World, effect: Effect) -> None:
    """Let the time of an effect come."""
    step = next_step(effect, world.firm, None, world.now)
    if isinstance(step, Wait):
        world.now = step.until


def restore_canopy(world: World, *, version: int = 1, **values: str) -> Client:
    """Canopy is as a backup has it."""
    before = world.canopy.clients[ONE]
    old = replace(
        before,
        version=version,
        values={**before.values, **fields(**values)},
        changed_at=before.changed_at - timedelta(days=1),
    )
    world.canopy.clients[ONE] = old
    return old


def restore_quickbooks(world: World, *, token: int = 0, **values: str) -> Customer:
    """QuickBooks is as a backup has it."""
    before = world.quickbooks.customers[FIFTY_EIGHT]
    old = replace(
        before,
        sync_token=token,
        values={**before.values, **fields(**values)},
        updated_at=before.updated_at - timedelta(days=1),
    )
    world.quickbooks.customers[FIFTY_EIGHT] = old
    return old


def ahead_of_canopy() -> World:
    """A synced client of which we have seen three edits that a backup of Canopy then lost; QuickBooks is edited."""
    world = synced()
    for phone in ("1", "2", "3"):
        world.edit_client(phone=phone)
    world.settle()
    restore_canopy(world, phone="1")
    world.edit_customer("58", mobile="42")
    return world


def ahead_of_quickbooks() -> World:
    """A synced customer of which we have seen three edits that a backup then lost; the client is edited."""
    world = synced()
    for phone in ("1", "2", "3"):
        world.edit_customer("58", phone=phone)
        world.settle()
    world.later(minutes=60)
    restore_quickbooks(world, phone="1")
    world.edit_client(mobile="42")
    return world


def believe_canopy(world: World) -> list[timedelta]:
    """Play on from the pending write until Canopy is believed; gives the rests before each look."""
    world.finish()
    rests = []
    while world.link().behind is not None:
        before, effect = world.now, look(world)
        due(world, effect)
        rests.append(world.now - before)
        world.deliver(world.link().key, effect, world.carry_out(effect))
    return rests


def believe_quickbooks(world: World) -> list[timedelta]:
    """Play on from the pending write until QuickBooks is believed; gives the rests before each look."""
    world.finish()
    rests = []
    while world.customer("58").behind is not None:
        (effect,) = world.customer("58").reads
        before = world.now
        due(world, effect)
        rests.append(world.now - before)
        world.deliver(world.customer("58").key, effect, world.carry_out(effect))
    return rests


def test_a_refusal_that_shows_an_older_client_is_looked_at_and_nothing_is_sent_meanwhile() -> None:
    """And the link says that it waits, and why."""
    world = ahead_of_canopy()

    world.finish()

    assert world.link().write is None
    assert look(world).not_before == world.now + timedelta(seconds=1)
    waiting = world.link().waiting
    assert waiting is not None
    assert waiting.why is Obstacle.BEHIND


def test_canopy_is_believed_after_growing_rests_and_all_is_in_step_then() -> None:
    """The row's version goes back, the edit that waited arrives, and what the backup lost is told as a change."""
    world = ahead_of_canopy()

    rests = believe_canopy(world)

    assert rests == [timedelta(seconds=seconds) for seconds in (1, 2, 3)]
    assert world.decisions[-1].code == "client_went_back"
    assert world.link().client == world.canopy.clients[ONE]
    lost = [(c.field, c.before, c.after) for c in world.decisions[-1].changes if c.what == "seen"]
    assert lost == [(Field.PHONE, "3", "1")]
    world.settle()
    assert world.canopy.clients[ONE].values[Field.MOBILE] == "42"
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.PHONE] == "1"
    assert world.link().status is LinkStatus.SYNCED


def test_quickbooks_is_believed_after_growing_rests_and_all_is_in_step_then() -> None:
    """Its token goes back, and the edit that waited arrives."""
    world = ahead_of_quickbooks()

    rests = believe_quickbooks(world)

    assert rests == [timedelta(seconds=seconds) for seconds in (1, 2, 3)]
    assert world.decisions[-1].code == "customer_went_back"
    assert world.customer("58").customer == world.quickbooks.customers[FIFTY_EIGHT]
    world.settle()
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.MOBILE] == "42"
    assert world.canopy.clients[ONE].values[Field.PHONE] == "1"


@pytest.mark.parametrize("side", ["canopy", "quickbooks"])
def test_a_copy_that_lagged_behind_changes_nothing(side: str) -> None:
    """It had caught up when we looked again: the same write goes once more, and no version goes back."""
    world = ahead_of_canopy() if side == "canopy" else ahead_of_quickbooks()
    if side == "canopy":
        caught_up = world.link().client
        assert caught_up is not None
        world.finish()
        world.canopy.clients[ONE] = caught_up
        effect: Effect = look(world)
        world.deliver(world.link().key, effect, world.carry_out(effect))
    else:
        known = world.customer("58").customer
        assert known is not None
        world.finish()
        world.quickbooks.customers[FIFTY_EIGHT] = known
        world.finish_read("58")

    assert world.link().went_back is None
    assert world.customer("58").went_back is None
    world.settle()
    assert world.canopy.clients[ONE].values[Field.MOBILE] == "42"
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.MOBILE] == "42"


def test_edits_on_the_restored_side_arrive_though_their_versions_are_low() -> None:
    """The old high mark is gone: version 2 comes after 1 again."""
    world = ahead_of_canopy()
    believe_canopy(world)
    world.settle()

    decision = world.edit_client(fax="9")
    world.settle()

    assert decision.verdict is Verdict.APPLIED
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.FAX] == "9"


def test_an_event_of_before_produced_again_is_not_taken_for_new() -> None:
    """It is newer than what stands there by its version, and older by Canopy's own clock."""
    world = synced()
    world.edit_client(phone="1")
    world.edit_client(phone="lost by the backup")
    lost = world.canopy.clients[ONE]
    world.settle()
    restore_canopy(world, phone="1")
    world.edit_customer("58", mobile="42")
    believe_canopy(world)
    world.settle()

    decision = world.hear(lost)
    world.settle()

    assert decision.verdict is Verdict.SUPERSEDED
    assert world.canopy.clients[ONE].values[Field.PHONE] == "1"
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.PHONE] == "1"


def test_an_answer_of_before_told_again_is_not_taken_for_new() -> None:
    """Nobody awaits it, and it is from before the company went back."""
    world = ahead_of_quickbooks()
    of_before = world.customer("58").customer
    assert of_before is not None
    world.notify("58", time=world.now)
    (read,) = world.customer("58").reads
    world.finish_read("58", CustomerRead(customer=of_before))
    believe_quickbooks(world)
    world.settle()

    world.deliver(world.customer("58").key, read, CustomerRead(customer=of_before))

    assert world.customer("58").customer == world.quickbooks.customers[FIFTY_EIGHT]


def test_an_edit_on_a_restored_canopy_arrives_though_we_write_nothing_there() -> None:
    """Its event has an older version and a later time than ours: Canopy itself is asked which it is."""
    world = synced()
    for phone in ("1", "2", "3"):
        world.edit_client(phone=phone)
    world.settle()
    world.later(minutes=5)
    restore_canopy(world, phone="1")

    world.edit_client(phone="new")
    while world.link().behind is not None:
        effect = look(world)
        due(world, effect)
        world.deliver(world.link().key, effect, world.carry_out(effect))
    world.settle()

    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.PHONE] == "new"


def test_an_edit_on_a_restored_quickbooks_arrives_though_we_write_nothing_there() -> None:
    """Its notification is read, and the read shows an older token again and again."""
    world = synced()
    for phone in ("1", "2", "3"):
        world.edit_customer("58", phone=phone)
        world.settle()
    world.later(minutes=60)
    restore_quickbooks(world, phone="1")
    world.edit_customer("58", phone="new")

    world.settle()

    assert world.customer("58").went_back is not None
    assert world.canopy.clients[ONE].values[Field.PHONE] == "new"


@pytest.mark.parametrize(("version", "phone"), [(1, "1"), (2, "1"), (3, "1"), (3, "3")])
def test_a_client_that_was_deleted_behind_a_restored_backup_is_not_said_to_be_in_step(
    version: int, phone: str
) -> None:
    """Its event is no newer than what we hold, in one case but for the deletion: Canopy is asked, and has no such client."""
    world = synced()
    for each in ("1", "2", "3"):
        world.edit_client(phone=each)
    world.settle()
    world.later(minutes=5)
    restored = restore_canopy(world, version=version, phone=phone)

    world.hear(
        replace(restored, version=version + 1, presence="deleted", changed_at=world.now), happened="deleted"
    )
    effect = look(world)
    due(world, effect)
    world.deliver(world.link().key, effect, ClientGone(client_id=ONE))
    world.settle()

    link = world.link()
    assert link.status is LinkStatus.NOT_SYNCED
    assert link.client is not None
    assert link.client.presence == "deleted"
    assert link.pending == ()


@pytest.mark.parametrize(
    "parted", ["unmatched", "unmatched while a write is on its way", "told while unmatching", "stale"]
)
def test_a_look_at_a_client_goes_on_though_its_link_is_taken_apart(parted: str) -> None:
    """What it finds out is true of the client, matched or not."""
    world = World()
    world.know_customer("58", display_name="Fiona Costa")
    world.add_client(toggle=False, display_name="Fiona", phone="1")
    world.intent("match", "c-1", customer_id=FIFTY_EIGHT)
    if parted != "stale":
        world.settle()
    world.edit_client(phone="2")
    if parted != "unmatched":
        write = world.begin(next(each for each in world.link().pending if isinstance(each, UpdateCustomer)))
    else:
        world.settle()
    if parted == "told while unmatching":
        world.intent("unmatch", "c-1")
    restored = restore_canopy(world, version=1, phone="1")
    world.later(minutes=1)
    gone = replace(restored, version=2, presence="deleted", changed_at=world.now)
    world.hear(gone, happened="deleted")
    if parted == "stale":
        world.deliver(
            world.link().key, write, CustomerMoved(customer=world.quickbooks.customers[FIFTY_EIGHT])
        )
        assert world.link().reason is Reason.MATCH_STALE
    elif parted != "told while unmatching":
        world.intent("unmatch", "c-1")
    if parted.endswith(("way", "unmatching")):
        assert world.link().status is LinkStatus.UNMATCHING
        world.deliver(world.link().key, write, NotDone())

    effect = look(world)
    due(world, effect)
    world.deliver(world.link().key, effect, ClientGone(client_id=ONE))

    link = world.link()
    assert link.status is LinkStatus.NOT_SYNCED
    assert link.client is not None
    assert link.client.presence == "deleted"
    assert link.pending == ()


def test_of_two_answers_with_one_token_the_earlier_is_of_before() -> None:
    """After a restore QuickBooks counts on from an old token: an old answer told again has the number of the new state."""
    world = synced()
    world.edit_customer("58", phone="lost by the backup")
    world.settle()
    world.notify("58", time=world.now)
    (read,) = world.customer("58").reads
    world.settle()
    of_before = world.customer("58").customer
    assert of_before is not None
    world.later(minutes=60)
    restore_quickbooks(world, token=of_before.sync_token - 1, phone="1")
    world.edit_customer("58", phone="new")
    world.settle()

    world.deliver(world.customer("58").key, read, CustomerRead(customer=of_before))
    world.settle()

    now = world.quickbooks.customers[FIFTY_EIGHT]
    assert now.sync_token == of_before.sync_token
    assert world.customer("58").customer == now
    assert world.canopy.clients[ONE].values[Field.PHONE] == "new"


def test_an_old_event_that_comes_late_is_not_looked_at() -> None:
    """Both its version and its time are older: that is a late event, as there are many."""
    world = synced()
    old = world.canopy.clients[ONE]
    world.later(minutes=1)
    world.edit_client(phone="1")
    world.settle()

    decision = world.hear(old)

    assert decision.code == "older_version"
    assert world.link().pending == ()


def test_a_newer_event_that_overtook_the_refusal_is_no_contradiction() -> None:
    """The refusal shows less than the event, and more than what was sent: it was merely slower."""
    world = synced()
    world.edit_customer("58", mobile="42")
    write = world.write()
    world.canopy.edit("c-1", world.now, fields(fax="1"))
    refused = ClientMoved(client=world.canopy.clients[ONE])
    world.edit_client(fax="2")

    world.deliver(world.link().key, world.begin(write), refused)

    assert world.link().behind is None
    assert world.link().write is not None


def test_a_side_that_goes_back_again_and_again_is_believed_more_and_more_slowly() -> None:
    """Two copies that take turns would otherwise be written over every few seconds."""
    world = ahead_of_canopy()
    first = believe_canopy(world)
    world.settle()
    world.edit_client(phone="4")
    world.settle()
    restore_canopy(world, phone="1")
    world.edit_customer("58", mobile="43")

    second = believe_canopy(world)

    assert sum(second, timedelta()) == 2 * sum(first, timedelta())


def test_a_choice_of_a_persons_survives_a_backup() -> None:
    """They chose a value for both sides while Canopy went back: it goes to both all the same."""
    world = synced()
    for phone in ("1", "2"):
        world.edit_client(phone=phone)
    world.settle()
    restore_canopy(world, phone="1")
    world.intent("put_back", "c-1", field=Field.PHONE, value="chosen")

    believe_canopy(world)
    world.settle()

    assert world.canopy.clients[ONE].values[Field.PHONE] == "chosen"
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.PHONE] == "chosen"


def test_a_refusal_with_a_token_that_went_back_reads_the_customer_though_a_read_waits() -> None:
    """The read that a notification asked for comes later; the look takes its place."""
    world = ahead_of_quickbooks()
    write = world.write()
    world.notify("58", time=world.now)
    shown = world.quickbooks.customers[FIFTY_EIGHT]

    world.deliver(world.link().key, world.begin(write), CustomerMoved(customer=shown))

    (read,) = world.customer("58").reads
    assert isinstance(read, ReadCustomer)
    assert world.customer("58").behind is not None
    assert world.link().write is None


def test_a_sweep_finds_a_client_that_went_back_though_no_event_told_of_it() -> None:
    """Nobody has edited it since, so nothing else would show it."""
    world = synced()
    for phone in ("1", "2", "3"):
        world.edit_client(phone=phone)
    world.settle()
    restore_canopy(world, phone="1")
    world.later(minutes=60)

    world.settle()

    assert world.link().client == world.canopy.clients[ONE]
    assert world.quickbooks.customers[FIFTY_EIGHT].values[Field.PHONE] == "1"


def test_a_client_that_canopy_does_not_show_is_not_taken_for_deleted_unasked() -> None:
    """An older event with a later time makes us look; that nothing is found there may be a copy that lags behind."""
    world = synced()
    for each in ("1", "2", "3"):
        world.edit_client(phone=each)
    world.settle()
    world.later(minutes=5)
    restored = restore_canopy(world, version=1, phone="1")

    world.hear(replace(restored, version=2, changed_at=world.now))
    world.deliver(world.link().key, look(world), ClientGone(client_id=ONE))

    assert world.link().status is LinkStatus.SYNCED
    assert world.link().behind is None
