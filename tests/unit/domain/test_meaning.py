"""When two values mean the same: nobody is asked, and where both sides have changed each keeps its own spelling."""

import pytest

from domain.agreed import Pair
from domain.countries import country_code
from domain.fields import Address, Field, Value
from domain.limits import in_step
from domain.meaning import alike, spelled_as_there
from domain.merge import merge
from domain.plan import overwriting
from domain.settings import ConflictPolicy
from tests.unit.domain.test_limits import client_with, customer_with

HOME = Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616", country="US")
RESPELLED = Address(
    line1="2119 S  Wallace St ", city="Chicago", region="IL", postal_code="60616", country="USA"
)

SAME: list[tuple[Field, Value, Value]] = [
    (Field.PHONE, "(312) 555-0100", "312-555-0100"),
    (Field.MOBILE, "+1 312 555 0100", "3125550100"),
    (Field.FAX, "312.555.0100 ext. 5", "(312) 555-0100 x5"),
    (Field.PHONE, "1-800-FLOWERS", "1 800 flowers"),
    (Field.EMAIL, "Kit@X.example", " kit@x.example"),
    (Field.ADDRESS, HOME, RESPELLED),
    (Field.LAST_NAME, "Nu\u0301n\u0303ez", "Núñez"),
    (Field.DISPLAY_NAME, "\ufeffBo  Larsen", "Bo Larsen"),
]
DIFFERENT: list[tuple[Field, Value, Value]] = [
    (Field.PHONE, "312 555 0100", "312 555 0101"),
    (Field.PHONE, "312 555 0100 x5", "312 555 01005"),
    (Field.PHONE, "312 555 0100", None),
    (Field.PHONE, "call Ann", "call Kim"),
    (Field.EMAIL, "kit@x.example", "kit@y.example"),
    (Field.DISPLAY_NAME, "kit catchpole", "Kit Catchpole"),
    (
        Field.ADDRESS,
        HOME,
        Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616"),
    ),
    (Field.ADDRESS, Address(country="Georgia"), Address(country="Germany")),
    (Field.ADDRESS, Address(country="Narnia"), Address(country="Oz")),
]


@pytest.mark.parametrize(("field", "left", "right"), SAME)
def test_another_spelling_is_no_edit(field: Field, left: Value, right: Value) -> None:
    """On neither side: nothing goes out, and nobody is asked although both spellings are new."""
    assert alike(field, left, right)
    assert alike(field, right, left)
    assert in_step(field, left, right)
    for agreed in (
        {},
        {field: Pair(right, left)},
        {field: Pair("before", "before")},
        {field: Pair(None, None)},
    ):
        merged = merge(
            client_with({field: left}), customer_with({field: right}), agreed, {}, ConflictPolicy.ALWAYS_ASK
        )
        assert (merged.to_quickbooks, merged.to_canopy, merged.undecided) == ({}, {}, ())


@pytest.mark.parametrize(("field", "left", "right"), DIFFERENT)
def test_what_a_person_would_tell_apart_is_different(field: Field, left: Value, right: Value) -> None:
    """An edit of a name's case alone is meant, and goes through."""
    assert not alike(field, left, right)
    assert not alike(field, right, left)


def test_an_edit_on_one_side_meets_a_respelling_on_the_other() -> None:
    """Only one of them changed anything."""
    client, customer = (
        client_with({Field.PHONE: "312 555 0199"}),
        customer_with({Field.PHONE: "312-555-0100"}),
    )
    agreed = {Field.PHONE: Pair("(312) 555-0100", "(312) 555-0100")}

    merged = merge(client, customer, agreed, {}, ConflictPolicy.ALWAYS_ASK)

    assert (merged.to_quickbooks, merged.undecided) == ({Field.PHONE: "312 555 0199"}, ())


def test_a_country_keeps_its_spelling_where_another_part_is_written() -> None:
    """Each side's own, both ways and in a match."""
    moved = Address(line1="1 High St", city="Chicago", region="IL", postal_code="60616", country="US")
    there = Address(
        line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616", country="USA"
    )
    expected = Address(line1="1 High St", city="Chicago", region="IL", postal_code="60616", country="USA")
    client, customer = client_with({Field.ADDRESS: moved}), customer_with({Field.ADDRESS: there})

    merged = merge(client, customer, {Field.ADDRESS: Pair(HOME, there)}, {}, ConflictPolicy.ALWAYS_ASK)

    assert merged.to_quickbooks == {Field.ADDRESS: expected}
    assert overwriting(client, customer) == {Field.ADDRESS: expected}
    assert spelled_as_there(Address(country="FR"), there) == Address(country="FR")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("U.S.A.", "US"),
        ("the Netherlands", "NL"),
        ("uk", "GB"),
        ("CAN", "CA"),
        ("Viet Nam", "VN"),
        ("IL-", None),
    ],
)
def test_a_country_is_known_by_its_codes_and_names(text: str, code: str | None) -> None:
    """By ISO 3166, and a few names in daily use."""
    assert country_code(text) == code


@pytest.mark.parametrize(("field", "left", "right"), [same for same in SAME if same[0] is not Field.ADDRESS])
def test_another_spelling_on_one_side_alone_travels_once(field: Field, left: Value, right: Value) -> None:
    """Somebody wanted it so. Where each side has its own spelling by now, nothing goes to and fro."""
    client, customer = client_with({field: right}), customer_with({field: left})

    merged = merge(client, customer, {field: Pair(right, right)}, {}, ConflictPolicy.ALWAYS_ASK)
    assert (merged.to_canopy, merged.undecided) == ({field: left}, ())
    answered = merge(client, customer, {field: Pair(right, left)}, {}, ConflictPolicy.ALWAYS_ASK)
    assert (answered.to_canopy, answered.to_quickbooks, answered.now_agreed) == ({}, {}, {})


def test_a_country_that_is_spelled_otherwise_does_not_travel() -> None:
    """Each side writes countries its own way."""
    client, customer = client_with({Field.ADDRESS: HOME}), customer_with({Field.ADDRESS: RESPELLED})
    spelled = Address(line1=RESPELLED.line1, city="Chicago", region="IL", postal_code="60616", country="US")

    merged = merge(client, customer, {Field.ADDRESS: Pair(HOME, spelled)}, {}, ConflictPolicy.ALWAYS_ASK)

    assert (merged.to_quickbooks, merged.to_canopy) == ({}, {Field.ADDRESS: spelled})
