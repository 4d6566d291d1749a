"""Intuit's paths: create, update, read, query (Intuit, Learn about basic REST API features)."""

import hmac

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.sandbox.ledger import Call
from deploy.sandbox.quickbooks import company_info, errors, query, query_language, records
from deploy.sandbox.quickbooks.answers import answer, envelope, respond
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.errors import Fault
from deploy.sandbox.quickbooks.events import Operation
from deploy.sandbox.quickbooks.fields import Json, read
from deploy.sandbox.quickbooks.gateway import GatewayRefusal, no_access, no_rights, wrong_token
from deploy.sandbox.quickbooks.oauth.routes import PATHS as SIGN_IN_PATHS
from deploy.sandbox.quickbooks.oauth.rules import Rights
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.throttle import UNDER_WAY
from deploy.sandbox.reception import CALL, CONTROL, Answer

LONGEST_REQUEST_ID = 50  # Intuit blog, Request ID update for QuickBooks Online integration (2015)
MOST_DIGITS_OF_AN_ID = 12  # 13 digits were answered by 2030, not by 610 (recorded)


def refusals(service: Service) -> Middleware:
    """Check token and limits, and word every refusal as Intuit does."""

    @web.middleware
    async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not request.path.startswith(CONTROL) and request.path not in SIGN_IN_PATHS:
                company = _let_in(service, request)
                service.throttle.count(company.realm, request[UNDER_WAY])
            return await handler(request)
        except (Fault, GatewayRefusal) as refusal:
            return answer(refusal)

    return handle


def _let_in(service: Service, request: web.Request) -> Company:
    """Find the company that a request is about, if its token opens it."""
    presented = request.headers.get("Authorization", "").removeprefix("Bearer ")
    opens = service.grants.realm_of(presented)
    if opens is None and not hmac.compare_digest(presented.encode(), service.settings.access_token.encode()):
        raise wrong_token(presented)
    company = service.company(request)
    if opens is not None and opens != company.realm:
        raise no_access()
    match service.rights.get(company.realm, Rights()).refuses:
        case "3100":
            raise no_access()
        case "120":
            raise no_rights()
        case "3200":
            raise wrong_token(presented)
        case None:
            return company


def api_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes under `/v3/company/{realm}`."""

    async def write(request: web.Request) -> web.Response:
        call = request[CALL]
        company = service.company(request)
        _check_operation(request)
        if call.request_id is not None and len(call.request_id) > LONGEST_REQUEST_ID:
            raise errors.wrong_length("requestid", LONGEST_REQUEST_ID, len(call.request_id))
        kept = service.desk.replays.find(call) if call.request_id else None
        if kept is not None:
            return respond(kept.answer)
        sent = json_object(call.body)
        return respond(service.desk.carry_out(call, lambda: _write(service, company, call, sent)).body)

    async def read_one(request: web.Request) -> web.Response:
        kind = _kind(request.match_info["entity"])
        record = find(service.company(request), kind, request.match_info["id"])
        return respond(envelope({kind.value: record}))

    async def ask(request: web.Request) -> web.Response:
        company = service.company(request)
        text = (
            request[CALL].body.decode(errors="replace")
            if request.method == "POST"
            else request.query.get("query", "")
        )
        if (asked := company_info.ABOUT_ITSELF.fullmatch(text)) is not None:
            one = company_info.named(asked["entity"])
            found = {one: [company_info.about(company, one)], "startPosition": 1, "maxResults": 1}
            return respond(envelope({"QueryResponse": found}))
        statement = query_language.read_statement(text.strip(), ascii_only=service.settings.ascii_queries)
        return respond(envelope({"QueryResponse": query.run(company, statement)}))

    async def about_itself(request: web.Request) -> web.Response:
        entity = company_info.named(request.match_info["entity"])
        return respond(envelope({entity: company_info.about(service.company(request), entity)}))

    async def other(request: web.Request) -> web.Response:
        service.company(request)
        entity = request.match_info["rest"].partition("/")[0]
        raise errors.unsupported_operation(f"operation could not find resource for entity {entity}")

    return [
        web.get("/v3/company/{tenant}/query", ask),
        web.post("/v3/company/{tenant}/query", ask),
        web.post("/v3/company/{tenant}/customer", write),
        web.get("/v3/company/{tenant}/{entity:customer|vendor|employee}/{id}", read_one),
        web.get("/v3/company/{tenant}/{entity:companyinfo}/{id}", about_itself),
        web.get("/v3/company/{tenant}/{entity:preferences}", about_itself),
        web.get("/v3/company/{tenant}/{rest:.*}", other),
        web.post("/v3/company/{tenant}/{rest:.*}", other),
    ]


def _write(service: Service, company: Company, call: Call, sent: Json) -> Answer:
    """Create, or update if an `Id` was sent (create and update are POST to one path)."""
    if sent.get("Id") in (None, ""):
        values = read(service.habits.taken(sent, {}, sparse=False), by_person=False)
        record = records.create(company, Kind.CUSTOMER, values)
        operation = Operation.CREATE
    else:
        before = find(company, Kind.CUSTOMER, str(sent["Id"]))
        # Some clients send the token as a number (ej2/python-quickbooks).
        if sent.get("SyncToken") in (None, ""):
            raise errors.missing("SyncToken")
        if str(sent["SyncToken"]) != before["SyncToken"]:
            raise errors.stale(before["DisplayName"])
        sparse = sent.get("sparse") is True
        values = read(service.habits.taken(sent, before, sparse=sparse), by_person=False)
        record = records.change(company, Kind.CUSTOMER, before, values, sparse=sparse)
        operation = Operation.UPDATE
    company.bad.discard(record["Id"])
    service.announce(call, company.realm, record["Id"], operation)
    return Answer(200, envelope({Kind.CUSTOMER.value: record}), record["Id"])


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


def json_object(body: bytes) -> Json:
    """Read a body.

    Raises:
        Fault: 2010 if it is no JSON object, or broken UTF-8.
    """
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise errors.unsupported_property("body is no valid UTF-8 JSON") from None
    if not isinstance(sent, dict):
        raise errors.unsupported_property("body is no JSON object")
    return sent


def _check_operation(request: web.Request) -> None:
    operation = request.query.get("operation", "update")
    if operation != "update":  # customers can't be deleted
        raise errors.unsupported_operation(operation)


def _kind(entity: str) -> Kind:
    return next(kind for kind in Kind if kind.value.lower() == entity)
