"""What a match would do to a customer, field by field, as a person is shown it before they confirm it."""

from dataclasses import dataclass
from typing import Literal

from domain.fields import Field, Value
from domain.plan import overwriting
from domain.snapshots import Client, Customer
from domain.write_back import whole, with_the_rest

Fate = Literal["overwritten", "same", "spelled_differently", "kept"]
"""What becomes of QuickBooks' value. `kept`: Canopy has none. `spelled_differently`: both mean the same, and each
side keeps its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedField:
    """One field that either side has. `now` and `after`: all that stands there in QuickBooks, before and after."""

    field: Field
    client: Value
    now: Value
    after: Value
    fate: Fate


def reviewed(client: Client, customer: Customer) -> list[ReviewedField]:
    """Compare all fields by the same rule as the write."""
    written = overwriting(client, customer)
    lines = []
    for field in Field:
        ours, theirs = client.values.get(field), customer.values.get(field)
        if ours is None and theirs is None:
            continue
        now = whole(field, theirs, customer.write_back)
        after = with_the_rest(field, written[field], customer.write_back) if field in written else now
        lines.append(
            ReviewedField(
                field=field, client=ours, now=now, after=after, fate=_fate(ours, theirs, field in written)
            )
        )
    return lines


def _fate(ours: Value, theirs: Value, is_written: bool) -> Fate:
    if is_written:
        return "overwritten"
    if ours is None:
        return "kept"
    return "same" if ours == theirs else "spelled_differently"
