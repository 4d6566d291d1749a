"""Rows of the log and contents of both sides, written by hand: one firm, whose client is Fiona Gallagher."""

from typing import Any

FIRM, REALM, PARTITION = "f-1", "9130", 3
UNMATCHED: dict[str, Any] = {"reason": "unmatched"}

VALUES = {
    "display_name": "Fiona Gallagher",
    "first_name": "Fiona",
    "middle_name": "Grace",
    "last_name": "Gallagher",
    "company_name": "Gallagher & Co",
    "email": "fiona@example.com",
    "phone": "(312) 555-0100",
    "mobile": "(312) 555-0101",
    "fax": "(312) 555-0102",
    "address": {
        "line1": "2119 S Wallace St",
        "line2": "Apt 2",
        "city": "Chicago",
        "region": "IL",
        "postal_code": "60616",
        "country": "US",
    },
}
CUSTOMER = {
    "DisplayName": "Fiona Gallagher",
    "GivenName": "Fiona",
    "MiddleName": "Grace",
    "FamilyName": "Gallagher",
    "CompanyName": "Gallagher & Co",
    "PrimaryEmailAddr": {"Address": "fiona@example.com"},
    "PrimaryPhone": {"FreeFormNumber": "(312) 555-0100"},
    "Mobile": {"FreeFormNumber": "(312) 555-0101"},
    "Fax": {"FreeFormNumber": "(312) 555-0102"},
    "BillAddr": {
        "Line1": "2119 S Wallace St",
        "Line2": "Apt 2",
        "City": "Chicago",
        "CountrySubDivisionCode": "IL",
        "PostalCode": "60616",
        "Country": "US",
    },
}


def link(client: str, status: str, customer: str | None = None, **changed: Any) -> dict[str, Any]:
    """A link's row, with nothing pending."""
    row: dict[str, Any] = {
        "kind": "link",
        "firm_id": FIRM,
        "client_id": client,
        "status": status,
        "reason": None,
        "customer_id": customer,
        "problem": None,
        "held": {"to_quickbooks": [], "to_canopy": []},
        "waiting": None,
        "pending": [],
    }
    return row | changed


def customer(customer_id: str, **changed: Any) -> dict[str, Any]:
    """A customer's row, with nothing pending."""
    return {"kind": "customer", "firm_id": FIRM, "customer_id": customer_id, "pending": []} | changed


def pending(effect: str, kind: str = "update_customer", customer: str | None = None) -> list[dict[str, Any]]:
    """One pending write."""
    return [{"id": effect, "kind": kind} | ({"customer_id": customer} if customer else {})]
