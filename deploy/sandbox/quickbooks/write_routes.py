"""The paths that write: one record, or a batch."""

from dataclasses import replace

from aiohttp import web

from deploy.sandbox.quickbooks import batch, errors
from deploy.sandbox.quickbooks.answers import envelope, respond
from deploy.sandbox.quickbooks.bodies import json_object
from deploy.sandbox.quickbooks.books import Kind
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.writing import write
from deploy.sandbox.reception import CALL, Answer

LONGEST_REQUEST_ID = 50  # Intuit blog, Request ID update for QuickBooks Online integration (2015)


def write_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes."""

    async def write_one(request: web.Request) -> web.Response:
        call = request[CALL]
        company = service.company(request)
        _check_operation(request)
        if call.request_id is not None and len(call.request_id) > LONGEST_REQUEST_ID:
            raise errors.wrong_length("requestid", LONGEST_REQUEST_ID, len(call.request_id))
        kept = service.desk.replays.find(call) if call.request_id else None
        if kept is not None:
            return respond(kept.answer)
        kind, sent = Kind(request.match_info["entity"].capitalize()), json_object(call.body)

        def one() -> Answer:
            record = write(service, company, call, kind, sent)
            return Answer(200, envelope({kind.value: record}), record["Id"])

        return respond(service.desk.carry_out(call, one).body)

    async def write_many(request: web.Request) -> web.Response:
        call = request[CALL]
        company = service.company(request)
        items = batch.read_items(call)
        habits = service.habits
        kept = service.desk.replays.find(call) if call.request_id and not habits.batch_forgets else None
        if kept is not None and not habits.batch_retries_refused:
            return respond(kept.answer)
        if habits.batch_items_count:
            service.throttle.count_more(company.realm, len(items) - 1)
        if kept is not None or habits.batch_forgets:
            call = replace(call, request_id=None)  # its first answer is kept already, or none is to be
        saved = batch.saved_in(kept.answer) if kept is not None else {}
        return respond(
            service.desk.carry_out(call, lambda: batch.carry_out(service, company, call, items, saved)).body
        )

    return [
        web.post("/v3/company/{tenant}/{entity:customer|vendor|employee}", write_one),
        web.post("/v3/company/{tenant}/batch", write_many),
    ]


def _check_operation(request: web.Request) -> None:
    operation = request.query.get("operation", "update")
    if operation != "update":  # customers can't be deleted
        raise errors.unsupported_operation(operation)
