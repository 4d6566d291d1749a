"""What was made for a link, and stays when the link is taken apart: QuickBooks deletes no customer, and Canopy's client may be in use.

Making such a customer inactive is left to people: its version says nothing of invoices, and with a balance QuickBooks refuses it,
or books a credit memo against it (ADR 63).
"""

from typing import Literal

from domain.rows import LinkRow, LinkStatus

Made = Literal["customer", "client"]


def made_by(code: str, before: LinkRow | None, after: LinkRow) -> Made | None:
    """Say what of a link was made by the decision that linked it; None: both were there before. `before`: as it found the link."""
    if after.customer_id is None or (before is not None and before.customer_id is not None):
        return None
    if code == "client_added":
        return "client"
    return "customer" if before is not None and before.status is LinkStatus.CREATING else None
