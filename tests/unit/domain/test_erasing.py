"""A person is erased: the values go, what was decided stays, and nothing that is told late brings them back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from domain.decision import Change, Verdict
from domain.erasure import change_without_values, is_erased, past_without_values
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.link.states import state_of
from domain.outcomes import Unconfirmed
from domain.remembered import Erased
from domain.rows import CustomerRow, LinkRow, Row
from domain.settings import ConflictPolicy
from domain.snapshots import Client
from tests.states.states import both_changed
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.undoing import answered, take_back
from tests.unit.domain.world import FIRM, World

CANARY = "Wilhelmina Quackenbush"
VALUES: dict[str, Any] = {
    "display_name": CANARY,
    "email": "wilhelmina.quackenbush@example.com",
    "phone": "312-555-0188",
}


def text(row: Row) -> str:
    """Write all that a row holds."""
    return orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS, default=dict).decode()


def holds_nothing_of_it(row: Row) -> bool:
    """Look for each value in a row."""
    return not any(value in text(row) for value in VALUES.values())


def deleted(world: World, client: str = "c-1") -> Client:
    """The client is deleted in Canopy, and we hear of it."""
    known = world.canopy.clients[ClientId(client)]
    gone = replace(known, version=known.version + 1, changed_at=world.now, presence="deleted")
    world.hear(gone, "deleted")
    return gone


def synced() -> World:
    """A world with a client that is synced with a customer of the same values."""
    world = World()
    world.add_client(**VALUES)
    world.settle()
    assert world.link().status == "synced"
    return world


def erased() -> World:
    """The same, deleted in Canopy and erased."""
    world = synced()
    deleted(world)
    assert world.intent("erase", "c-1", reason="asked by letter").code == "erase"
    return world


def test_the_values_go_from_client_and_customer_and_what_was_decided_stays() -> None:
    """Both rows say when and by whom; the link is as it was: not synced, since the client was deleted."""
    world = synced()
    customer = world.link().customer_id
    assert customer is not None
    deleted(world)

    decision = world.intent("erase", "c-1", reason="asked by letter")

    assert (decision.verdict, decision.facts) == (Verdict.APPLIED, {"customer_id": customer})
    link, row = world.link(), world.customer(customer)
    assert holds_nothing_of_it(link)
    assert holds_nothing_of_it(row)
    assert (link.status, link.reason, link.former, link.because) == (
        "not_synced",
        "client_deleted",
        None,
        None,
    )
    assert row.customer is None
    assert link.erased == row.erased == Erased(at=world.now, by="user:dana")


def test_what_canopy_still_has_is_not_erased() -> None:
    """Neither while it is synced, unmatched nor archived: the next event or listing would bring it back."""
    world = synced()
    assert world.intent("erase", "c-1").code == "client_present"
    world.intent("unmatch", "c-1")
    assert world.intent("erase", "c-1").code == "client_present"
    known = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(known, version=known.version + 1, presence="archived"), "archived")
    assert world.intent("erase", "c-1").code == "client_present"
    assert CANARY in text(world.link())


def test_work_that_is_under_way_comes_first() -> None:
    """A write that may be on its way, a look at the client and a read of the customer each bring values back."""
    world = synced()
    world.edit_client(email="w@example.com")
    write = world.begin(world.write())
    gone = deleted(world)
    assert world.intent("erase", "c-1").code == "write_under_way"
    world.deliver(world.link().key, write, world.carry_out(write))
    world.settle()

    older = replace(gone, version=gone.version - 1, changed_at=world.now + timedelta(minutes=1))
    world.hear(replace(older, presence="present"))
    assert world.link().looks_at_canopy
    assert world.intent("erase", "c-1").code == "client_being_read"

    world = synced()
    customer = world.link().customer_id
    assert customer is not None
    deleted(world)
    world.quickbooks.edit(customer, world.now, {Field.FAX: "312-555-0189"})
    world.notify(customer)
    assert world.intent("erase", "c-1").code == "customer_being_read"
    world.settle()
    assert world.intent("erase", "c-1").code == "erase"


def test_a_firm_that_disconnected_can_erase_too() -> None:
    """No link is taken apart then, so the client still has its customer when it is deleted; both are erased."""
    for question in (False, True):
        world = synced()
        customer = world.link().customer_id
        assert customer is not None
        if question:
            world.switch(conflicts=ConflictPolicy.ALWAYS_ASK)
            world.edit_client(fax="312-555-0100")
            world.edit_customer(customer, fax="312-555-0101")
            world.settle()
        assert (world.link().status == "needs_attention") is question
        world.intent("disconnect")
        deleted(world)
        decision = world.intent("erase", "c-1", reason="asked by letter")
        assert (decision.code, decision.facts) == ("erase", {"customer_id": customer})
        link = world.link()
        assert (link.status, link.reason, link.customer_id, link.former) == (
            "not_synced",
            "client_deleted",
            None,
            None,
        )
        assert link.problem is None
        assert holds_nothing_of_it(link)
        assert holds_nothing_of_it(world.customer(customer))
        assert world.intent("erase", "c-1").code == "already_erased"


def test_customers_that_were_merged_into_it_go_too() -> None:
    """They are the same person's, one into the other; not one that another client had last, nor one that stands alone."""
    world = synced()
    first = world.link().customer_id
    assert first is not None
    world.know_customer("80", display_name="Bob Costa")
    world.add_client("c-2", toggle=False, display_name="Bob Costa")
    world.intent("match", "c-2", customer_id=CustomerId("80"))
    world.settle()
    world.intent("unmatch", "c-2")
    world.know_customer("70", display_name="W. Q.", email=VALUES["email"])
    world.know_customer("71", display_name="Wilhelmina Q.", phone=VALUES["phone"])
    world.know_customer("90", display_name="Ludwig Lindqvist")
    world.settle()
    for loser, survivor in ((first, "70"), ("80", "70"), ("70", "71")):
        del world.quickbooks.customers[CustomerId(loser)]
        world.quickbooks.edit(CustomerId(survivor), world.now, {})
        world.notify(survivor, deleted=loser)
        world.settle()
    assert world.link().customer_id == "71"
    deleted(world)
    world.settle()

    assert world.intent("erase", "c-1").facts == {"customer_id": "71"}
    for gone in (first, "70", "71"):
        assert holds_nothing_of_it(world.customer(gone))
        assert world.customer(gone).customer is None
    assert world.customer(first).merged_into == "70"
    for other in ("80", "90"):
        assert world.customer(other).erased is None
        assert world.customer(other).customer is not None


def test_the_reason_stays_so_it_must_not_name_the_person() -> None:
    """By whole words, in any case; a short value, as one letter, stands in words by chance."""
    world = synced()
    deleted(world)
    for reason in (f"{CANARY.upper()} wrote to us", f"see {VALUES['email']}"):
        assert world.intent("erase", "c-1", reason=reason).code == "reason_names_person"
    assert world.intent("erase", "c-1", reason="letter of November 3").code == "erase"


def test_what_is_told_late_brings_nothing_back() -> None:
    """An edit of before and the deletion once more; only something newer, which Canopy has then, is held again."""
    world = erased()
    held = world.canopy.clients[ClientId("c-1")]

    assert world.hear(held).code == "older_version"
    gone = replace(held, version=held.version + 1, presence="deleted")
    assert world.hear(gone, "deleted").code == "already_known"
    assert holds_nothing_of_it(world.link())
    assert world.link().pending == ()

    world.hear(replace(held, version=held.version + 2, changed_at=world.now), "restored")
    assert world.link().client is not None
    assert CANARY in text(world.link())
    assert world.link().status == "not_synced"
    assert world.intent("restore", "c-1").code == "nothing_to_restore"


def test_a_customer_that_quickbooks_tells_of_again_is_known_and_becomes_no_client() -> None:
    """Created since the connect, it would be taken for a new one; and nothing is matched with what nobody has seen."""
    world = synced()
    customer = world.link().customer_id
    assert customer is not None
    deleted(world)
    world.intent("erase", "c-1")
    world.add_client("c-2", toggle=False, display_name="Another")
    assert world.intent("match", "c-2", customer_id=customer).code == "customer_unknown"

    world.edit_customer(customer, fax="312-555-0189")
    world.settle()

    assert CANARY in text(world.customer(customer))
    assert len(world.canopy.clients) == 2
    assert world.intent("match", "c-2", customer_id=customer).code == "match"


def test_a_customer_that_another_client_has_by_now_is_left_to_it() -> None:
    """Matched since, or unmatched from it and yet to be put back: the values are that client's."""
    for unmatched in (False, True):
        world = synced()
        customer = world.link().customer_id
        assert customer is not None
        deleted(world)
        world.add_client("c-2", toggle=False, display_name="Another")
        world.intent("match", "c-2", customer_id=customer)
        world.settle()
        if unmatched:
            world.intent("unmatch", "c-2")

        decision = world.intent("erase", "c-1")

        assert decision.facts == {"customer_kept": customer}
        assert world.customer(customer).customer is not None
        assert holds_nothing_of_it(world.link())


def test_erased_is_erased_once() -> None:
    """The second time there is nothing; unless the client came back, and went again."""
    world = erased()
    again = world.intent("erase", "c-1")
    assert (again.verdict, again.code) == (Verdict.REFUSED, "already_erased")
    held = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(held, version=9, changed_at=world.now), "restored")
    world.hear(replace(held, version=10, changed_at=world.now, presence="deleted"), "deleted")
    assert world.intent("erase", "c-1").code == "erase"
    assert holds_nothing_of_it(world.link())


def test_past_states_are_emptied_and_can_still_be_read() -> None:
    """Each state that a link and its customer ever had: the same but for values, and a state that a link can have."""
    world = World()
    world.add_client(**VALUES)
    world.settle()
    world.intent("unmatch", "c-1")
    world.intent("restore", "c-1", reason=f"{CANARY} called")
    world.settle()
    world.edit_client(**VALUES | {"email": "other@example.com"})
    world.settle()
    world.quickbooks.add(world.now, {Field.DISPLAY_NAME: "Taken"}, "77")
    world.edit_client(display_name="Taken")
    world.settle()
    mark = Erased(at=world.now + timedelta(hours=1), by="user:dana")
    decided = [row for decision in world.decisions for row in decision.rows]
    rows = [row for row in decided if isinstance(row, LinkRow | CustomerRow)]
    assert any(CANARY in text(row) for row in rows)
    assert any(isinstance(row, LinkRow) and row.problem for row in rows)

    for row in rows:
        past = past_without_values(row, mark)
        assert not any(value in text(past) for value in (*VALUES.values(), "Taken", "other@example.com"))
        assert (past.version, past.key, len(past.pending)) == (row.version, row.key, len(row.pending))
        assert is_erased(past, world.now)
        if isinstance(past, LinkRow) and isinstance(row, LinkRow):
            assert type(state_of(past)) is type(state_of(row))
            assert past.customer_id == row.customer_id


def test_the_past_of_an_answer_that_was_being_taken_back_is_emptied() -> None:
    """It stood in the link's row, with what both sides had had before."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    take_back(world, settled)
    row = world.link()
    assert row.undoing is not None

    past = past_without_values(row, Erased(at=world.now, by="user:dana"))

    assert "@example.com" not in text(past)
    assert isinstance(past, LinkRow)
    assert past.undoing is not None
    assert past.undoing.version == settled.version


def test_the_past_of_a_create_whose_answer_was_lost_is_emptied() -> None:
    """It stood in the customer's row, with all that was sent."""
    world = World()
    appears(world, **VALUES)
    world.deliver(world.customer("7").key, world.begin(create_of(world)), Unconfirmed())
    row = world.customer("7")
    assert row.lost_create is not None

    past = past_without_values(row, Erased(at=world.now, by="user:dana"))

    assert holds_nothing_of_it(past)
    assert isinstance(past, CustomerRow)
    assert past.lost_create is not None


def test_a_line_of_the_timeline_keeps_which_field_changed() -> None:
    """And on which side; not from what to what."""
    change = Change(
        key=LinkRow(firm_id=FIRM, client_id=ClientId("c-1")).key,
        what="seen",
        side="quickbooks",
        field=Field.EMAIL,
        before="a",
        after="b",
        whole_before="a, c",
        whole_after="b, c",
    )
    assert change_without_values(change) == replace(
        change, before=None, after=None, whole_before=None, whole_after=None
    )


def test_a_customer_that_was_never_linked_has_nothing_to_do_with_it() -> None:
    """A client that never had one is erased alone."""
    world = World()
    world.know_customer("58", display_name=CANARY)
    world.add_client(toggle=False, **VALUES)
    deleted(world)
    assert world.intent("erase", "c-1").facts == {}
    assert world.customer(CustomerId("58")).customer is not None
