"""How QuickBooks spells the fields that we keep in step. A synced field is added here."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.fields import Field

PATHS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.DISPLAY_NAME: ("DisplayName",),
        Field.FIRST_NAME: ("GivenName",),
        Field.MIDDLE_NAME: ("MiddleName",),
        Field.LAST_NAME: ("FamilyName",),
        Field.COMPANY_NAME: ("CompanyName",),
        Field.EMAIL: ("PrimaryEmailAddr", "Address"),
        Field.PHONE: ("PrimaryPhone", "FreeFormNumber"),
        Field.MOBILE: ("Mobile", "FreeFormNumber"),
        Field.FAX: ("Fax", "FreeFormNumber"),
        Field.ADDRESS: ("BillAddr",),
    }
)
"""Where each field stands in a Customer (Intuit, Customer)."""

ADDRESS_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "line1": "Line1",
        "line2": "Line2",
        "city": "City",
        "region": "CountrySubDivisionCode",
        "postal_code": "PostalCode",
        "country": "Country",
    }
)
"""Where each part of our address stands in a BillAddr."""

MORE_LINES = ("Line3", "Line4", "Line5")
"""Lines that only QuickBooks has: read as the rest of our second one, and written back as they stood."""
