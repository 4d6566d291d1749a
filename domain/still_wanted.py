"""Whether a write that was planned before is still what the row wants: it may have been overtaken by an edit or an answer."""

from collections.abc import Collection

from domain.draft import Draft
from domain.effects import CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Values
from domain.firm_rows import FirmRow
from domain.meaning import alike
from domain.merge import merge, since_when
from domain.rows import LinkRow


def no_longer_wanted(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write) -> Collection[Field]:
    """Name the fields of a write that would have another value now, or would not be written at all."""
    wanted = _wanted(draft, firm, link, effect)
    return [
        field
        for field, value in effect.values.items()
        if field not in wanted or not alike(field, wanted[field], value)
    ]


def _wanted(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write) -> Values:
    client = link.client
    match effect:
        case UpdateClient(chosen=False) if link.undoing is not None:
            return link.undoing.canopy
        case UpdateCustomer(for_match=False) if link.undoing is not None:
            return link.undoing.quickbooks
        case UpdateClient(chosen=True):
            return link.wanted
        case CreateCustomer() | UpdateCustomer(for_match=True):
            return client.values if client is not None else {}
        case UpdateCustomer() | UpdateClient():
            row = draft.customer(firm.firm_id, link.customer_id) if link.customer_id is not None else None
            if client is None or row is None or row.customer is None:
                return {}
            changed_at = since_when(
                (client, link.client_times), (row.customer, row.times), link.agreed, link.changed_at
            )
            merged = merge(
                client, row.customer, link.agreed, changed_at, firm.settings.conflicts, link.uncompared
            ).without(link.wanted)
            return merged.to_canopy if isinstance(effect, UpdateClient) else merged.to_quickbooks
