"""Change data capture: all that has changed since a moment, whoever changed it (Intuit, Change data capture).

Reaches back 30 days, and gives at most 1,000 records, without pages. Who went into another one by a merge is named as
deleted, by id alone (recorded in ruckus/quickbooks-ruby, customer_changes.xml).
"""

from datetime import UTC, datetime, timedelta

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks import errors
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.fields import Json
from deploy.sandbox.quickbooks.habits import Habits
from deploy.sandbox.quickbooks.pacific import offset_at

REACHES_BACK = timedelta(days=30)
MOST_RECORDS = 1000


def changed_since(company: Company, habits: Habits, entities: str, since: str) -> Json:
    """Give the content of an answer: a list of records for each entity that has changed.

    Raises:
        Fault: an entity or a time that can't be asked for.
    """
    moment = _moment(since, habits)
    if moment < utc_now() - REACHES_BACK:
        what = f"cdc with changedSince date {since} which is older than fixed days"
        raise errors.unsupported_operation(what)
    found: list[tuple[str, Kind, Json]] = []
    for kind in [_kind(entity) for entity in entities.split(",")]:
        found += [(_changed_at(record), kind, record) for record in _records(company, kind, habits)]
    found = [each for each in found if _is_since(each[0], moment, habits)]
    found.sort(key=lambda each: datetime.fromisoformat(each[0]))
    by_kind: dict[Kind, list[Json]] = {}
    for _, kind, record in found[:MOST_RECORDS]:
        by_kind.setdefault(kind, []).append(record)
    lists = [
        {kind.value: records, "startPosition": 1, "maxResults": len(records)}
        for kind, records in by_kind.items()
    ]
    return {"CDCResponse": [{"QueryResponse": lists or [{}]}]}


def _records(company: Company, kind: Kind, habits: Habits) -> list[Json]:
    if kind is not Kind.CUSTOMER:
        return list(company.all(kind))
    lost = {} if habits.cdc_keeps_losers else company.lost
    there = [record for record in company.all(kind) if not _is_lost(record, lost)]
    if habits.cdc_deletes_inactive:
        there = [
            record if record["Active"] else _deleted(record["Id"], _changed_at(record)) for record in there
        ]
    known = {record["Id"] for record in there}
    return there + [_deleted(gone, at) for gone, (_, at) in lost.items() if gone not in known]


def _is_lost(record: Json, lost: dict[str, tuple[str, str]]) -> bool:
    """Say whether it still is as the merge left it: somebody may have made it active again since."""
    return record["Id"] in lost and lost[record["Id"]][0] == record["SyncToken"]


def _deleted(record_id: str, at: str) -> Json:
    return {"domain": "QBO", "status": "Deleted", "Id": record_id, "MetaData": {"LastUpdatedTime": at}}


def _changed_at(record: Json) -> str:
    at: str = record["MetaData"]["LastUpdatedTime"]
    return at


def _is_since(changed_at: str, moment: datetime, habits: Habits) -> bool:
    at = datetime.fromisoformat(changed_at)
    return at > moment or (at == moment and not habits.cdc_excludes_its_moment)


def _moment(text: str, habits: Habits) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise errors.unsupported_property("changedSince") from None
    if moment.tzinfo is not None:
        return moment
    # Clients send none (ej2/python-quickbooks), and no page says what is meant then.
    return moment.replace(tzinfo=offset_at(moment.replace(tzinfo=UTC)) if habits.cdc_in_pacific else UTC)


def _kind(entity: str) -> Kind:
    kind = Kind.named(entity)
    if kind is None:
        raise errors.unsupported_property(entity.strip())
    return kind
