"""Which differences between two linked records the log knows nothing of."""

from domain.fields import Field
from domain.limits import in_step
from domain.meaning import alike
from domain.rows import LinkRow, LinkStatus
from domain.snapshots import Client, Customer


def is_at_rest(link: LinkRow) -> bool:
    """Say whether a link is synced and nothing is on its way, so that a difference would have been seen."""
    return link.status is LinkStatus.SYNCED and not link.pending and link.customer_id is not None


def drifted_fields(link: LinkRow, client: Client, customer: Customer) -> tuple[Field, ...]:
    """Name the fields that differ, and of which nothing is held, wanted, undecided or agreed to differ."""
    known = {
        *link.held.to_quickbooks,
        *link.held.to_canopy,
        *link.drifted,
        *link.wanted,
        *link.changed_at,
        *link.uncompared,
        *link.not_kept.in_quickbooks,
        *link.not_kept.in_canopy,
    }
    return tuple(
        field
        for field in Field
        if field not in known
        and not in_step(field, client.values.get(field), customer.values.get(field))
        and not _is_agreed(link, field, client, customer)
    )


def _is_agreed(link: LinkRow, field: Field, client: Client, customer: Customer) -> bool:
    """Say whether it is a difference that both sides are known to keep, as where only the customer has a value."""
    pair = link.agreed.get(field)
    return (
        pair is not None
        and alike(field, pair.client, client.values.get(field))
        and alike(field, pair.customer, customer.values.get(field))
    )
