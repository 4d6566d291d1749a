"""Clients that are in step with their customers: as rows, and as QuickBooks would show them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.canopy.mapping import client_of
from adapters.quickbooks.mapping import customer_of
from domain.agreed import Pair
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.snapshots import Client, Customer
from tests.bench.content import NOW, client, phone_of

LONG_AGO = "2026-11-01T09:00:00-08:00"


_CLIENT = client_of(client(0, 1), NOW)


def client_number(number: int, version: int) -> Client:
    """Give a client's snapshot; its phone tells the version."""
    told = {
        Field.DISPLAY_NAME: f"Fiona Gallagher {number}",
        Field.EMAIL: f"fiona.{number}@example.com",
        Field.PHONE: phone_of(version),
    }
    return replace(
        _CLIENT, client_id=ClientId(f"c-{number}"), version=version, values={**_CLIENT.values, **told}
    )


def customer_json(number: int) -> dict[str, Any]:
    """Give the customer that client `number` is in step with in its first version, as QuickBooks shows it."""
    values: Mapping[str, Any] = client(number, 1)
    address = values["address"]
    return {
        "Id": str(number + 1),
        "SyncToken": "0",
        "MetaData": {"CreateTime": LONG_AGO, "LastUpdatedTime": LONG_AGO},
        "DisplayName": values["display_name"],
        "GivenName": values["first_name"],
        "MiddleName": values["middle_name"],
        "FamilyName": values["last_name"],
        "CompanyName": values["company_name"],
        "PrimaryEmailAddr": {"Address": values["email"]},
        "PrimaryPhone": {"FreeFormNumber": values["phone"]},
        "Mobile": {"FreeFormNumber": values["mobile"]},
        "BillAddr": {
            "Line1": address["line1"],
            "City": address["city"],
            "CountrySubDivisionCode": address["region"],
            "PostalCode": address["postal_code"],
            "Country": address["country"],
        },
    }


def customer_number(number: int) -> Customer:
    """Give the snapshot of the customer that client `number` is in step with in its first version."""
    seen = client_number(number, 1)
    return replace(_CUSTOMER, customer_id=CustomerId(str(number + 1)), values=seen.values)


_CUSTOMER = customer_of(customer_json(0))


def synced(firm: FirmId, number: int) -> tuple[LinkRow, CustomerRow]:
    """Give the rows of a client and its customer, in step, with nothing to do."""
    seen, customer = client_number(number, 1), customer_number(number)
    link = LinkRow(
        firm_id=firm,
        client_id=seen.client_id,
        version=1,
        decided_version=1,
        status=LinkStatus.SYNCED,
        reason=None,
        since=NOW,
        choice="on",
        client=seen,
        customer_id=customer.customer_id,
        agreed={field: Pair(value, value) for field, value in seen.values.items()},
    )
    return link, CustomerRow(firm_id=firm, customer_id=customer.customer_id, version=1, customer=customer)


def unlinked(link: LinkRow) -> LinkRow:
    """Give the same client, never matched."""
    return replace(LinkRow(firm_id=link.firm_id, client_id=link.client_id), version=1, client=link.client)
