"""C5: in the end both sides hold the same, for every link that says it is synced."""

from collections.abc import Mapping
from typing import Any

from .history import Finding, History
from .log import Log

# Canopy's name of a field, and the way to it in a QuickBooks customer.
FIELDS = {
    "display_name": ("DisplayName",),
    "first_name": ("GivenName",),
    "middle_name": ("MiddleName",),
    "last_name": ("FamilyName",),
    "company_name": ("CompanyName",),
    "email": ("PrimaryEmailAddr", "Address"),
    "phone": ("PrimaryPhone", "FreeFormNumber"),
    "mobile": ("Mobile", "FreeFormNumber"),
    "fax": ("Fax", "FreeFormNumber"),
}
ADDRESS = {
    "line1": "Line1",
    "line2": "Line2",
    "city": "City",
    "region": "CountrySubDivisionCode",
    "postal_code": "PostalCode",
    "country": "Country",
}


def judge(history: History, log: Log) -> Finding:
    """Compare the two sides' own contents, field by field; what a person has yet to release is left out."""
    found = Finding()
    realms = log.realms()
    for record in log.rows.values():
        row = record.row
        if record.link is None or row["status"] != "synced" or row["problem"] is not None:
            continue
        firm, client_id = record.link
        customer = history.customers.get((realms.get(firm, ""), row["customer_id"]))
        client = history.clients.get((firm, client_id))
        where: dict[str, object] = {"firm": firm, "client": client_id, "customer": row["customer_id"]}
        if client is None or customer is None:
            missing = "client" if client is None else "customer"
            found.violation("C5", f"a synced link's {missing} does not exist", **where)
            continue
        found.counts["synced links compared"] += 1
        held = {*row["held"]["to_quickbooks"], *row["held"]["to_canopy"]}
        found.counts["fields held"] += len(held)
        of_client, of_customer = _of_client(client), _of_customer(customer)
        found.counts["mapped fields that are empty"] += sum(value is None for value in of_client.values())
        different = sorted({n for n, value in of_client.items() if value != of_customer[n]} - held)
        if different:
            at = f"sync.log/{record.partition}/{record.offset}"
            found.violation("C5", "the two sides of a synced link differ", **where, fields=different, row=at)
    return found


def _of_client(client: Mapping[str, Any]) -> dict[str, object]:
    address = client.get("address") or {}
    return {name: client.get(name) or None for name in FIELDS} | {
        "address": {part: address.get(part) or None for part in ADDRESS}
    }


def _of_customer(customer: Mapping[str, Any]) -> dict[str, object]:
    address = customer.get("BillAddr") or {}
    return {name: _at(customer, path) for name, path in FIELDS.items()} | {
        "address": {part: address.get(name) or None for part, name in ADDRESS.items()}
    }


def _at(customer: Mapping[str, Any], path: tuple[str, ...]) -> object:
    value: Any = customer
    for name in path:
        value = (value or {}).get(name)
    return value or None
