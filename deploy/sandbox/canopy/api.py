"""Canopy's paths under `/v1/firms/{firm}`."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson
from aiohttp import web

from deploy.sandbox.canopy.abilities import Able
from deploy.sandbox.canopy.clients import Clients
from deploy.sandbox.canopy.fields import ClientFields, Json, NewClient, given, read
from deploy.sandbox.canopy.outbox import Origin
from deploy.sandbox.canopy.problems import Problem
from deploy.sandbox.reception import CALL, TENANT, Answer, Desk
from deploy.sandbox.replays import fingerprint

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 500
ACTOR = "Actor"
BY_API = "system:api"


@dataclass(frozen=True, slots=True)
class Api:
    """Handles the requests of applications; people use the same paths with another `Actor`."""

    clients: Clients
    desk: Desk
    able: Able

    def routes(self) -> list[web.RouteDef]:
        """Make the routes."""
        clients = "/v1/firms/{tenant}/clients"
        return [
            web.get(clients, self.list),
            web.post(clients, self.add),
            web.get(f"{clients}/{{id}}", self.show),
            web.patch(f"{clients}/{{id}}", self.edit),
            web.delete(f"{clients}/{{id}}", self.delete),
            web.post(f"{clients}/{{id}}/archive", self.archive),
            web.post(f"{clients}/{{id}}/restore", self.restore),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """List the firm's clients without archived ones; `next_cursor` is null on the last page."""
        firm = self._firm(request)
        limit = request.query.get("limit", str(DEFAULT_LIMIT))
        if not limit.isdecimal() or not 1 <= int(limit) <= LARGEST_LIMIT:
            raise Problem(422, "bad_limit", f"The limit is a number from 1 to {LARGEST_LIMIT}.")
        found = self.clients.page(firm, _after(request.query.get("cursor")), int(limit) + 1)
        page = found[: int(limit)]
        cursor = (
            base64.urlsafe_b64encode(page[-1]["client_id"].encode()).decode()
            if len(found) > len(page)
            else None
        )
        return _respond(200, orjson.dumps({"clients": page, "next_cursor": cursor}))

    async def show(self, request: web.Request) -> web.Response:
        """Read one client."""
        return _with_tag(200, orjson.dumps(self.clients.find(self._firm(request), request.match_info["id"])))

    async def add(self, request: web.Request) -> web.Response:
        """Add a client."""
        firm, origin = self._firm(request), _origin(request)

        def operation() -> Answer:
            fields = read(NewClient, origin.call.body)
            client = self.clients.add(firm, given(fields), origin, sync=fields.sync_client)
            return Answer(201, orjson.dumps(client), client["client_id"])

        return self._once(request, operation)

    async def edit(self, request: web.Request) -> web.Response:
        """Change the fields that are sent, if `If-Match` still fits."""
        firm, origin, client_id = self._firm(request), _origin(request), request.match_info["id"]

        def operation() -> Answer:
            self._check_version(request)
            values = given(read(ClientFields, origin.call.body))
            return _of_change(*self.clients.edit(firm, client_id, values, origin))

        return self._once(request, operation)

    async def archive(self, request: web.Request) -> web.Response:
        """Take a client out of the list."""
        return self._archive(request, archived=True)

    async def restore(self, request: web.Request) -> web.Response:
        """Put an archived client back."""
        return self._archive(request, archived=False)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a client for good; 204."""
        firm, origin, client_id = self._firm(request), _origin(request), request.match_info["id"]

        def operation() -> Answer:
            self._check_version(request)
            self.clients.delete(firm, client_id, origin)
            return Answer(204, b"", client_id)

        return self._once(request, operation)

    def _archive(self, request: web.Request, *, archived: bool) -> web.Response:
        firm, origin, client_id = self._firm(request), _origin(request), request.match_info["id"]

        def operation() -> Answer:
            self._check_version(request)
            return _of_change(*self.clients.archive(firm, client_id, origin, archived=archived))

        return self._once(request, operation)

    def _once(self, request: web.Request, operation: Callable[[], Answer]) -> web.Response:
        """Do it, unless the same `Idempotency-Key` has been answered; another request under that key is refused."""
        call = request[CALL]
        if not self.able.now.idempotency:
            call = replace(call, request_id=None)
        kept = self.desk.replays.find(call) if call.request_id else None
        if kept is None:
            done = self.desk.carry_out(call, operation)
            return _with_tag(done.status, done.body)
        if kept.fingerprint != fingerprint(call):
            raise Problem(409, "idempotency_key_reused", "This key was used for another request.")
        return _with_tag(kept.status, kept.answer)

    def _firm(self, request: web.Request) -> str:
        firm = request.match_info[TENANT]
        if not self.clients.has_firm(firm):
            raise Problem(404, "firm_not_found", f"There is no firm {firm}.")
        return firm

    def _check_version(self, request: web.Request) -> None:
        wanted = request.headers.get("If-Match", "*").strip()
        client = self.clients.find(request.match_info[TENANT], request.match_info["id"])
        if self.able.now.versions and wanted != "*" and wanted.strip('"') != str(client["version"]):
            raise Problem(412, "version_mismatch", "The client has changed since it was read.", client=client)


def _origin(request: web.Request) -> Origin:
    return Origin(request[CALL], request.headers.get(ACTOR, BY_API))


def _of_change(client: Json, changed: bool) -> Answer:
    return Answer(200, orjson.dumps(client), client["client_id"] if changed else None)


def _after(cursor: str | None) -> str | None:
    if not cursor:
        return None
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Problem(422, "bad_cursor", "The cursor is none of ours.") from None


def _with_tag(status: int, body: bytes) -> web.Response:
    tag = {"ETag": f'"{orjson.loads(body)["version"]}"'} if body else {}
    return _respond(status, body, tag)


def _respond(status: int, body: bytes, headers: dict[str, str] | None = None) -> web.Response:
    if not body:
        return web.Response(status=status)
    return web.Response(
        status=status, body=body, headers={**(headers or {}), "Content-Type": "application/json"}
    )
