"""The console's addresses, added to the gateway's application."""

from pathlib import Path

import jinja2
from aiohttp import web

from adapters.web.auth.people import Role
from adapters.web.console import from_intuit, issuer_pages, sign_in
from adapters.web.console.activity_page import export_activity, show_activity
from adapters.web.console.attention_page import show_attention
from adapters.web.console.batch_page import show_batch, show_batches, show_revert
from adapters.web.console.client_form import show_add_client, show_edit_client, show_remarks
from adapters.web.console.client_list import show_clients, show_rows
from adapters.web.console.client_record import show_client
from adapters.web.console.commit_page import show_commit
from adapters.web.console.connect_pages import (
    begin_to_connect,
    decide_on_company,
    show_company,
    show_connect,
)
from adapters.web.console.connection_page import show_connection
from adapters.web.console.customers_page import show_customers
from adapters.web.console.dead_letters_page import show_dead_letters
from adapters.web.console.disconnect_page import disconnect, show_disconnect
from adapters.web.console.due_page import show_due
from adapters.web.console.erase_page import erase, show_erase
from adapters.web.console.fleet_page import show_fleet
from adapters.web.console.following import show_following
from adapters.web.console.health_page import show_health
from adapters.web.console.held_page import show_held
from adapters.web.console.letter_page import show_letter
from adapters.web.console.match_review import show_review
from adapters.web.console.match_window import show_found
from adapters.web.console.matching_page import show_matching
from adapters.web.console.replay_export import export_replay
from adapters.web.console.replay_page import show_replay
from adapters.web.console.replays_page import show_replays
from adapters.web.console.selection import show_selection
from adapters.web.console.settings_page import show_settings
from adapters.web.console.settings_put_back import put_settings_back, show_settings_put_back
from adapters.web.console.visit import TEMPLATES, Visit, page, problems_as_pages
from adapters.web.problems import Problem

HERE = Path(__file__).parent
FIRM = "/firms/{firm}"
CLIENT = FIRM + "/clients/{client}"


def add_console(app: web.Application) -> None:
    """Add the pages."""
    app[TEMPLATES] = _templates()
    others = frozenset(app.router.resources())
    _add_sign_in(app.router)
    _add_clients(app.router)
    _add_company(app.router)
    _add_matching(app.router)
    _add_operators(app.router)
    app.router.add_get(FIRM + "/{elsewhere:.*}", page(_nothing_here))
    app.router.add_static("/static", HERE / "static")
    # Behind the outermost, which says what is a problem at all.
    app.middlewares.insert(1, problems_as_pages(frozenset(app.router.resources()) - others))


def _add_sign_in(router: web.UrlDispatcher) -> None:
    router.add_get("/", sign_in.begin)
    router.add_get("/sign-in", sign_in.show_sign_in)
    router.add_post("/sign-in", sign_in.do_sign_in)
    router.add_get(issuer_pages.BEGIN, issuer_pages.leave)
    router.add_get(issuer_pages.CALLBACK, issuer_pages.come_back)
    router.add_post("/sign-out", sign_in.do_sign_out)


def _add_clients(router: web.UrlDispatcher) -> None:
    router.add_get(FIRM, page(_to_clients))
    router.add_get(FIRM + "/clients", page(show_clients))
    router.add_get(FIRM + "/attention", page(show_attention))
    router.add_get(FIRM + "/client-rows", page(show_rows))
    router.add_post(FIRM + "/selection", page(show_selection, Role.MANAGER))
    router.add_get(CLIENT, page(show_client))
    router.add_get(FIRM + "/add-client", page(show_add_client, Role.MANAGER))
    router.add_get(CLIENT + "/edit", page(show_edit_client, Role.MANAGER))
    router.add_post(FIRM + "/remarks", page(show_remarks))
    router.add_get(CLIENT + "/found", page(show_found))
    router.add_get(CLIENT + "/review", page(show_review))
    router.add_get(FIRM + "/held", page(show_held))
    router.add_get(FIRM + "/due", page(show_due))
    router.add_get(FIRM + "/health", page(show_health))
    router.add_get(FIRM + "/activity", page(show_activity))
    router.add_get(FIRM + "/activity.csv", page(export_activity))


def _add_company(router: web.UrlDispatcher) -> None:
    router.add_get(FIRM + "/settings", page(show_settings))
    router.add_get(FIRM + "/settings/following", page(show_following))
    router.add_get(FIRM + "/settings/put-back", page(show_settings_put_back, Role.MANAGER))
    router.add_post(FIRM + "/settings/put-back", page(put_settings_back, Role.MANAGER))
    router.add_get(FIRM + "/connection", page(show_connection))
    router.add_get(FIRM + "/connect", page(show_connect, Role.MANAGER))
    router.add_post(FIRM + "/connect", page(begin_to_connect, Role.MANAGER))
    router.add_get(FIRM + "/connect/{sign_in}", page(show_company, Role.MANAGER))
    router.add_post(FIRM + "/connect/{sign_in}", page(decide_on_company, Role.MANAGER))
    router.add_get(FIRM + "/disconnect", page(show_disconnect, Role.MANAGER))
    router.add_post(FIRM + "/disconnect", page(disconnect, Role.MANAGER))
    router.add_get(from_intuit.CALLBACK, from_intuit.come_back)
    router.add_get("/quickbooks/launch", from_intuit.launch)
    router.add_get("/quickbooks/reconnect", from_intuit.reconnect)
    router.add_get("/quickbooks/disconnected", from_intuit.disconnected)


def _add_matching(router: web.UrlDispatcher) -> None:
    router.add_get(FIRM + "/customers", page(show_customers))
    router.add_get(FIRM + "/matching", page(show_matching))
    router.add_get(FIRM + "/matching/commit", page(show_commit))
    router.add_get(FIRM + "/batches", page(show_batches))
    router.add_get(FIRM + "/batches/{batch}", page(show_batch))
    router.add_get(FIRM + "/batches/{batch}/revert", page(show_revert))


def _add_operators(router: web.UrlDispatcher) -> None:
    router.add_get(FIRM + "/dead-letters", page(show_dead_letters, Role.OPERATOR))
    router.add_get(FIRM + "/dead-letters/{letter}", page(show_letter, Role.OPERATOR))
    router.add_get(FIRM + "/replays", page(show_replays, Role.OPERATOR))
    router.add_get(FIRM + "/replays/{replay}", page(show_replay, Role.OPERATOR))
    router.add_get(FIRM + "/replays/{replay}/report.csv", page(export_replay, Role.OPERATOR))
    router.add_get(FIRM + "/fleet", page(show_fleet, Role.OPERATOR))
    router.add_get(CLIENT + "/erase", page(show_erase, Role.OPERATOR))
    router.add_post(CLIENT + "/erase", page(erase, Role.OPERATOR))


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
