"""Compares client, customer and what was agreed, field by field, and says which way each difference goes.

By what the values mean, where both sides have changed: nobody is asked which of two formats of one phone number stays.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from domain.agreed import Agreed, Pair
from domain.fields import Field, Value
from domain.ids import Side
from domain.limits import Sent, adapted, in_step
from domain.meaning import alike, spelled_as_there
from domain.remembered import ChangedAt
from domain.replacing import replace
from domain.settings import ConflictPolicy
from domain.snapshots import Client, Customer

TOO_CLOSE = timedelta(minutes=10)
"""Two edits nearer than this are not told apart: Canopy's clock and QuickBooks' can't be compared closer."""

Times = Mapping[Field, datetime]
"""Since when a side's present values stand, where they were seen to change."""

NOTHING_AGREED = Pair(None, None)
NOT_CHANGED = ChangedAt()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Where each differing field goes.

    `now_agreed`: both sides changed to the same, as far as each can write it. `lost`: fields whose other side also
    changed and gives way. `undecided`: a person must say.
    """

    to_quickbooks: Mapping[Field, Value]
    to_canopy: Mapping[Field, Value]
    now_agreed: Mapping[Field, Pair]
    lost: Mapping[Field, Value]
    undecided: tuple[Field, ...]

    def without(self, fields: Container[Field]) -> Self:
        """Leave out fields that are settled otherwise."""
        return replace(
            self,
            to_quickbooks={f: v for f, v in self.to_quickbooks.items() if f not in fields},
            to_canopy={f: v for f, v in self.to_canopy.items() if f not in fields},
            undecided=tuple(f for f in self.undecided if f not in fields),
        )


def merge(
    client: Client,
    customer: Customer,
    agreed: Agreed,
    changed_at: Mapping[Field, ChangedAt],
    policy: ConflictPolicy,
    uncompared: Container[Field] = (),
) -> Merged:
    """Compare three ways; pure and total over unchanged, ours, theirs, both alike, both different, cleared.

    `uncompared`: fields whose values were never compared before, so that neither side can be said to be the later one.
    """
    to_quickbooks: dict[Field, Value] = {}
    to_canopy: dict[Field, Value] = {}
    now_agreed: dict[Field, Pair] = {}
    lost: dict[Field, Value] = {}
    undecided: list[Field] = []
    for field in Field:
        pair = agreed.get(field, NOTHING_AGREED)
        ours, theirs = client.values.get(field), customer.values.get(field)
        if ours == pair.client and theirs == pair.customer:
            continue
        whose = _whose_edit(field, ours, theirs, pair)
        if whose == "nobody" and is_marked(field, customer) and ours not in (None, pair.client):
            whose = "canopy"
        if whose == "both":
            winner = (
                _uncompared_winner(policy)
                if field in uncompared
                else _winner(policy, changed_at.get(field, NOT_CHANGED))
            )
            if winner is not None:
                lost[field] = theirs if winner == "canopy" else ours
        elif whose == "nobody":
            now_agreed[field] = Pair(ours, theirs)
            continue
        else:
            winner = whose
        if winner == "canopy":
            to_quickbooks[field] = spelled_as_there(ours, theirs)
        elif winner == "quickbooks":
            to_canopy[field] = spelled_as_there(theirs, ours)
        else:
            undecided.append(field)
    return Merged(
        to_quickbooks=to_quickbooks,
        to_canopy=to_canopy,
        now_agreed=now_agreed,
        lost=lost,
        undecided=tuple(undecided),
    )


def is_marked(field: Field, customer: Customer) -> bool:
    """Say whether QuickBooks' mark of an inactive customer is left behind the name of an active one.

    It is no part of the name, so nobody's edit. But it goes with the next write of the name, which is not left out then.
    """
    return field is Field.DISPLAY_NAME and customer.write_back.marked_name is not None


def _whose_edit(field: Field, ours: Value, theirs: Value, pair: Pair) -> Side | Literal["both", "nobody"]:
    """Say whose edit has to travel. One that means nothing new travels if the other side has not changed at all."""
    spelled = _changed(ours != pair.client, theirs != pair.customer)
    if in_step(field, ours, theirs):
        carried = spelled_as_there(ours, theirs) if spelled == "canopy" else spelled_as_there(theirs, ours)
        there = theirs if spelled == "canopy" else ours
        is_there = carried == there or adapted("quickbooks", field, ours) == Sent(theirs)
        return "nobody" if spelled == "both" or is_there else spelled
    return _changed(not alike(field, ours, pair.client), not alike(field, theirs, pair.customer))


def _changed(client: bool, customer: bool) -> Side | Literal["both", "nobody"]:
    if client and customer:
        return "both"
    if client:
        return "canopy"
    return "quickbooks" if customer else "nobody"


def _winner(policy: ConflictPolicy, changed: ChangedAt) -> Side | None:
    match policy:
        case ConflictPolicy.CANOPY_WINS:
            return "canopy"
        case ConflictPolicy.QUICKBOOKS_WINS:
            return "quickbooks"
        case ConflictPolicy.ALWAYS_ASK:
            return None
        case ConflictPolicy.LATER_WINS:
            return _later(changed.client, changed.customer)


def _uncompared_winner(policy: ConflictPolicy) -> Side | None:
    """Ask rather than write into Canopy what nobody has seen."""
    return "canopy" if policy is ConflictPolicy.CANOPY_WINS else None


def _later(client: datetime | None, customer: datetime | None) -> Side | None:
    if client is None or customer is None or abs(client - customer) <= TOO_CLOSE:
        return None
    return "canopy" if client > customer else "quickbooks"


def since_when(
    client: tuple[Client, Times],
    customer: tuple[Customer, Times],
    agreed: Agreed,
    known: Mapping[Field, ChangedAt],
) -> dict[Field, ChangedAt]:
    """Say since when each side differs from what was agreed: the time of the first snapshot that showed the value.

    Of a value that nobody saw change, it is that of the snapshot that was first compared, which `known` remembers.
    """
    result: dict[Field, ChangedAt] = {}
    for field in Field:
        pair, before = agreed.get(field, NOTHING_AGREED), known.get(field, NOT_CHANGED)
        ours = client[0].values.get(field) != pair.client
        theirs = customer[0].values.get(field) != pair.customer
        if ours or theirs:
            result[field] = ChangedAt(
                client=client[1].get(field, before.client or client[0].changed_at) if ours else None,
                customer=customer[1].get(field, before.customer or customer[0].updated_at)
                if theirs
                else None,
            )
    return result
