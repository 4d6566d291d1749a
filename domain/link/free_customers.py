"""Which customers a client can be given: by a match, a restore, or a client that is made for one."""

from domain.ids import FirmId
from domain.known import Known
from domain.refusals import Refusal
from domain.rows import CustomerRow


def not_to_be_linked(known: Known, firm_id: FirmId, row: CustomerRow | None) -> Refusal | None:
    """Say why not; None: it can be."""
    unfit = _unfit(row)
    if unfit is not None or row is None:
        return unfit
    holder = known.link_of(firm_id, row.customer_id)
    if holder is not None:
        facts = {"customer_id": row.customer_id, "client_id": holder.client_id}
        if holder.since is not None:
            facts["since"] = holder.since.isoformat()
        if holder.actor is not None:
            facts["actor"] = holder.actor
        return Refusal("customer_linked", facts)
    return None


def not_to_become_a_client(known: Known, firm_id: FirmId, row: CustomerRow | None) -> Refusal | None:
    """Say why no client can be made for a customer; None: one can."""
    return not_to_be_linked(known, firm_id, row) or unfit_for_a_client(row)


def unfit_for_a_client(row: CustomerRow | None) -> Refusal | None:
    """Say what stands against a client for a customer that nobody is linked with; None: nothing."""
    unfit = _unfit(row)
    if unfit is not None or row is None:
        return unfit
    if row.customer is None or not row.customer.active:
        return Refusal("customer_inactive")
    return Refusal("write_under_way") if row.create is not None else None


def not_being_added(known: Known, firm_id: FirmId, row: CustomerRow | None) -> Refusal | None:
    """Say why it can't be taken back that a client is added for a customer; None: it can be."""
    if row is not None and known.link_of(firm_id, row.customer_id) is not None:
        return not_to_be_linked(known, firm_id, row)
    return None if row is not None and is_being_added(row) else Refusal("not_being_added")


def is_being_added(row: CustomerRow) -> bool:
    """Say whether a client is being added for a customer, and nobody has taken that back."""
    return row.create is not None and row.unwanted != row.create.id


def unfit_for_a_match(row: CustomerRow | None) -> Refusal | None:
    """Say what stands against a match with a customer, whoever is linked with it; None: nothing."""
    unfit = _unfit(row)
    if unfit is not None:
        return unfit
    active = row is not None and row.customer is not None and row.customer.active
    return None if active else Refusal("customer_inactive")


def _unfit(row: CustomerRow | None) -> Refusal | None:
    """One that went into another is gone, whatever QuickBooks still shows of it."""
    if row is None or row.customer is None:
        return Refusal("customer_unknown")
    if row.customer.gone or row.merged_into is not None:
        return Refusal("customer_gone", {"customer_id": row.customer_id})
    return Refusal("customer_is_job", {"customer_id": row.customer_id}) if row.customer.job else None
