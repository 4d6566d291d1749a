"""Each page of the console by its route, and where it is looked at. A route that stands in neither table is a red test."""

from collections.abc import Mapping

from aiohttp import web

from adapters.web.console import add_console

FIRM = "/firms/{firm}"
CLIENT = FIRM + "/clients/{client}"
PAGES: Mapping[str, tuple[str, ...]] = {
    "/sign-in": ("/sign-in",),
    FIRM + "/clients": ("{home}/clients", "{home}/clients?status=not_synced&q=o", "{home}/clients?q=nobody"),
    FIRM + "/attention": ("{home}/attention",),
    CLIENT: tuple("{home}/clients/{" + each + "}" for each in ("synced", "asked", "held", "unmatched")),
    FIRM + "/add-client": ("{home}/add-client",),
    CLIENT + "/edit": ("{home}/clients/{synced}/edit",),
    FIRM + "/held": ("{home}/held",),
    FIRM + "/due": ("{home}/due",),
    FIRM + "/health": ("{home}/health",),
    FIRM + "/activity": ("{home}/activity", "{home}/activity?actor=nobody"),
    FIRM + "/settings": ("{home}/settings",),
    FIRM + "/settings/put-back": ("{home}/settings/put-back?change={change}",),
    FIRM + "/connection": ("{home}/connection",),
    FIRM + "/connect": ("{home}/connect",),
    FIRM + "/connect/{sign_in}": ("{home}/connect/{sign_in}",),
    FIRM + "/disconnect": ("{home}/disconnect",),
    "/quickbooks/callback": ("/quickbooks/callback?state=of-nobody",),
    "/quickbooks/launch": ("/quickbooks/launch",),
    "/quickbooks/reconnect": ("/quickbooks/reconnect",),
    "/quickbooks/disconnected": ("/quickbooks/disconnected",),
    FIRM + "/customers": ("{home}/customers",),
    FIRM + "/matching": ("{home}/matching", "{home}/matching?show=likely"),
    FIRM + "/matching/commit": ("{home}/matching/commit",),
    FIRM + "/batches": ("{home}/batches",),
    FIRM + "/batches/{batch}": ("{home}/batches/{batch}",),
    FIRM + "/batches/{batch}/revert": ("{home}/batches/{batch}/revert",),
    FIRM + "/dead-letters": ("{home}/dead-letters?of=firm", "{home}/dead-letters?of=firm&state=discarded"),
    FIRM + "/dead-letters/{letter}": ("{letter}", "{letter}?values=true"),
    FIRM + "/replays": ("{home}/replays",),
    FIRM + "/replays/{replay}": ("{home}/replays/{replay}",),
    FIRM + "/fleet": ("{home}/fleet",),
    CLIENT + "/erase": ("{home}/clients/{deleted}/erase",),
    FIRM + "/{elsewhere}": ("{home}/nowhere",),
}
"""Where each is looked at; in braces what a furnished firm has."""

NOT_FOUND = PAGES[FIRM + "/{elsewhere}"]

NO_PAGES: Mapping[str, str] = {
    "/": "leads to the firm",
    FIRM: "leads to its clients",
    "/sign-in/begin": "leads to the issuer",
    "/sign-in/callback": "in test_issuer.py, since it needs one",
    FIRM + "/client-rows": "a part of the list, added to it",
    CLIENT + "/found": "a part of the window of a match",
    CLIENT + "/review": "a part of the window",
    FIRM + "/settings/following": "a part of the settings' window",
    FIRM + "/activity.csv": "a file",
    FIRM + "/replays/{replay}/report.csv": "a file",
}
NOTHING_IN = (
    *("clients", "add-client", "attention", "held", "due", "health", "activity", "settings", "connection"),
    *("customers", "matching", "batches", "replays"),
)
"""Pages of a firm that nothing has happened to."""


def routes() -> set[str]:
    """List the console's addresses, as it adds them itself."""
    app = web.Application()
    add_console(app)
    return {
        route.resource.canonical
        for route in app.router.routes()
        if route.method == "GET" and route.resource and not isinstance(route.resource, web.StaticResource)
    }
