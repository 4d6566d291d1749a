"""From a line of the timeline people are offered what would not be refused now, and nothing else."""

from dataclasses import replace
from typing import Any

from adapters.store.views import HistoryLine, PastLink
from adapters.web.console.line_offers import LineOffers
from domain.decision import Change
from domain.fields import Address, Field, Value
from domain.ids import ClientId, CustomerId, RealmId
from domain.problem import Problem
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason
from domain.snapshots import Customer
from domain.table import Table
from tests.unit.web.test_status import FIRM, NOW, SYNCED
from tests.unit.web.test_timeline import line

APART = replace(SYNCED, status=LinkStatus.NOT_SYNCED, reason=Reason.UNMATCHED, customer_id=None)


def customer(**values: Value) -> CustomerRow:
    known = {Field(name): value for name, value in values.items()}
    seen = Customer(customer_id=CustomerId("58"), sync_token=0, values=known, created_at=NOW, updated_at=NOW)
    return CustomerRow(firm_id=FIRM.firm_id, customer_id=CustomerId("58"), customer=seen)


def around(*rows: Any) -> Table:
    table = Table()
    for row in (FIRM, *rows):
        table.put(row)
    return table


def change(what: Any = "sent", before: Value = "old", name: Field = Field.PHONE) -> Change:
    return Change(key=SYNCED.key, what=what, side="quickbooks", field=name, before=before, after="new")


def offers(link: LinkRow, *rows: Any, realm: str = "91") -> LineOffers:
    past = PastLink(customer_id=CustomerId("58"), agreed={}, realm_id=RealmId(realm))
    return LineOffers(around(*rows), link, {CustomerId("58"): past})


def test_a_value_that_was_replaced_can_be_put_back() -> None:
    """Sent over, or given way; an address in its parts; not what was empty, was only seen, or stands there again."""
    synced = offers(SYNCED, customer(phone="new"))
    address = Address(line1="1 Elm St")

    assert synced.put_back(change()) == {"field": "phone", "value": "old"}
    assert synced.put_back(change("lost")) == {"field": "phone", "value": "old"}
    assert (synced.put_back(change(before=address, name=Field.ADDRESS)) or {})["value"]["line1"] == "1 Elm St"
    assert synced.put_back(change(before=None)) is None
    assert synced.put_back(change("seen")) is None
    assert SYNCED.client is not None
    back = replace(SYNCED, client=replace(SYNCED.client, values={Field.PHONE: "old"}))
    assert offers(back, customer(phone="old")).put_back(change()) is None


def test_nothing_is_put_back_that_would_be_refused() -> None:
    """While a question is open, and once it is apart."""
    question = Problem(id="q-1", code="both_changed", since=NOW, resume="synced", fields=(Field.EMAIL,))
    asked = replace(SYNCED, status=LinkStatus.NEEDS_ATTENTION, problem=question)

    assert offers(asked, customer()).put_back(change()) is None
    assert offers(APART, customer()).put_back(change()) is None


def test_a_link_that_is_apart_can_return_to_where_it_had_a_customer() -> None:
    """Unless it is linked, another has that customer, or another company is connected by now."""
    then: HistoryLine = line("client_edited")
    taken = replace(SYNCED, client_id=ClientId("c-2"))

    assert offers(APART, customer()).restore(then)
    assert not offers(APART, customer()).restore(line("unmatch", row=APART))
    assert not offers(SYNCED, customer()).restore(then)
    assert not offers(APART, customer(), taken).restore(then)
    assert not offers(APART, customer(), realm="92").restore(then)
    assert not LineOffers(around(customer()), APART).restore(then)


def test_an_answer_is_taken_back_from_its_own_line_alone() -> None:
    """By the version that it left; no other line has that Undo."""
    link = replace(SYNCED, version=9)
    answered = replace(line("answer"), version=7)

    told = LineOffers(around(), link, undone=[7])

    assert told.undo_answer(answered)
    assert not told.undo_answer(replace(answered, version=8))
    assert not told.undo_answer(replace(answered, code="match"))
    assert not LineOffers(around(), link).undo_answer(answered)


def test_what_was_left_is_held_again_from_its_own_line_alone() -> None:
    """By the version that it left; no other line has that Undo."""
    link = replace(SYNCED, version=9)
    left = replace(line("leave_both"), version=7)

    told = LineOffers(around(), link, held_again=[7])

    assert told.hold_again(left)
    assert not told.hold_again(replace(left, version=8))
    assert not told.hold_again(replace(left, code="push"))
    assert not LineOffers(around(), link).hold_again(left)
