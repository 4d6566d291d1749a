"""The console's addresses, added to the gateway's application."""

from pathlib import Path

import jinja2
from aiohttp import web

from adapters.web.auth.people import Role
from adapters.web.console import from_intuit, issuer_pages, sign_in
from adapters.web.console.activity_page import export_activity, show_activity
from adapters.web.console.client_form import show_add_client, show_edit_client, show_remarks
from adapters.web.console.client_list import show_clients, show_rows
from adapters.web.console.client_record import show_client
from adapters.web.console.connect_pages import (
    begin_to_connect,
    decide_on_company,
    show_company,
    show_connect,
)
from adapters.web.console.customers_page import show_customers
from adapters.web.console.dead_letters_page import show_dead_letters
from adapters.web.console.disconnect_page import disconnect, show_disconnect
from adapters.web.console.due_page import show_due
from adapters.web.console.erase_page import erase, show_erase
from adapters.web.console.fleet_page import show_fleet
from adapters.web.console.following import show_following
from adapters.web.console.held_page import show_held
from adapters.web.console.letter_page import show_letter
from adapters.web.console.match_review import show_review
from adapters.web.console.match_window import show_found
from adapters.web.console.matching_page import show_matching
from adapters.web.console.replay_export import export_replay
from adapters.web.console.replay_page import show_replay
from adapters.web.console.replays_page import show_replays
from adapters.web.console.settings_page import show_settings
from adapters.web.console.visit import TEMPLATES, Visit, page, problems_as_pages
from adapters.web.problems import Problem

HERE = Path(__file__).parent
FIRM = "/firms/{firm}"
CLIENT = FIRM + "/clients/{client}"


def add_console(app: web.Application) -> None:
    """Add the pages."""
    app[TEMPLATES] = _templates()
    others = frozenset(app.router.resources())
    get = app.router.add_get
    get("/", sign_in.begin)
    get("/sign-in", sign_in.show_sign_in)
    app.router.add_post("/sign-in", sign_in.do_sign_in)
    get(issuer_pages.BEGIN, issuer_pages.leave)
    get(issuer_pages.CALLBACK, issuer_pages.come_back)
    app.router.add_post("/sign-out", sign_in.do_sign_out)
    get(FIRM, page(_to_clients))
    get(FIRM + "/clients", page(show_clients))
    get(FIRM + "/client-rows", page(show_rows))
    get(CLIENT, page(show_client))
    get(FIRM + "/add-client", page(show_add_client, Role.MANAGER))
    get(CLIENT + "/edit", page(show_edit_client, Role.MANAGER))
    app.router.add_post(FIRM + "/remarks", page(show_remarks))
    get(CLIENT + "/erase", page(show_erase, Role.OPERATOR))
    app.router.add_post(CLIENT + "/erase", page(erase, Role.OPERATOR))
    get(CLIENT + "/found", page(show_found))
    get(CLIENT + "/review", page(show_review))
    get(FIRM + "/settings", page(show_settings))
    get(FIRM + "/connect", page(show_connect, Role.MANAGER))
    app.router.add_post(FIRM + "/connect", page(begin_to_connect, Role.MANAGER))
    get(FIRM + "/connect/{sign_in}", page(show_company, Role.MANAGER))
    app.router.add_post(FIRM + "/connect/{sign_in}", page(decide_on_company, Role.MANAGER))
    get(FIRM + "/disconnect", page(show_disconnect, Role.MANAGER))
    app.router.add_post(FIRM + "/disconnect", page(disconnect, Role.MANAGER))
    get(from_intuit.CALLBACK, from_intuit.come_back)
    get("/quickbooks/launch", from_intuit.launch)
    get("/quickbooks/reconnect", from_intuit.reconnect)
    get("/quickbooks/disconnected", from_intuit.disconnected)
    get(FIRM + "/settings/following", page(show_following))
    get(FIRM + "/held", page(show_held))
    get(FIRM + "/due", page(show_due))
    get(FIRM + "/customers", page(show_customers))
    get(FIRM + "/matching", page(show_matching))
    get(FIRM + "/dead-letters", page(show_dead_letters, Role.OPERATOR))
    get(FIRM + "/dead-letters/{letter}", page(show_letter, Role.OPERATOR))
    get(FIRM + "/replays", page(show_replays, Role.OPERATOR))
    get(FIRM + "/replays/{replay}", page(show_replay, Role.OPERATOR))
    get(FIRM + "/replays/{replay}/report.csv", page(export_replay, Role.OPERATOR))
    get(FIRM + "/activity", page(show_activity))
    get(FIRM + "/activity.csv", page(export_activity))
    get(FIRM + "/fleet", page(show_fleet, Role.OPERATOR))
    get(FIRM + "/{elsewhere:.*}", page(_nothing_here))
    app.router.add_static("/static", HERE / "static")
    # Behind the outermost, which says what is a problem at all.
    app.middlewares.insert(1, problems_as_pages(frozenset(app.router.resources()) - others))


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"Role": Role}
    return environment


async def _to_clients(visit: Visit) -> web.StreamResponse:
    raise web.HTTPSeeOther(f"{visit.home}/clients")


async def _nothing_here(_: Visit) -> web.StreamResponse:
    raise Problem(404, "not_found", "There is no page at this address. Go back to the clients.")
