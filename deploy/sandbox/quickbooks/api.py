"""Intuit's paths: create, update, read, query, batch, changes (Intuit, Learn about basic REST API features)."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.sandbox.quickbooks import changes, company_info, errors, query, query_language
from deploy.sandbox.quickbooks.answers import answer, envelope, respond
from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.errors import Fault
from deploy.sandbox.quickbooks.gateway import GatewayRefusal, no_access, no_rights, wrong_token
from deploy.sandbox.quickbooks.oauth.routes import PATHS as SIGN_IN_PATHS
from deploy.sandbox.quickbooks.oauth.rules import Rights
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.throttle import UNDER_WAY
from deploy.sandbox.quickbooks.write_routes import write_routes
from deploy.sandbox.quickbooks.writing import find
from deploy.sandbox.reception import CALL, CONTROL


def refusals(service: Service) -> Middleware:
    """Check token and limits, and word every refusal as Intuit does."""

    @web.middleware
    async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not request.path.startswith(CONTROL) and request.path not in SIGN_IN_PATHS:
                company = _let_in(service, request)
                service.throttle.count(
                    company.realm, request[UNDER_WAY], batch=request.path.endswith("/batch")
                )
            return await handler(request)
        except (Fault, GatewayRefusal) as refusal:
            return answer(refusal, xml=service.habits.xml_errors)

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

    async def changed(request: web.Request) -> web.Response:
        company = service.company(request)
        for name in ("entities", "changedSince"):
            if not request.query.get(name):
                raise errors.missing(name)
        entities, since = request.query["entities"], request.query["changedSince"]
        return respond(envelope(changes.changed_since(company, service.habits, entities, since)))

    async def read_one(request: web.Request) -> web.Response:
        kind = Kind(request.match_info["entity"].capitalize())
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
        *write_routes(service),
        web.get("/v3/company/{tenant}/cdc", changed),
        web.get("/v3/company/{tenant}/{entity:customer|vendor|employee}/{id}", read_one),
        web.get("/v3/company/{tenant}/{entity:companyinfo}/{id}", about_itself),
        web.get("/v3/company/{tenant}/{entity:preferences}", about_itself),
        web.get("/v3/company/{tenant}/{rest:.*}", other),
        web.post("/v3/company/{tenant}/{rest:.*}", other),
    ]
