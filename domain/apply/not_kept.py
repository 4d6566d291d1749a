"""A side that says yes to a write and keeps another value: it is not believed that both are in step.

QuickBooks is known to leave a field alone where an update of single fields clears it. So the value is written once more,
with all of the record, as it was just read. Kept neither way, or by Canopy not the second time, it is a question.
"""

from domain.agreed import Agreed, Pair
from domain.draft import Draft
from domain.effects import UpdateCustomer, Write
from domain.fields import Field, Values, together
from domain.ids import Side
from domain.limits import as_written
from domain.link.transitions import ask
from domain.meaning import alike
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus


def not_kept(side: Side, sent: Values, answered: Values) -> tuple[Field, ...]:
    """Name the fields that were sent and are answered with something else, by what it means."""
    written = as_written(side, sent)
    return tuple(
        field for field in Field if field in sent and not alike(field, written[field], answered.get(field))
    )


def agreed_with_customer(agreed: Agreed, sent: Values, answered: Values) -> Agreed:
    """Agree on what was sent and how QuickBooks spells it; of what it did not keep, only Canopy's side is new."""
    missed = not_kept("quickbooks", sent, answered)
    theirs = {field: answered.get(field) for field in sent}
    return {
        **agreed,
        **{f: Pair(theirs[f] if f in missed else value, theirs[f]) for f, value in sent.items()},
    }


def agreed_with_client(agreed: Agreed, sent: Values, answered: Values) -> Agreed:
    """Agree on what was sent and how Canopy spells it; of what it did not keep, only QuickBooks' side is new."""
    missed = not_kept("canopy", sent, answered)
    ours = {field: answered.get(field) for field in sent}
    return {**agreed, **{f: Pair(ours[f], ours[f] if f in missed else value) for f, value in sent.items()}}


def with_what_was_not_kept(
    draft: Draft, link: LinkRow, effect: Write, side: Side, answered: Values
) -> LinkRow:
    """Remember which fields were not kept, so that they are written in another way, or ask a person."""
    missed = not_kept(side, effect.values, answered)
    before = link.not_kept
    others = tuple(field for field in before.on(side) if field not in effect.values)
    link = replace(link, not_kept=before.replaced(side, together(others, missed)))
    tried_all = (
        effect.whole if isinstance(effect, UpdateCustomer) else any(f in before.on(side) for f in missed)
    )
    if not missed or not tried_all or link.problem is not None or link.status is not LinkStatus.SYNCED:
        return link
    problem = draft.question(
        link.key,
        "not_kept",
        "synced",
        fields=missed,
        detail=side,
    )
    wanted = {field: value for field, value in link.wanted.items() if field not in missed}
    return replace(ask(link, problem), wanted=wanted)
