"""What each side takes in a field: adapted where nothing is lost, never cut, else a person is needed."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.quickbooks.mapping import create_body, update_body
from deploy.sandbox.quickbooks import fields as taken_by_quickbooks
from domain.agreed import Pair
from domain.fields import Address, Field, Value, Values
from domain.ids import ClientId, CustomerId
from domain.limits import (
    MOST_IN_CANOPY,
    MOST_IN_QUICKBOOKS,
    NAMES,
    CannotBeSent,
    Sent,
    adapted,
    as_written,
    in_step,
    nameless,
    not_taken,
)
from domain.merge import merge
from domain.settings import ConflictPolicy
from domain.snapshots import Client, Customer
from tests.unit.domain.world import World

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PARTS = ("line1", "line2", "city", "region", "postal_code", "country")
# What people paste: letters of all alphabets, emoji, blanks of all kinds, control and invisible characters, colons.
HOSTILE = " \t\r\n\x00\x07\x7f\x85\xa0\u2003\u2028\u200b\u200d\u202e\ufeff:;,@.<>\"'\\-éß李ש😀"
# What Unicode calls default ignorable besides format characters, and the Braille cell without dots.
FILLERS = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0",
    *map(chr, [0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]),
}
pieces = st.lists(st.sampled_from([*HOSTILE, "Ann", "Lee"]), min_size=1, max_size=20).map("".join)
texts = pieces | st.text(min_size=1, max_size=40)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 60))
mailboxes = st.sampled_from(["ann@example.com", " ann.lee@mail.example.com\n", "o'neil+tax@example.co"])
addresses = st.builds(Address, **dict.fromkeys(PARTS, st.none() | long_texts))
KINDS: dict[Field, st.SearchStrategy[Any]] = dict.fromkeys(Field, st.none() | long_texts)
KINDS |= {Field.EMAIL: mailboxes | texts, Field.ADDRESS: st.none() | addresses}
values = st.fixed_dictionaries({}, optional=KINDS)
written_in = st.sampled_from(list(Field)).flatmap(
    lambda field: st.tuples(st.just(field), addresses if field is Field.ADDRESS else long_texts | mailboxes)
)


def client_with(values: Values) -> Client:
    """A client that holds these."""
    return Client(client_id=ClientId("c-1"), version=1, type="individual", values=values, changed_at=NOON)


def customer_with(values: Values) -> Customer:
    """A customer that holds these."""
    return Customer(
        customer_id=CustomerId("58"), sync_token=0, values=values, created_at=NOON, updated_at=NOON
    )


def letters(value: Value) -> str:
    """All that a person reads in a value: no blank, no control character, and nothing else that is not seen."""
    texts = [getattr(value, part) for part in PARTS] if isinstance(value, Address) else [value]
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    return "".join(
        c for text in texts for c in text or "" if unicodedata.category(c) not in unseen and c not in FILLERS
    )


@given(written_in)
@example((Field.DISPLAY_NAME, "Lee:\tAnn\n"))
def test_what_is_written_is_written_the_same_again(given_: tuple[Field, Value]) -> None:
    """So that a value which came back, and is sent once more, changes nothing."""
    field, value = given_
    answer = adapted("quickbooks", field, value)

    if isinstance(answer, Sent):
        assert adapted("quickbooks", field, answer.value) == answer


@given(written_in)
@example((Field.FIRST_NAME, "a" * 101))
@example((Field.FIRST_NAME, " a" * 100))
def test_nothing_that_a_person_reads_is_lost(given_: tuple[Field, Value]) -> None:
    """Whatever is sent has all the letters of what the client holds; a colon of a name is a dash."""
    field, value = given_
    answer = adapted("quickbooks", field, value)

    if isinstance(answer, Sent):
        expected = letters(value).replace(":", "-") if field in NAMES else letters(value)
        assert letters(answer.value) == expected


@given(values)
@example(dict.fromkeys(Field, "Lee:\tAnn\n") | {Field.ADDRESS: Address(line1="1 High St\n")})
def test_quickbooks_takes_what_is_found_to_fit(given_: dict[Field, Value]) -> None:
    """The stand-in, which has its own code for Intuit's rules, refuses no body of values that fit."""
    fits = {field: value for field, value in given_.items() if field not in not_taken("quickbooks", given_)}

    taken_by_quickbooks.read(create_body(fits), by_person=False)
    taken_by_quickbooks.read(update_body(CustomerId("1"), 0, fits, None), by_person=False)


@given(written_in)
def test_an_adapted_value_is_no_change_and_comes_back_as_none(given_: tuple[Field, Value]) -> None:
    """Each side keeps its own spelling: after the write neither of them has anything to tell the other."""
    field, value = given_
    answer = adapted("quickbooks", field, value)
    if not isinstance(answer, Sent):
        return
    client, customer = client_with({field: value}), customer_with({field: answer.value})

    merged = merge(client, customer, {field: Pair(value, answer.value)}, {}, ConflictPolicy.LATER_WINS)

    assert (merged.to_quickbooks, merged.to_canopy, merged.undecided) == ({}, {}, ())
    assert in_step(field, value, answer.value)


@given(written_in)
def test_both_sides_typing_the_same_agree_though_each_spells_it_its_way(given_: tuple[Field, Value]) -> None:
    """A customer that holds what the client's value is adapted to is in step, with nothing agreed before."""
    field, value = given_
    answer = adapted("quickbooks", field, value)
    if not isinstance(answer, Sent):
        return
    client, customer = client_with({field: value}), customer_with({field: answer.value})

    merged = merge(client, customer, {}, {}, ConflictPolicy.ALWAYS_ASK)

    assert merged.now_agreed == {field: Pair(value, answer.value)}


@given(written_in)
def test_canopy_is_sent_what_quickbooks_holds_to_the_letter_or_nothing(given_: tuple[Field, Value]) -> None:
    """Canopy takes any text, so nothing is adapted on the way there."""
    field, value = given_

    answer = adapted("canopy", field, value)
    assert answer == Sent(value) or isinstance(answer, CannotBeSent)


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        (Field.DISPLAY_NAME, "Costa, Kim & Alessandro", "Costa, Kim & Alessandro"),
        (Field.DISPLAY_NAME, "  Lee\t Ann\r\n", "Lee Ann"),
        (Field.DISPLAY_NAME, "Lee: Ann", "Lee- Ann"),
        (Field.LAST_NAME, "Lee:Smith", "Lee-Smith"),
        (Field.COMPANY_NAME, "Lee: Accounting", "Lee: Accounting"),
        (Field.DISPLAY_NAME, "Ann\x00Lee\x7f", "Ann Lee"),
        (Field.DISPLAY_NAME, "Ann (deleted)", "Ann"),
        (Field.DISPLAY_NAME, "\ufeffAnn\u200b Lee\u3164", "Ann Lee"),
        (Field.DISPLAY_NAME, "<script>alert('x')</script>", "<script>alert('x')</script>"),
        (Field.DISPLAY_NAME, "👩\u200d👧 Lee", "👩\u200d👧 Lee"),
        (Field.DISPLAY_NAME, "שרה לוי", "שרה לוי"),
        (Field.PHONE, "(312) 555-0100 ext. 7", "(312) 555-0100 ext. 7"),
        (Field.PHONE, "call Dana", "call Dana"),
        (Field.EMAIL, " Ann.Lee@Example.com\n", "Ann.Lee@Example.com"),
        (Field.EMAIL, None, None),
        (Field.ADDRESS, Address(line1="1 High St\nFloor 2"), Address(line1="1 High St Floor 2")),
    ],
)
def test_a_value_is_sent_as_it_is_or_adapted_so_that_nothing_is_lost(
    field: Field, value: Value, sent: Value
) -> None:
    """White space and control characters become one blank, a colon in a name a dash; all else stays."""
    assert adapted("quickbooks", field, value) == Sent(sent)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        (Field.DISPLAY_NAME, None, CannotBeSent("must_not_be_empty")),
        (Field.DISPLAY_NAME, "\x00\t", CannotBeSent("shows_nothing")),
        (Field.DISPLAY_NAME, "\u200b\u202e ", CannotBeSent("shows_nothing")),
        (Field.PHONE, "(312) 555-0100, mornings only", None),
        (Field.PHONE, "(312) 555-0100, in the mornings", CannotBeSent("too_long", 30)),
        (Field.EMAIL, "ann@example.com, kim@example.com", CannotBeSent("not_an_email")),
        (Field.EMAIL, "ann@example.com,", CannotBeSent("not_an_email")),
        (Field.EMAIL, "ann@example.com\u200b", None),
        (Field.EMAIL, "ann\u200b@example.com", CannotBeSent("not_an_email")),
        (Field.EMAIL, "Ann Lee <ann@example.com>", CannotBeSent("not_an_email")),
        (Field.EMAIL, "ann..lee@example.com", CannotBeSent("not_an_email")),
        (Field.EMAIL, "ann@example", CannotBeSent("not_an_email")),
        (Field.EMAIL, "ann", CannotBeSent("not_an_email")),
        (
            Field.ADDRESS,
            Address(line1="1 High St", postal_code="6" * 31),
            CannotBeSent("too_long", 30, "postal_code"),
        ),
        (
            Field.ADDRESS,
            Address(line1="1 High St", line2="\x07"),
            CannotBeSent("shows_nothing", None, "line2"),
        ),
    ],
)
def test_what_does_not_fit_is_never_cut_and_needs_a_person(
    field: Field, value: Value, why: CannotBeSent | None
) -> None:
    """The reason says what is taken, and holds nothing of the value."""
    assert not_taken("quickbooks", {field: value}) == ({field: why} if why else {})


@pytest.mark.parametrize(("name", "most"), MOST_IN_QUICKBOOKS.items())
def test_the_longest_text_is_taken_and_one_more_character_is_not(name: str, most: int) -> None:
    """For every field and every part of an address."""
    for length, expected in ((most, True), (most + 1, False)):
        value: Any = "x" * (length - 12) + "@example.com" if name == Field.EMAIL else "x" * length
        field = Field(name) if name in list(Field) else Field.ADDRESS
        value = value if field is not Field.ADDRESS else Address(**{name: value})

        assert (not_taken("quickbooks", {field: value}) == {}) is expected


def test_what_is_longer_than_a_client_may_be_is_not_sent_to_canopy() -> None:
    """Five lines of a QuickBooks address make one of ours, which may be longer than an event of a client may hold."""
    assert not_taken("canopy", {Field.ADDRESS: Address(line2="x" * MOST_IN_CANOPY)}) == {}
    assert not_taken("canopy", {Field.ADDRESS: Address(line2="x" * (MOST_IN_CANOPY + 1))}) == {
        Field.ADDRESS: CannotBeSent("too_long", MOST_IN_CANOPY, "line2")
    }


def test_what_a_side_does_not_take_is_left_for_it_to_refuse() -> None:
    """A body is built of anything, also of what was planned by a version that knew less."""
    assert as_written("quickbooks", {Field.PHONE: "x" * 31, Field.FIRST_NAME: "A:B"}) == {
        Field.PHONE: "x" * 31,
        Field.FIRST_NAME: "A-B",
    }


def test_a_customer_needs_a_name_of_a_person_or_one_to_show() -> None:
    """QuickBooks makes a display name of the parts of a person's name, not of a company's."""
    assert nameless({Field.COMPANY_NAME: "Lee Ltd", Field.EMAIL: "ann@example.com"})
    assert not any(nameless({name: "Ann"}) for name in NAMES)


# ---- what the plan makes of it


def test_a_value_that_quickbooks_would_not_take_is_asked_about_before_anything_is_sent() -> None:
    """Nothing is cut, and nothing is sent to be refused; corrected in Canopy, the customer is created."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona", phone="1" * 31)

    link = world.link()
    assert link.problem is not None
    assert (link.problem.code, link.problem.fields, link.problem.detail) == (
        "value_not_taken",
        (Field.PHONE,),
        "too_long",
    )
    assert world.settle() == 0
    world.edit_client(phone="312")
    world.settle()
    assert world.link().status == "synced"


def test_an_edit_to_such_a_value_holds_that_field_and_lets_the_others_go() -> None:
    """The link stays synced with the rest."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona")
    world.settle()
    world.edit_client(phone="312", email="no mailbox")
    world.settle()

    (customer,) = world.quickbooks.customers.values()
    assert customer.values == {Field.DISPLAY_NAME: "Fiona", Field.PHONE: "312"}
    assert world.link().problem is not None
    assert world.link().problem.fields == (Field.EMAIL,)  # type: ignore[union-attr]


def test_a_match_with_such_a_value_waits_and_overwrites_nothing() -> None:
    """It goes on once the value is corrected."""
    world = World()
    world.know_customer("7", display_name="Fi")
    world.add_client(toggle=False, display_name="Fiona", email="no mailbox")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.settle()
    assert world.quickbooks.customers[CustomerId("7")].values == {Field.DISPLAY_NAME: "Fi"}

    world.edit_client(email="fiona@example.com")
    world.settle()
    assert world.link().status == "synced"


def test_what_was_adapted_is_no_difference() -> None:
    """A colon in Canopy is a dash in QuickBooks, and a match of the two writes nothing."""
    world = World()
    world.know_customer("7", display_name="A-B")
    world.add_client(toggle=False, display_name="A:B")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    assert world.settle() == 0
    assert (world.link().status, world.quickbooks.writes) == ("synced", 0)


def test_a_client_that_nothing_names_is_asked_about() -> None:
    """QuickBooks makes no customer of a company's name alone."""
    world = World()
    world.add_client(toggle=True, company_name="Grady Plumbing LLC")
    assert world.link().problem is not None
    assert world.link().problem.fields == (Field.DISPLAY_NAME,)  # type: ignore[union-attr]
