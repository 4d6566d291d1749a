"""What a test sets of the sign-in: its rules, its clock, and what happens to a company's access at Intuit's side."""

from aiohttp import web

from deploy.sandbox.quickbooks.oauth.rules import Ahead, Rights, Rules
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.reception import CALL, TENANT


def oauth_control_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes."""

    async def rules(request: web.Request) -> web.Response:
        service.grants.rules = Rules.model_validate_json(request[CALL].body)
        return web.json_response(service.grants.rules.model_dump(mode="json"))

    async def clock(request: web.Request) -> web.Response:
        wanted = Ahead.model_validate_json(request[CALL].body)
        service.grants.clock.ahead = wanted.seconds
        return web.json_response(wanted.model_dump())

    async def rights(request: web.Request) -> web.Response:
        wanted = Rights.model_validate_json(request[CALL].body)
        service.rights[service.company(request).realm] = wanted
        return web.json_response(wanted.model_dump())

    async def leave(request: web.Request) -> web.Response:
        return web.json_response({"ended": service.grants.leave(request.match_info[TENANT])})

    return [
        web.post("/_control/oauth/rules", rules),
        web.post("/_control/oauth/clock", clock),
        web.post("/_control/realms/{tenant}/rights", rights),
        web.post("/_control/realms/{tenant}/leave", leave),
    ]
