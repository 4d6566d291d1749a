"""What a restore would do, as the API writes it."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape
from domain import fields
from domain.restoring import Fate, RestoreOutcome


class SideShape(BaseModel):
    """What stands on a side now, and what would in the end."""

    now: str | AddressShape | None
    after: str | AddressShape | None


class RestoredFieldShape(BaseModel):
    """`fate`: written `to_quickbooks` or `to_canopy`, `asked` about, `held` by a switch, or as it is on both sides."""

    field: fields.Field
    canopy: SideShape
    quickbooks: SideShape
    fate: Fate


class RestorePreviewAnswer(BaseModel):
    """Send `link_version`, `customer_sync_token` and `client_version` back with the restore, so that it is done as seen or not at all.

    `as_of`: when the customer was changed last, as far as QuickBooks has told us; `being_read`: it has changed since.
    """

    client_id: str
    customer_id: str | None
    outcome: RestoreOutcome
    code: str
    text: str
    facts: dict[str, str]
    link_version: int
    customer_sync_token: int | None
    client_version: int | None
    as_of: datetime | None
    being_read: bool
    fields: list[RestoredFieldShape]
