"""Write one record, as a request of its own or as an item of a batch: create and update are one operation."""

from deploy.sandbox.ledger import Call
from deploy.sandbox.quickbooks import errors, records
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.events import Operation
from deploy.sandbox.quickbooks.fields import Json, read
from deploy.sandbox.quickbooks.service import Service

MOST_DIGITS_OF_AN_ID = 12  # 13 digits were answered by 2030, not by 610 (recorded)


def write(service: Service, company: Company, call: Call, kind: Kind, sent: Json) -> Json:
    """Create a record, or update the one whose `Id` was sent; returns it as a GET shows it. In a transaction.

    Raises:
        Fault: it is not taken; nothing has changed then.
    """
    if sent.get("Id") in (None, ""):
        record = records.create(company, kind, _values(service, kind, sent, {}, sparse=False))
        operation = Operation.CREATE
    else:
        before = find(company, kind, str(sent["Id"]))
        # Some clients send the token as a number (ej2/python-quickbooks).
        if sent.get("SyncToken") in (None, ""):
            raise errors.missing("SyncToken")
        if str(sent["SyncToken"]) != before["SyncToken"]:
            raise errors.stale(before["DisplayName"])
        sparse = sent.get("sparse") is True
        values = _values(service, kind, sent, before, sparse=sparse)
        record = records.change(company, kind, before, values, sparse=sparse)
        operation = Operation.UPDATE
    if kind is Kind.CUSTOMER:  # the subscription is for customers alone
        company.bad.discard(record["Id"])
        service.announce(call, company.realm, record["Id"], operation)
    return record


def find(company: Company, kind: Kind, record_id: str) -> Json:
    """Find a record, active or not.

    Raises:
        Fault: 2030 if that is no id, 610 if there is none of this id.
    """
    if not record_id.isdecimal() or len(record_id) > MOST_DIGITS_OF_AN_ID:
        raise errors.invalid_id(record_id)
    record = company.find(kind, record_id)
    if record is None:
        raise errors.not_found()
    return record


def _values(service: Service, kind: Kind, sent: Json, before: Json, *, sparse: bool) -> Json:
    taken = service.habits.taken(sent, before, sparse=sparse)
    return read(taken, by_person=False, besides=records.NOT_KEPT[kind])
