"""Whether a client can be matched with a customer, as the person saw it."""

from domain.ids import CustomerId
from domain.known import Known
from domain.link.free_customers import not_to_be_linked, unfit_for_a_match
from domain.refusals import Refusal
from domain.rows import LinkRow


def not_to_be_matched(known: Known, link: LinkRow, customer_id: CustomerId | None) -> Refusal | None:
    """Say why the client can't be matched with this customer; None: it can."""
    if link.write is not None:
        return Refusal("write_under_way")
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if not link.has_present_client:
        return Refusal("client_gone")
    row = known.customer(link.firm_id, customer_id) if customer_id is not None else None
    return not_to_be_linked(known, link.firm_id, row) or unfit_for_a_match(row)


def moved_since(known: Known, link: LinkRow, customer_id: CustomerId, token: int | None) -> Refusal | None:
    """Say that the customer is no longer as it was when it had this token; None: it is, or nobody says what they saw."""
    row = known.customer(link.firm_id, customer_id)
    now = row.customer.sync_token if row is not None and row.customer is not None else None
    return Refusal("stale") if token not in (None, now) else None


def either_moved_since(
    known: Known, link: LinkRow, client_version: int | None, customer_sync_token: int | None
) -> Refusal | None:
    """Say that the link's client or customer is no longer as it was seen; None: both are, or nobody says what they saw."""
    if link.client is not None and client_version not in (None, link.client.version):
        return Refusal("stale")
    if link.customer_id is None:
        return None
    return moved_since(known, link, link.customer_id, customer_sync_token)
