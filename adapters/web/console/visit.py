"""One look at a page: who looks, at which firm, at what time; and what goes wrong on the way, said to people."""

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.store.cursors import WrongCursorError
from adapters.web.api.positions import HEADER, Position, read_position, wait_for
from adapters.web.auth.people import Person, Role
from adapters.web.auth.who_asks import NOT_SIGNED_IN, admit
from adapters.web.console.clock import Clock, zone_named
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem, being_built, kafka_away
from domain.ids import FirmId
from domain.ports import KafkaAwayError
from domain.projection import BeingBuiltError, StoreAwayError

TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("templates", jinja2.Environment)
ZONE_COOKIE = "client_sync_zone"
POSITION_COOKIE = "client_sync_position"
BEHIND = "read_model_behind"
UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`behind`: what this person wrote last is safe, but not shown yet. `position`: what the page shows at least."""

    request: web.Request
    parts: Parts
    person: Person
    firm: FirmId
    clock: Clock
    behind: bool
    position: Position

    @property
    def home(self) -> str:
        """Give the address under which the firm's pages are."""
        return f"/firms/{quote(self.firm, safe='')}"

    @property
    def may_manage(self) -> bool:
        """Say whether the person may match, unmatch and switch."""
        return self.person.role >= Role.MANAGER

    @property
    def is_operator(self) -> bool:
        """Say whether the person sees to the engine itself."""
        return self.person.role >= Role.OPERATOR

    @property
    def nobody_decides(self) -> bool:
        """Say whether nothing comes of what is done here, for now."""
        return self.parts.deciding.now() == "nobody"

    def client_address(self, client: str) -> str:
        """Give the address of a client's page."""
        return f"{self.home}/clients/{quote(client, safe='')}"

    def api_path(self, client: str) -> str:
        """Give what the API's address of a client is, after the firm's."""
        return f"clients/{quote(client, safe='')}"

    def with_query(self, **more: str) -> str:
        """Give the query of this address, perhaps with something else in it; empty where there is none."""
        asked = {**self.request.query, **more}
        return f"?{urlencode(asked)}" if asked else ""

    def render(self, template: str, **context: Any) -> web.Response:
        """Answer with a page."""
        page = self.request.app[TEMPLATES].get_template(template)
        return html(page.render(visit=self, clock=self.clock, **context))


Page = Callable[[Visit], Awaitable[web.StreamResponse]]


def page(show: Page, role: Role = Role.VIEWER) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Give the handler of a page of a firm; who is not signed in is led to where that is done."""

    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            return await show(await _visit(request, role))
        except Problem as problem:
            if problem.code == NOT_SIGNED_IN:
                raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='/')}") from None
            return _failed(request, problem)
        except BeingBuiltError:
            return _failed(request, being_built())
        except KafkaAwayError:
            return _failed(request, kafka_away())
        except StoreAwayError:
            return _failed(request, store_away())
        except WrongCursorError:
            return _failed(request, Problem(400, "wrong_cursor", "This list has moved on. Open it anew."))

    return handler


def store_away() -> Problem:
    """Say that the database does not answer. A new one each time: one that is raised again keeps all frames that it ever went through."""
    return Problem(
        503,
        "database_away",
        "The database gives no answer right now. Nothing of yours is lost; try again in a moment.",
    )


def problems_as_pages(pages: Container[object]) -> Middleware:
    """Give what shows a page to people also where the problem was found before its handler; `pages`: resources."""

    @web.middleware
    async def shown(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Problem as problem:
            if request.match_info.route.resource not in pages:
                raise
            return _failed(request, problem)

    return shown


def html(text: str, status: int = 200) -> web.Response:
    """Answer with HTML that nobody keeps: it shows what clients' records hold."""
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"}
    )


async def _visit(request: web.Request, role: Role) -> Visit:
    parts = request.app[PARTS]
    firm = FirmId(request.match_info["firm"])
    person = await admit(request, role, firm)
    behind = not await _shows_what_they_wrote(request, parts)
    partition = parts.partition_of(firm)
    return Visit(
        request=request,
        parts=parts,
        person=person,
        firm=firm,
        clock=Clock(parts.now(), zone_named(request.cookies.get(ZONE_COOKIE))),
        behind=behind,
        position=Position(partition, parts.progress.position(partition)),
    )


async def _shows_what_they_wrote(request: web.Request, parts: Parts) -> bool:
    """Wait a little for the position that a script sent back or, where a browser can't, left in a cookie."""
    written = request.headers.get(HEADER) or request.cookies.get(POSITION_COOKIE)
    if not written:
        return True
    try:
        await wait_for(parts.progress, read_position(written))
    except Problem as problem:
        # A position of another log is no reason to show nothing.
        return problem.code != BEHIND
    return True


def _failed(request: web.Request, problem: Problem) -> web.Response:
    text = request.app[TEMPLATES].get_template("failed.html").render(problem=problem, request=request)
    failed = html(text, problem.status)
    failed.headers.update(problem.headers)
    return failed
