"""C5: in the end both sides mean the same, for every link that says it is synced.

On what each side itself answers, by a rule of the checker's own: another spelling is no difference, nor is what
QuickBooks writes in its own way, nor what a match left in QuickBooks alone, as the row says.
"""

import re
import unicodedata
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
    "city": "City",
    "region": "CountrySubDivisionCode",
    "postal_code": "PostalCode",
    "country": "Country",
}
FURTHER_LINES = ("Line2", "Line3", "Line4", "Line5")
LONG_DISTANCE = 11
"""Digits of a number of the North American plan behind its 1."""


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
        different = sorted(
            name
            for name, ours in of_client.items()
            if name not in held and not _in_step(row, name, ours, of_customer[name])
        )
        if different:
            at = f"sync.log/{record.partition}/{record.offset}"
            found.violation("C5", "the two sides of a synced link differ", **where, fields=different, row=at)
    return found


def _in_step(row: Mapping[str, Any], name: str, ours: object, theirs: object) -> bool:
    if _meant(name, ours) == _meant(name, theirs):
        return True
    pair = row.get("agreed", {}).get(name)
    left_alone = pair is not None and pair["client"] is None and pair["customer"] is not None
    return (
        _meant(name, ours) is None and left_alone and _meant(name, theirs) == _meant(name, pair["customer"])
    )


def _meant(name: str, value: object) -> object:
    """Give what two values have in common that mean the same to people; None: nothing stands there."""
    if isinstance(value, Mapping):
        parts = {part: _meant(part, text) for part, text in value.items()}
        return {part: text for part, text in parts.items() if text is not None} or None
    if not isinstance(value, str) or not value.strip():
        return None
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if name == "email":
        return re.split("[;,]", text)[0].strip().casefold()
    if name in ("phone", "mobile", "fax") and (dialed := re.sub(r"\D", "", text)):
        return dialed.removeprefix("1") if len(dialed) == LONG_DISTANCE else dialed
    if name == "country":
        return "US" if text.upper() in ("US", "USA", "UNITED STATES") else text
    return text.replace(":", "-") if name.endswith("_name") and name != "company_name" else text


def _of_client(client: Mapping[str, Any]) -> dict[str, object]:
    address = client.get("address") or {}
    parts: dict[str, object] = {part: address.get(part) or None for part in (*ADDRESS, "line2")}
    return {name: client.get(name) or None for name in FIELDS} | {
        "address": parts if any(parts.values()) else None
    }


def _of_customer(customer: Mapping[str, Any]) -> dict[str, object]:
    address = customer.get("BillAddr") or {}
    parts: dict[str, object] = {part: address.get(name) or None for part, name in ADDRESS.items()}
    parts["line2"] = ", ".join(address[line] for line in FURTHER_LINES if address.get(line)) or None
    return {name: _at(customer, path) for name, path in FIELDS.items()} | {
        "address": parts if any(parts.values()) else None
    }


def _at(customer: Mapping[str, Any], path: tuple[str, ...]) -> object:
    value: Any = customer
    for name in path:
        value = (value or {}).get(name)
    return value or None
