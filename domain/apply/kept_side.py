"""One side's value stays, as a person says, and the other side gets it too."""

from collections.abc import Iterable

from domain.agreed import Pair
from domain.decision import Change
from domain.draft import Draft
from domain.fields import Field, together
from domain.ids import Side
from domain.link.allowed import granted
from domain.replacing import replace
from domain.rows import LinkRow


def keep_side(draft: Draft, link: LinkRow, side: Side, fields: Iterable[Field]) -> LinkRow:
    """Let one side's values stay: to the merge, it then looks as if only that side had changed.

    Whatever was agreed before does not count any more: one side may be back at it by now.
    """
    fields = tuple(fields)
    client = granted(link.client)
    customer = draft.customer_of(link)
    theirs = customer.customer.values if customer and customer.customer else {}
    agreed = dict(link.agreed)
    for each in fields:
        ours, other = client.values.get(each), theirs.get(each)
        stays, gives_way = (ours, other) if side == "canopy" else (other, ours)
        agreed[each] = Pair(gives_way, gives_way)
        loser: Side = "quickbooks" if side == "canopy" else "canopy"
        draft.note(Change(key=link.key, what="lost", side=loser, field=each, before=gives_way, after=stays))
    pushed = link.pushed
    if side == "canopy":
        pushed = replace(pushed, to_quickbooks=together(pushed.to_quickbooks, fields))
    else:
        pushed = replace(pushed, to_canopy=together(pushed.to_canopy, fields))
    return replace(link, agreed=agreed, pushed=pushed)
