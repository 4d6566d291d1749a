"""Names in QuickBooks: one display name for one record, over customers, vendors and employees of a realm."""

from collections.abc import Mapping
from typing import Any

# How an inactive record reads back (recorded in ruckus/quickbooks-ruby, deleted_customer.xml, and in 2026 sandboxes).
DELETED = " (deleted)"
PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


def key_of(name: str) -> str:
    """Make what two display names have in common that QuickBooks calls the same.

    Case and outer spaces do not tell names apart: not documented, so the side that is harder for callers.
    """
    return name.strip().casefold()


def generated(values: Mapping[str, Any]) -> str | None:
    """Join the parts of a name in Intuit's order, as QuickBooks does when no display name is sent."""
    return " ".join(values[part].strip() for part in PARTS if values.get(part)) or None


def of_inactive(name: str) -> str:
    """Mark a name as that of an inactive record, which makes the name itself free again."""
    return name if name.endswith(DELETED) else name + DELETED


def of_active(name: str) -> str:
    """Take the mark away."""
    return name.removesuffix(DELETED)
