"""Make and change records: what a full and a sparse update mean, names, addresses, activity, sub-customers."""

from typing import Any

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks import errors
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.fields import ADDRESSES, FLAGS, Json
from deploy.sandbox.quickbooks.names import generated, of_active, of_inactive
from deploy.sandbox.quickbooks.pacific import pacific_seconds

# What a full update leaves alone though it was not sent: a flag has no empty state, and a currency is set once.
KEPT_IF_NOT_SENT = (*FLAGS, "CurrencyRef", "PreferredDeliveryMethod")
DEEPEST_LEVEL = 4  # five levels in all (schema of intuit/QuickBooks-V3-DotNET-SDK)
NEW: dict[Kind, Json] = {
    Kind.CUSTOMER: {
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PreferredDeliveryMethod": "Print",
        "IsProject": False,
    },
    Kind.VENDOR: {"Vendor1099": False, "Balance": 0},
    Kind.EMPLOYEE: {"BillableTime": False},
}
NOT_KEPT: dict[Kind, frozenset[str]] = {
    Kind.CUSTOMER: frozenset(),
    Kind.VENDOR: frozenset(
        ["TaxIdentifier", "BillRate", "AcctNum", "Vendor1099", "TaxReportingBasis", "TermRef", "APAccountRef"]
    ),
    Kind.EMPLOYEE: frozenset(
        (
            *("SSN", "EmployeeNumber", "BillRate", "CostRate", "BirthDate", "Gender", "HiredDate"),
            *("ReleasedDate", "Organization", "BillableTime", "PrimaryAddr", "EmailAddress"),
        )
    ),
}
"""What clients send of vendors and employees beside names, contact and activity: taken, and no use to anybody here."""


def create(
    company: Company, kind: Kind, values: Json, *, record_id: str | None = None, created: str | None = None
) -> Json:
    """Make a record of checked values; returns it as a GET shows it. `record_id`, `created`: the sample's own."""
    now = created or pacific_seconds(utc_now())
    record = {
        **NEW[kind],
        "domain": "QBO",
        "sparse": False,
        "Id": record_id or company.next_number("names"),
        "SyncToken": "0",
        "MetaData": {"CreateTime": now, "LastUpdatedTime": now},
        "Active": True,
    }
    _apply(company, record, values)
    return _finish(company, kind, record, before=None)


def change(company: Company, kind: Kind, before: Json, values: Json, *, sparse: bool) -> Json:
    """Change a record; returns it with its SyncToken increased, also if nothing differs.

    Sparse: only what was sent changes, nested objects are replaced whole. Full: what was not sent is emptied.
    (README of ruckus/quickbooks-ruby; Intuit, Customer reference. The depth of a sparse update is not documented.)
    """
    record = dict(before)
    if not sparse:
        for name in _emptied_by_full_update(record, values):
            record.pop(name)
    _apply(company, record, values)
    record["SyncToken"] = str(int(before["SyncToken"]) + 1)
    record["MetaData"] = {**before["MetaData"], "LastUpdatedTime": pacific_seconds(utc_now())}
    return _finish(company, kind, record, before=before)


def _emptied_by_full_update(record: Json, values: Json) -> list[str]:
    from_server = {
        "Id",
        "SyncToken",
        "MetaData",
        "domain",
        "sparse",
        "Balance",
        "BalanceWithJobs",
        "IsProject",
    }
    from_server |= {"Vendor1099", "BillableTime", "FullyQualifiedName", "Level", *KEPT_IF_NOT_SENT}
    return [name for name in record if name not in from_server and name not in values]


def _apply(company: Company, record: Json, values: Json) -> None:
    for name, value in values.items():
        if name == "DisplayName" and value is None:
            continue  # a name can be replaced, not removed; a full update that sends none has a new one generated
        if value is None:
            if name not in KEPT_IF_NOT_SENT:
                record.pop(name, None)
        elif name in ADDRESSES:
            known = record.get(name, {}).get("Id")
            record[name] = {"Id": known or company.next_number("addresses"), **value}
        else:
            record[name] = value
    if values.get("Active") is True and "DisplayName" not in values and "DisplayName" in record:
        record["DisplayName"] = of_active(record["DisplayName"])


def _finish(company: Company, kind: Kind, record: Json, *, before: Json | None) -> Json:
    name = record.get("DisplayName") or generated(record)
    if name is None:
        raise errors.no_name()
    if not record["Active"]:
        name = of_inactive(name)
    elif company.is_taken(name, (kind, record["Id"])):
        raise errors.duplicate_name()
    record["DisplayName"] = name
    record.setdefault("PrintOnCheckName", of_active(name)[:110])
    if kind is Kind.CUSTOMER:
        _place_under_parent(company, record)
    company.put(kind, record)
    if before is not None and before.get("FullyQualifiedName") != record.get("FullyQualifiedName"):
        _rename_below(company, record)
    return record


def _place_under_parent(company: Company, record: Json) -> None:
    reference: Any = record.get("ParentRef")
    if not record["Job"]:
        record.pop("ParentRef", None)
        record.pop("Level", None)
        record["FullyQualifiedName"] = record["DisplayName"]
        return
    if reference is None:
        raise errors.missing("ParentRef")
    parent = company.find(Kind.CUSTOMER, reference["value"])
    if parent is None or not parent["Active"]:
        raise errors.invalid_reference("ParentRef")
    record["Level"] = parent.get("Level", 0) + 1
    if record["Level"] > DEEPEST_LEVEL or record["Id"] in _line(company, parent):
        raise errors.business(
            "A sub-customer can be four levels below its top, and not below itself.", "ParentRef"
        )
    record["ParentRef"] = {"value": parent["Id"], "name": parent["DisplayName"]}
    record["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{record['DisplayName']}"


def _line(company: Company, record: Json) -> set[str]:
    line = {record["Id"]}
    while "ParentRef" in record:
        parent = company.find(Kind.CUSTOMER, record["ParentRef"]["value"])
        if parent is None:
            break
        record = parent
        line.add(record["Id"])
    return line


def _rename_below(company: Company, parent: Json) -> None:
    for child in list(company.all(Kind.CUSTOMER)):
        if child.get("ParentRef", {}).get("value") == parent["Id"]:
            full_name = f"{parent['FullyQualifiedName']}:{child['DisplayName']}"
            if child["FullyQualifiedName"] != full_name:
                renamed = child | {
                    "FullyQualifiedName": full_name,
                    "ParentRef": {"value": parent["Id"], "name": parent["DisplayName"]},
                }
                company.put(Kind.CUSTOMER, renamed)
                _rename_below(company, renamed)
