"""Every cell of the three-way comparison, under every policy."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from domain.agreed import Agreed, Pair
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId
from domain.merge import TOO_CLOSE, merge, since_when
from domain.remembered import ChangedAt
from domain.settings import ConflictPolicy
from domain.snapshots import Client, Customer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGREED: Agreed = {Field.EMAIL: Pair("a", "a")}
Way = Literal["none", "to_quickbooks", "to_canopy", "agreed", "asked"]


def client(value: Value, at: datetime = NOON) -> Client:
    """Give a client whose email is this."""
    values = {} if value is None else {Field.EMAIL: value}
    return Client(client_id=ClientId("c-1"), version=1, type="business", values=values, changed_at=at)


def customer(value: Value, at: datetime = NOON) -> Customer:
    """Give a customer whose email is this."""
    values = {} if value is None else {Field.EMAIL: value}
    return Customer(customer_id=CustomerId("58"), sync_token=0, values=values, created_at=NOON, updated_at=at)


def way(
    ours: Value, theirs: Value, policy: ConflictPolicy, changed: ChangedAt, agreed: Agreed = AGREED
) -> Way:
    """Say which way the email goes."""
    merged = merge(client(ours), customer(theirs), agreed, {Field.EMAIL: changed}, policy)
    ways: list[Way] = []
    if merged.to_quickbooks:
        assert merged.to_quickbooks == {Field.EMAIL: ours}
        ways.append("to_quickbooks")
    if merged.to_canopy:
        assert merged.to_canopy == {Field.EMAIL: theirs}
        ways.append("to_canopy")
    if merged.now_agreed:
        assert merged.now_agreed == {Field.EMAIL: Pair(ours, theirs)}
        ways.append("agreed")
    if merged.undecided:
        ways.append("asked")
    assert len(ways) <= 1
    return ways[0] if ways else "none"


LATER, ASK = ConflictPolicy.LATER_WINS, ConflictPolicy.ALWAYS_ASK
OURS, THEIRS = ConflictPolicy.CANOPY_WINS, ConflictPolicy.QUICKBOOKS_WINS
CLIENT_LATER = ChangedAt(client=NOON + TOO_CLOSE + timedelta(seconds=1), customer=NOON)
CUSTOMER_LATER = ChangedAt(client=NOON, customer=NOON + TOO_CLOSE + timedelta(seconds=1))


@pytest.mark.parametrize("policy", ConflictPolicy)
@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("a", "a", "none"),
        ("b", "a", "to_quickbooks"),
        ("a", "b", "to_canopy"),
        ("b", "b", "agreed"),
        (None, "a", "to_quickbooks"),
        ("a", None, "to_canopy"),
        (None, None, "agreed"),
    ],
)
def test_where_nothing_conflicts_the_policy_has_no_say(
    ours: Value, theirs: Value, expected: Way, policy: ConflictPolicy
) -> None:
    """One side changed or cleared: it wins. Both changed alike: agreed. None changed: nothing."""
    assert way(ours, theirs, policy, CLIENT_LATER) == expected


@pytest.mark.parametrize(("ours", "theirs"), [("b", "c"), (None, "c"), ("b", None)])
@pytest.mark.parametrize(
    ("policy", "changed", "expected"),
    [
        (LATER, CLIENT_LATER, "to_quickbooks"),
        (LATER, CUSTOMER_LATER, "to_canopy"),
        (LATER, ChangedAt(client=NOON, customer=NOON), "asked"),
        (LATER, ChangedAt(client=NOON + TOO_CLOSE, customer=NOON), "asked"),
        (LATER, ChangedAt(client=NOON, customer=NOON + TOO_CLOSE), "asked"),
        (LATER, ChangedAt(), "asked"),
        (OURS, CUSTOMER_LATER, "to_quickbooks"),
        (THEIRS, CLIENT_LATER, "to_canopy"),
        (ASK, CLIENT_LATER, "asked"),
        (ASK, CUSTOMER_LATER, "asked"),
    ],
)
def test_both_sides_changed_goes_by_the_policy(
    ours: Value, theirs: Value, policy: ConflictPolicy, changed: ChangedAt, expected: Way
) -> None:
    """Later wins, unless the edits lie within ten minutes; or one side always; or a person is asked always."""
    assert way(ours, theirs, policy, changed) == expected


@pytest.mark.parametrize(("policy", "loser"), [(OURS, "c"), (THEIRS, "b")])
def test_the_losing_value_is_kept(policy: ConflictPolicy, loser: Value) -> None:
    """What gave way is named, so that it can be put back."""
    merged = merge(client("b"), customer("c"), AGREED, {}, policy)

    assert merged.lost == {Field.EMAIL: loser}


def test_what_the_other_side_made_of_our_value_is_unchanged() -> None:
    """Agreed is a pair: each side is compared with its own half."""
    assert way(" a ", "a", LATER, ChangedAt(), {Field.EMAIL: Pair(" a ", "a")}) == "none"


def test_fields_are_merged_each_for_itself() -> None:
    """A question about one field holds that field only."""
    ours = Client(
        client_id=ClientId("c-1"),
        version=1,
        type="business",
        values={Field.EMAIL: "b", Field.PHONE: "1"},
        changed_at=NOON,
    )

    merged = merge(ours, customer("c"), AGREED, {}, ASK)

    assert merged.undecided == (Field.EMAIL,)
    assert merged.to_quickbooks == {Field.PHONE: "1"}


def test_a_fields_time_is_that_of_the_first_snapshot_that_showed_its_value() -> None:
    """Later snapshots that show the same value change nothing; one that shows another value starts anew."""
    later = NOON + timedelta(hours=1)
    first = since_when((client("b"), {Field.EMAIL: NOON}), (customer("a"), {}), AGREED, {})
    second = since_when((client("b", later), {Field.EMAIL: NOON}), (customer("a"), {}), AGREED, first)
    third = since_when((client("c", later), {Field.EMAIL: later}), (customer("a"), {}), AGREED, second)

    assert first == {Field.EMAIL: ChangedAt(client=NOON)}
    assert second == first
    assert third == {Field.EMAIL: ChangedAt(client=later)}


def test_a_value_that_nobody_saw_change_has_the_time_of_its_first_comparison() -> None:
    """Later snapshots of that side say nothing of this field."""
    later = NOON + timedelta(hours=1)

    first = since_when((client("b"), {}), (customer("c"), {}), AGREED, {})
    second = since_when((client("b", later), {}), (customer("c", later), {}), AGREED, first)

    assert first == second == {Field.EMAIL: ChangedAt(client=NOON, customer=NOON)}


def test_a_field_that_is_in_step_again_has_no_time() -> None:
    """An edit taken back is no edit."""
    known = {Field.EMAIL: ChangedAt(client=NOON)}

    assert since_when((client("a"), {Field.EMAIL: NOON}), (customer("a"), {}), AGREED, known) == {}
