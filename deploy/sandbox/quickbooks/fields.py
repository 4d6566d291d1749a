"""The properties of a customer: what may be written, how long it may be, how it is wrapped.

Lengths: public transcriptions of Intuit's Customer reference; the schema in intuit/QuickBooks-V3-DotNET-SDK.
"""

import re
from collections.abc import Mapping
from typing import Any

from deploy.sandbox.quickbooks import errors

Json = dict[str, Any]

TEXTS = {
    "DisplayName": 500,
    "Title": 16,
    "GivenName": 100,
    "MiddleName": 100,
    "FamilyName": 100,
    "Suffix": 16,
    "CompanyName": 100,
    "PrintOnCheckName": 110,
    "Notes": 2000,
    "ResaleNum": 16,
}
WRAPPED = {
    "PrimaryPhone": ("FreeFormNumber", 30),
    "AlternatePhone": ("FreeFormNumber", 30),
    "Mobile": ("FreeFormNumber", 30),
    "Fax": ("FreeFormNumber", 30),
    "PrimaryEmailAddr": ("Address", 100),
    "WebAddr": ("URI", 1000),
}
ADDRESSES = ("BillAddr", "ShipAddr")
LINES = {f"Line{n}": 500 for n in range(1, 6)} | {
    "City": 255,
    "Country": 255,
    "CountrySubDivisionCode": 255,
    "PostalCode": 30,
}
FLAGS = ("Active", "Taxable", "Job", "BillWithParent")
REFERENCES = (
    "ParentRef",
    "SalesTermRef",
    "PaymentMethodRef",
    "CustomerTypeRef",
    "ARAccountRef",
    "DefaultTaxCodeRef",
    "CurrencyRef",
)
DELIVERY = ("Print", "Email", "None")
WRITABLE = (*TEXTS, *WRAPPED, *ADDRESSES, *FLAGS, *REFERENCES, "PreferredDeliveryMethod")
# Clients send these back as they read them; the server decides them, so what is sent is not looked at.
IGNORED = frozenset(
    [
        "Id",
        "SyncToken",
        "sparse",
        "domain",
        "status",
        "MetaData",
        "FullyQualifiedName",
        "Balance",
        "BalanceWithJobs",
        "Level",
        "IsProject",
        "OpenBalanceDate",
        "PrimaryTaxIdentifier",
        "V4IDPseudonym",
        "ClientEntityId",
        "Source",
        "TaxExemptionReasonId",
        "GSTIN",
        "BusinessNumber",
    ]
)
# A colon would be read as a level of sub-customers (model header of ruckus/quickbooks-ruby; schema of Intuit's SDK);
# tab and newline: Intuit's rules for importing names.
NO_COLON = ("DisplayName", "GivenName", "MiddleName", "FamilyName", "PrintOnCheckName")
FORBIDDEN = re.compile(r"[:\t\n\r]")
# A mailbox in the sense of RFC 822, as far as people write them; no list, no trailing comma, no invisible character.
MAILBOX = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\".]+(\.[^\s@,;<>\".]+)+", re.ASCII)


def read(sent: Mapping[str, Any], *, by_person: bool, besides: frozenset[str] = frozenset()) -> Json:
    """Check what was sent; returns the writable properties in it, None where one is to be emptied.

    `besides`: properties that may be sent too, and are not kept.

    A person may put several email addresses into the field, which the API refuses (Bill.com help on several emails).
    """
    values: Json = {}
    for name, value in sent.items():
        if name in IGNORED or name in besides:
            continue
        if name not in WRITABLE:
            raise errors.unsupported_property(name)
        values[name] = _value(name, value, by_person=by_person)
    return values


def _value(name: str, value: Any, *, by_person: bool) -> Any:
    if value is None or value == "":
        return None
    if name in TEXTS:
        return _text(name, value, TEXTS[name])
    if name in FLAGS:
        if not isinstance(value, bool):
            raise errors.unsupported_property(name)
        return value
    if name == "PreferredDeliveryMethod":
        if value not in DELIVERY:
            raise errors.invalid_enumeration(str(value))
        return value
    if not isinstance(value, dict):
        raise errors.unsupported_property(name)
    if name in ADDRESSES:
        return _address(value)
    if name in WRAPPED:
        return _wrapped(name, value, by_person=by_person)
    return {"value": str(value["value"])} | _named(value) if value.get("value") else None


def _text(name: str, value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise errors.unsupported_property(name)
    if len(value) > longest:
        raise errors.wrong_length(name, longest, len(value))
    if name in NO_COLON and FORBIDDEN.search(value):
        raise errors.business(f"{name} must not contain a colon, tab or new line.", name)
    return value.strip() if name == "DisplayName" else value


def _wrapped(name: str, value: Json, *, by_person: bool) -> Json | None:
    inner, longest = WRAPPED[name]
    text = value.get(inner)
    if text is None or text == "":
        return None
    text = _text(name, text, longest)
    if name == "PrimaryEmailAddr":
        several = re.split(r"\s*[,;]\s*", text) if by_person else [text]
        if not all(MAILBOX.fullmatch(each) for each in several):
            raise errors.invalid_email(text)
    return {inner: text}


def _address(value: Json) -> Json | None:
    kept = {line: _text(line, value[line], longest) for line, longest in LINES.items() if value.get(line)}
    return kept or None


def _named(value: Json) -> Json:
    return {"name": value["name"]} if isinstance(value.get("name"), str) else {}
