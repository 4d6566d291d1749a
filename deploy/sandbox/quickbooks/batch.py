"""Many operations in one request: each item ends by itself (Intuit, Batch operations).

At most 30 items. The answer is 200 even when all of them fail, and its items are told by their `bId`. They are carried
out one after the other; a query sees nothing of what the same batch writes, since no page promises that it does.
"""

import json
from collections.abc import Mapping

from deploy.sandbox.ledger import Call
from deploy.sandbox.quickbooks import errors, query, query_language
from deploy.sandbox.quickbooks.answers import envelope
from deploy.sandbox.quickbooks.bodies import json_object
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.errors import Fault
from deploy.sandbox.quickbooks.fields import Json
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.writing import write
from deploy.sandbox.reception import Answer

MOST_ITEMS = 30  # Intuit, API call limits and throttles; intuit/QuickBooks-V3-DotNET-SDK checks it too
LONGEST_REQUEST_ID = 36  # Intuit blog, Request ID update for QuickBooks Online integration (2015)
LONGEST_ITEM_ID = 10  # the same page: only where the batch has a request id


def read_items(call: Call) -> list[Json]:
    """Read the items of a batch.

    Raises:
        Fault: the request as a whole can't be taken.
    """
    items = json_object(call.body).get("BatchItemRequest")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise errors.missing("BatchItemRequest")
    if len(items) > MOST_ITEMS:
        raise errors.batch_too_large(MOST_ITEMS)
    if call.request_id is not None and len(call.request_id) > LONGEST_REQUEST_ID:
        raise errors.wrong_length("requestid", LONGEST_REQUEST_ID, len(call.request_id))
    for item in items:
        name = item.get("bId")
        if not isinstance(name, str) or not name:
            raise errors.missing("bId")
        if call.request_id is not None and len(name) > LONGEST_ITEM_ID:
            raise errors.wrong_length("bId", LONGEST_ITEM_ID, len(name))
    return items


def saved_in(answer: bytes) -> dict[str, Json]:
    """Give what a kept answer says of the items that were carried out, by `bId`."""
    answered = json.loads(answer)["BatchItemResponse"]
    return {item["bId"]: item for item in answered if "Fault" not in item}


def carry_out(
    service: Service, company: Company, call: Call, items: list[Json], saved: Mapping[str, Json]
) -> Answer:
    """Do what all items ask for that is not `saved`, and answer each. In a transaction."""
    changed: list[str] = []
    found = {n: _queried(service, company, item) for n, item in enumerate(items) if "Query" in item}
    answers = [
        saved.get(item["bId"])
        or {"bId": item["bId"]}
        | (found[n] if n in found else _written(service, company, call, item, changed))
        for n, item in enumerate(items)
    ]
    if service.habits.batch_turned:
        answers.reverse()
    return Answer(200, envelope({"BatchItemResponse": answers}), ",".join(changed) or None)


def _queried(service: Service, company: Company, item: Json) -> Json:
    try:
        text = str(item["Query"]).strip()
        statement = query_language.read_statement(text, ascii_only=service.settings.ascii_queries)
        return {"QueryResponse": query.run(company, statement)}
    except Fault as fault:
        return {"Fault": fault.body["Fault"]}


def _written(service: Service, company: Company, call: Call, item: Json, changed: list[str]) -> Json:
    try:
        if service.habits.batch_throttles_items:
            service.throttle.count_more(company.realm, 1)
        kind = next((kind for kind in Kind if kind.value in item), None)
        if kind is None or not isinstance(item[kind.value], dict):
            raise errors.missing("BatchItemRequest")
        if item.get("operation") not in ("create", "update"):  # names can't be deleted
            raise errors.unsupported_operation(str(item.get("operation")))
        record = write(service, company, call, kind, item[kind.value])
    except Fault as fault:
        return {"Fault": fault.body["Fault"]}
    changed.append(record["Id"])
    return {kind.value: record}
