"""Which values a match replaced in QuickBooks and still stand there as it wrote them: those that can be put back with an unmatch.

What somebody has edited since stays as they made it, on either side.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.codes import RefusalCode, is_refusal
from domain.decision import Change, Verdict
from domain.fields import Field, Value, Values
from domain.foresight import foresee
from domain.ids import EffectId
from domain.inputs import Unmatch
from domain.limits import in_step
from domain.link.offers import NOT_SENT
from domain.meaning import alike
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.snapshots import Customer
from domain.table import Table

Replaced = Mapping[Field, tuple[Value, Value]]
"""What a match wrote over in QuickBooks: of each field what stood there before, and what it wrote."""

NOTHING_REPLACED: Replaced = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenUnmatch:
    """What an unmatch that puts values back comes to. `replaced`: what stands in QuickBooks as the match wrote it.

    `writes`: what QuickBooks would be given; `refusal`: why it would not be. `customer_sync_token`: as of when it was looked at.
    """

    replaced: Replaced
    writes: Values
    refusal: Refusal | None
    customer_sync_token: int | None


def is_of_match(link: LinkRow) -> bool:
    """Say whether a link is being matched, or waits for an answer before that goes on."""
    return link.resume == "matching" or (link.problem is not None and link.problem.resume == "matching")


def replaced_by(changes: Iterable[Change]) -> Replaced:
    """Tell what a match replaced. `changes`: those of its decisions, in their order."""
    replaced: dict[Field, tuple[Value, Value]] = {}
    for each in changes:
        if each.what == "sent" and each.side == "quickbooks":
            before, _ = replaced.get(each.field, (each.before, None))
            replaced[each.field] = before, each.after
    return replaced


def still_standing(replaced: Replaced, customer: Customer | None) -> Replaced:
    """Leave out what somebody has edited since, and what means the same as before."""
    values = customer.values if customer is not None else {}
    return {
        field: (before, written)
        for field, (before, written) in replaced.items()
        if in_step(field, written, values.get(field)) and not alike(field, before, values.get(field))
    }


def values_back(replaced: Replaced, customer: Customer | None) -> Values:
    """Say what is to stand in QuickBooks again."""
    return {field: before for field, (before, _) in still_standing(replaced, customer).items()}


def foresee_unmatch(
    table: Table, link: LinkRow, replaced: Replaced, at: datetime, started: Container[EffectId]
) -> ForeseenUnmatch:
    """Decide the unmatch with values back on rows that nobody else sees, which then hold what it would leave."""
    known = table.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    customer = known.customer if known is not None else None
    token = customer.sync_token if customer is not None else None
    standing = still_standing(replaced, customer)
    intent = Unmatch(
        firm_id=link.firm_id,
        client_id=link.client_id,
        intent_id=NOT_SENT,
        link_version=link.version,
        customer_sync_token=token,
        values_back=values_back(replaced, customer),
    )
    told = foresee(table, intent, at, started)
    done = told.verdict is Verdict.APPLIED
    code: RefusalCode = told.code if is_refusal(told.code) else "stale"
    return ForeseenUnmatch(
        replaced=standing,
        # Where nothing goes back, what is written is what was under way before.
        writes=told.writes.get("quickbooks", {}) if done and standing else {},
        refusal=None if done else Refusal(code, told.facts),
        customer_sync_token=token,
    )
