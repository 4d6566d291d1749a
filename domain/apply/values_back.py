"""Taking a match back: QuickBooks gets the values that the match replaced, and then the two are apart.

The write is sent like any other that a person asked for. Only its end takes the link apart, whatever that is: nobody who
unmatches waits for a value that QuickBooks won't take, and what it did not take is named.
"""

from domain.apply.not_kept import agreed_with_customer, not_kept
from domain.apply.unmatching import finish
from domain.draft import Draft
from domain.effects import UpdateCustomer
from domain.fields import Values
from domain.link.allowed import granted
from domain.link.transitions import begin_unmatch
from domain.meaning import alike
from domain.outcomes import CustomerMoved, CustomerSaved, Failed, Result, Unconfirmed
from domain.planned_writes import update_customer
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Customer


def put_values_back(draft: Draft, link: LinkRow, values: Values) -> LinkRow:
    """Begin to take a match back."""
    row = granted(draft.customer_of(link))
    write = _write(draft, link, granted(row.customer), values)
    link = replace(link, since=draft.now, actor=draft.cause.actor, choice="off", waiting=None)
    return begin_unmatch(link, write)


def values_came_back(draft: Draft, link: LinkRow, effect: UpdateCustomer, result: Result) -> LinkRow:
    """Take the link apart; or write once more what was not kept, or what somebody's edit of something else came between."""
    match result:
        case CustomerSaved(customer=customer):
            missed = not_kept("quickbooks", effect.values, customer.values)
            if missed and not effect.whole:
                link = replace(link, not_kept=link.not_kept.replaced("quickbooks", missed))
                return _again(draft, link, customer, {field: effect.values[field] for field in missed})
            # As if only Canopy had changed since: an undo sends its values again.
            agreed = agreed_with_customer(link.agreed, effect.values, customer.values)
            return finish(draft, replace(link, agreed=agreed), not_put_back=missed)
        case CustomerMoved(customer=customer):
            as_before = _untouched(link, effect.values, customer)
            if as_before:
                return _again(draft, link, customer, as_before)
            return finish(draft, link, not_put_back=tuple(effect.values))
        case Unconfirmed() | Failed():
            return finish(draft, link, unconfirmed=tuple(effect.values))
        case _:
            return finish(draft, link, not_put_back=tuple(effect.values))


def _untouched(link: LinkRow, values: Values, customer: Customer) -> Values:
    """Leave out what somebody has edited meanwhile: that stays as they made it."""
    return {
        field: value
        for field, value in values.items()
        if (pair := link.agreed.get(field)) is not None
        and alike(field, pair.customer, customer.values.get(field))
    }


def _again(draft: Draft, link: LinkRow, customer: Customer, values: Values) -> LinkRow:
    return replace(link, pending=(_write(draft, link, customer, values), *link.reads))


def _write(draft: Draft, link: LinkRow, customer: Customer, values: Values) -> UpdateCustomer:
    planned = update_customer(
        draft, replace(link, tried=(), pending=(), problem=None), customer, values, asked_by="person"
    )
    write = planned.write
    return granted(write if isinstance(write, UpdateCustomer) else None)
