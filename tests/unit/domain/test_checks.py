"""Linked customers that are gone are found, even where no notification ever told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.apply.checks import AFTER_A_REFUSAL, CHECK_EVERY, CLIENTS_A_CHECK
from domain.decision import Decision, Verdict
from domain.effects import CheckCustomers, ReadCustomer
from domain.ids import CustomerId
from domain.lane_policy import Hold, Send, Wait, next_step
from domain.outcomes import CustomersListed, Rejected, UnreadableRecord
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import World

DAY = CHECK_EVERY / timedelta(minutes=1)


def check_of(world: World) -> CheckCustomers:
    """Give the one check that the firm has before it, due or not."""
    (check,) = (effect for effect in world.firm.pending if isinstance(effect, CheckCustomers))
    return check


def answer(world: World) -> Decision:
    """Let the check be answered."""
    return world.deliver(world.firm.key, check_of(world), world.carry_out(check_of(world)))


def many(count: int) -> World:
    """A firm with so many synced clients."""
    world = World()
    for n in range(count):
        world.know_customer(f"{n + 1}", display_name=f"Client {n}")
        world.add_client(f"c-{n:04d}", toggle=False, display_name=f"Client {n}")
        world.intent("match", f"c-{n:04d}", customer_id=f"{n + 1}")
    world.settle()
    assert {link.status for link in world.links()} == {LinkStatus.SYNCED}
    return world


def test_the_first_check_waits_for_a_day() -> None:
    """All of a company that is connected for the first time has just been read."""
    world = synced()

    check = check_of(world)

    assert check.customer_ids == ()
    assert check.not_before is not None
    assert next_step(check, world.firm, None, world.now) == Wait(check.not_before)


def test_who_is_gone_without_a_word_is_found_within_a_day() -> None:
    """No webhook came, and a sweep asks only for what has changed and is there."""
    world = synced()
    del world.quickbooks.customers[CustomerId("58")]
    world.later(minutes=DAY / 2)
    world.settle()
    assert world.link().status is LinkStatus.SYNCED

    world.later(minutes=DAY / 2)
    world.settle()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.CUSTOMER_GONE


def test_who_went_while_the_company_was_disconnected_is_found_when_it_is_back() -> None:
    """At once: nothing of that time was told to us."""
    world = synced()
    world.intent("disconnect")
    world.settle()
    assert not [effect for effect in world.firm.pending if isinstance(effect, CheckCustomers)]
    del world.quickbooks.customers[CustomerId("58")]

    world.intent("connect", realm_id=world.firm.connection.realm_id if world.firm.connection else "")
    world.settle()

    assert world.link().reason is Reason.CUSTOMER_GONE


def test_what_is_missing_in_a_list_is_gone_only_if_quickbooks_says_so_itself() -> None:
    """A list that left one out takes no link apart."""
    world = synced()
    world.later(minutes=DAY)
    answer(world)
    assert check_of(world).customer_ids == ("58",)

    world.deliver(world.firm.key, check_of(world), CustomersListed(customers=()))

    (read,) = world.customer("58").reads
    assert isinstance(read, ReadCustomer)
    assert read.not_before is None
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_one_that_a_check_can_not_read_is_shown_and_keeps_nobody_else_from_being_found_gone() -> None:
    """It is there, so it is not asked for again and again; the firm shows it until it can be read."""
    world = many(3)
    world.later(minutes=DAY)
    answer(world)
    broken = UnreadableRecord(id="2", wrong="error 4002")
    del world.quickbooks.customers[CustomerId("3")]
    there = (world.quickbooks.customers[CustomerId("1")],)

    world.deliver(world.firm.key, check_of(world), CustomersListed(customers=there, unreadable=(broken,)))

    assert world.customer("2").reads == ()
    assert [(each.side, each.id) for each in world.firm.unreadable] == [("quickbooks", "2")]
    world.settle()
    assert [link.status for link in world.links()] == [
        LinkStatus.SYNCED,
        LinkStatus.SYNCED,
        LinkStatus.NOT_SYNCED,
    ]
    world.later(minutes=DAY)
    world.settle()
    assert world.firm.unreadable == ()


def test_a_check_that_quickbooks_refuses_is_put_off_and_the_rest_goes_on() -> None:
    """Nobody waits for it: the next links have their turn an hour later, and those asked about in the next round."""
    world = many(CLIENTS_A_CHECK + 5)
    world.later(minutes=DAY)
    answer(world)
    refused = check_of(world)

    decision = world.deliver(world.firm.key, refused, Rejected(code="4001"))

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "check_refused")
    assert [row.key for row in decision.rows] == [world.firm.key]
    follow = check_of(world)
    assert len(follow.customer_ids) == 5
    assert not set(follow.customer_ids) & set(refused.customer_ids)
    assert next_step(follow, world.firm, None, world.now) == Wait(world.now + AFTER_A_REFUSAL)

    world.later(minutes=AFTER_A_REFUSAL / timedelta(minutes=1))
    world.deliver(world.firm.key, follow, Rejected(code="4001"))

    assert check_of(world).customer_ids == ()
    assert check_of(world).not_before == world.now + CHECK_EVERY


def test_an_edit_that_a_check_sees_is_taken_over() -> None:
    """It is an observation like any other."""
    world = synced()
    world.edit_customer("58", phone="312")
    world.later(minutes=DAY)
    answer(world)

    answer(world)

    assert world.write().values == fields(phone="312")


def test_all_links_of_a_firm_are_gone_through_a_hundred_at_a_time() -> None:
    """Each of them once, and then not again for a day."""
    count = 2 * CLIENTS_A_CHECK + 5
    world = many(count)
    world.later(minutes=DAY)
    answer(world)

    asked = []
    while customers := check_of(world).customer_ids:
        asked.append(customers)
        answer(world)

    assert [len(customers) for customers in asked] == [100, 100, 5]
    assert len({each for customers in asked for each in customers}) == count
    assert check_of(world).not_before == world.now + CHECK_EVERY


def test_a_round_ends_where_the_clients_fill_their_last_check() -> None:
    """A hundred and no more: what follows finds nobody, and asks nobody."""
    world = many(CLIENTS_A_CHECK)
    world.later(minutes=DAY)
    answer(world)
    assert len(check_of(world).customer_ids) == CLIENTS_A_CHECK

    answer(world)

    assert check_of(world).not_before == world.now + CHECK_EVERY


def test_nobody_asks_for_who_is_not_linked_or_known_to_be_gone() -> None:
    """Only links can be wrong about a customer."""
    world = synced()
    world.know_customer("7", display_name="Frank")
    world.add_client("c-2", toggle=False, display_name="Frank")
    world.later(minutes=DAY)
    answer(world)
    assert check_of(world).customer_ids == ("58",)

    world.intent("unmatch", "c-1")
    world.settle()
    world.later(minutes=DAY)
    answer(world)

    assert check_of(world).customer_ids == ()
    assert check_of(world).not_before == world.now + CHECK_EVERY


def test_a_customer_that_was_unmatched_meanwhile_is_not_read() -> None:
    """Nobody waits for what became of it."""
    world = synced()
    world.later(minutes=DAY)
    answer(world)
    check = check_of(world)
    world.intent("unmatch", "c-1")

    world.deliver(world.firm.key, check, CustomersListed(customers=()))

    assert world.customer("58").reads == ()


def test_a_round_that_finds_nothing_writes_no_row_but_the_firms() -> None:
    """Nor does it show on anybody's timeline."""
    world = synced()
    world.later(minutes=DAY)

    for decision in (answer(world), answer(world)):
        assert (decision.verdict, decision.code) == (Verdict.APPLIED, "customers_checked")
        assert [row.key for row in decision.rows] == [world.firm.key]


@pytest.mark.parametrize("intent", ["pause", "disconnect"])
def test_nobody_is_asked_while_requests_stand_still(intent: str) -> None:
    """Paused it waits; disconnected, the check is withdrawn, and an answer under way is no longer awaited."""
    world = synced()
    world.later(minutes=DAY)
    answer(world)
    check = check_of(world)
    assert next_step(check, world.firm, None, world.now) == Send()
    world.intent(intent)

    assert next_step(check, world.firm, None, world.now) == Hold()

    late = world.deliver(world.firm.key, check, CustomersListed(customers=()))
    assert late.code == ("customers_checked" if intent == "pause" else "not_awaited")
    assert bool(world.customer("58").reads) == (intent == "pause")


def test_a_firm_that_was_connected_before_there_were_checks_gets_them_with_its_next_sweep() -> None:
    """Its row has none."""
    world = synced()
    without = tuple(effect for effect in world.firm.pending if not isinstance(effect, CheckCustomers))
    world.table.put(replace(world.firm, pending=without))

    world.later(minutes=16)
    world.settle()

    assert check_of(world).not_before is not None


def test_a_customer_that_went_before_anybody_saw_it_is_gone_too() -> None:
    """Customer 58 went into 99, which no read or listing had shown, and 99 was deleted before one could."""
    world = synced()
    world.notify("99", deleted="58", time=world.now)
    assert world.link().customer_id == "99"

    world.settle()

    assert (world.link().status, world.link().reason) == (LinkStatus.NOT_SYNCED, Reason.CUSTOMER_GONE)
    assert world.intent("restore", "c-1").code == "customer_gone"
    world.later(minutes=DAY)
    answer(world)
    assert check_of(world).customer_ids == ()
