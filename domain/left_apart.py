"""What was held before both sides were left as they are, and what of it still stands as it was left: only that is held again."""

from domain.agreed import Pair
from domain.fields import Field, Values, together
from domain.refusals import Refusal
from domain.remembered import ChangedAt, Held, LeftApart
from domain.replacing import replace
from domain.rows import LinkRow

NOTHING = Refusal("nothing_to_hold_again")
_NOT_AGREED = Pair(None, None)
_NOT_CHANGED = ChangedAt()


def left_apart(before: LinkRow, after: LinkRow) -> LeftApart | Refusal:
    """Tell from the history of a link how it was before both sides were left as they are. `before`, `after`: the link around that."""
    if before.customer_id is None:
        return NOTHING
    fields = together(before.held.to_quickbooks, before.held.to_canopy)
    return LeftApart(
        version=after.version,
        customer_id=before.customer_id,
        held=before.held,
        drifted=before.drifted,
        stands={each: after.agreed.get(each, _NOT_AGREED) for each in fields},
        agreed={each: before.agreed.get(each, _NOT_AGREED) for each in fields},
        changed_at={each: before.changed_at.get(each, _NOT_CHANGED) for each in fields},
        uncompared=tuple(each for each in before.uncompared if each in fields),
    )


def still_left(link: LinkRow, left: LeftApart, client: Values, customer: Values) -> LeftApart | None:
    """Leave out what was edited, agreed or chosen since; None: nothing is left. `client`, `customer`: what stands there now."""
    fields = {
        each
        for each, stands in left.stands.items()
        if Pair(client.get(each), customer.get(each)) == link.agreed.get(each, _NOT_AGREED) == stands
    }
    return _only(left, fields) if fields else None


def _only(left: LeftApart, fields: set[Field]) -> LeftApart:
    return replace(
        left,
        held=Held(
            to_quickbooks=tuple(each for each in left.held.to_quickbooks if each in fields),
            to_canopy=tuple(each for each in left.held.to_canopy if each in fields),
        ),
        drifted=tuple(each for each in left.drifted if each in fields),
        stands={each: left.stands[each] for each in left.stands if each in fields},
        agreed={each: left.agreed.get(each, _NOT_AGREED) for each in left.stands if each in fields},
        changed_at={each: left.changed_at.get(each, _NOT_CHANGED) for each in left.stands if each in fields},
        uncompared=tuple(each for each in left.uncompared if each in fields),
    )
