"""Control requests of the Canopy stand-in beside the shared ones: firms, what people do to their clients, the outbox."""

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from deploy.sandbox.canopy.api import ACTOR
from deploy.sandbox.canopy.clients import Clients
from deploy.sandbox.canopy.fields import ClientFields, Json, NewClientByPerson, given, read
from deploy.sandbox.canopy.outbox import Origin
from deploy.sandbox.canopy.problems import Problem
from deploy.sandbox.reception import CALL, TENANT, Desk

ALL = 1_000_000
SOMEBODY = "user:sandbox"


class NewFirm(BaseModel):
    """A firm to make; one that exists stays as it is."""

    model_config = ConfigDict(extra="forbid")

    firm_id: str
    name: str = ""


def firm_routes(clients: Clients, desk: Desk) -> list[web.RouteDef]:
    """Make the routes."""

    async def open_firm(request: web.Request) -> web.Response:
        wanted = NewFirm.model_validate_json(request[CALL].body)
        with desk.state.transaction():
            is_new = clients.open_firm(wanted.firm_id, wanted.name)
        return web.json_response({**wanted.model_dump(), "created": is_new})

    async def all_clients(request: web.Request) -> web.Response:
        return web.json_response({"clients": clients.page(_firm(request), None, ALL, archived=True)})

    async def add(request: web.Request) -> web.Response:
        firm, call = _firm(request), request[CALL]
        fields = read(NewClientByPerson, call.body)
        origin = Origin(call, request.headers.get(ACTOR, SOMEBODY))
        with desk.state.transaction():
            client = clients.add(
                firm, given(fields), origin, client_id=fields.client_id, sync=fields.sync_client
            )
        return web.json_response(client, status=201)

    async def edit(request: web.Request) -> web.Response:
        firm, call = _firm(request), request[CALL]
        values = given(read(ClientFields, call.body))
        origin = Origin(call, request.headers.get(ACTOR, SOMEBODY))
        with desk.state.transaction():
            client, _ = clients.edit(firm, request.match_info["id"], values, origin)
        return web.json_response(client)

    async def outbox(_: web.Request) -> web.Response:
        return web.json_response({"events": clients.outbox.waiting()})

    backups: dict[str, list[Json]] = {}

    async def back_up(request: web.Request) -> web.Response:
        firm = _firm(request)
        backups[firm] = clients.back_up(firm)
        return web.json_response({"clients": len(backups[firm])})

    async def restore(request: web.Request) -> web.Response:
        firm = _firm(request)
        with desk.state.transaction():
            clients.put_back(firm, backups[firm])
        return web.json_response({"clients": len(backups[firm])})

    def _firm(request: web.Request) -> str:
        firm = request.match_info[TENANT]
        if not clients.has_firm(firm):
            raise Problem(404, "firm_not_found", f"There is no firm {firm}.")
        return firm

    return [
        web.post("/_control/firms", open_firm),
        web.get("/_control/firms/{tenant}/clients", all_clients),
        web.post("/_control/firms/{tenant}/clients", add),
        web.patch("/_control/firms/{tenant}/clients/{id}", edit),
        web.post("/_control/firms/{tenant}/backup", back_up),
        web.post("/_control/firms/{tenant}/restore", restore),
        web.get("/_control/outbox", outbox),
    ]
