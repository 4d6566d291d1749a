"""Which client came of a create whose answer was lost, where Canopy keeps no keys, so that nobody asks for it again.

Surely ours is what Canopy names the cause of, and what our name as `actor` stands on with all that we sent in it. For any other a
person has to say (docs/adr/0058-without-keys-a-create-is-asked-once.md).
"""

from domain.draft import Draft
from domain.effects import CreateClient
from domain.fields import Field
from domain.ids import OURSELVES, FirmId
from domain.lane_policy import CREATED_BEFORE, client_holds
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.snapshots import Client


def lost_create_of(draft: Draft, firm: FirmId, client: Client) -> tuple[CustomerRow, CreateClient] | None:
    """Give the one lost create that a new client of ours came of, with its customer; None: there is none, or more than one."""
    name = client.values.get(Field.DISPLAY_NAME)
    if draft.cause.actor != OURSELVES or not isinstance(name, str):
        return None
    rows = (draft.customer(firm, customer) for customer in draft.customers_named(firm, name))
    found = [
        (row, row.lost_create)
        for row in rows
        if row is not None and row.lost_create is not None and _may_be_of(row.lost_create, client)
    ]
    return found[0] if len(found) == 1 else None


def client_of(draft: Draft, firm: FirmId, create: CreateClient) -> Client | None:
    """Give the one client of ours that a create whose answer was lost made, if its event came before."""
    named = draft.clients_like(firm, create.values.get(Field.DISPLAY_NAME), None)
    found = [link.client for link in named if _is_ours(link) and link.client is not None]
    ours = [client for client in found if _may_be_of(create, client)]
    return ours[0] if len(ours) == 1 else None


def _is_ours(link: LinkRow) -> bool:
    """Say whether nobody but we has ever had to do with it."""
    return link.status is LinkStatus.NOT_SYNCED and link.former is None and link.actor == OURSELVES


def _may_be_of(create: CreateClient, client: Client) -> bool:
    since = create.planned_at - CREATED_BEFORE
    return (
        client.type == create.client_type
        and client.presence == "present"
        and client.changed_at >= since
        and client_holds(client, create.values)
    )
