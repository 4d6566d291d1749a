"""The page on which a person lets an app into one of their companies (Intuit, Set up OAuth 2.0)."""

from collections.abc import Iterable, Mapping
from html import escape

from aiohttp import web

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    "label{display:block;padding:.75rem;border:1px solid #8888;border-radius:.5rem;margin:.5rem 0}"
    "button{font:inherit;padding:.6rem 1.2rem;margin:.5rem .5rem 0 0}"
)


def choose_company(companies: Iterable[tuple[str, str]], asked: Mapping[str, str]) -> web.Response:
    """Show the companies, by number and name, and what was asked for, to be sent back with the choice."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    choices = "".join(
        f'<label><input type="radio" name="realm" value="{escape(realm)}" required{" checked" if first else ""}> '
        f"{escape(name or realm)} <small>{escape(realm)}</small></label>"
        for first, (realm, name) in zip(_first_only(), companies, strict=False)
    )
    return _page(
        "Choose a company",
        "<p>Single Client Sync asks to read and change the accounting data of a company. Which one?</p>"
        f'<form method="post" action="/connect/oauth2">{hidden}{choices}'
        '<button name="do" value="connect">Connect</button>'
        '<button name="do" value="cancel" formnovalidate>Cancel</button></form>',
    )


def refused(why: str) -> web.Response:
    """Show why nobody is led back: to an address that is not registered nobody is led at all."""
    page = _page(
        "Something is wrong with this app",
        f"<p>{escape(why)}</p><p>Tell whoever sent you here.</p>",
    )
    page.set_status(web.HTTPBadRequest.status_code)
    return page


def _first_only() -> Iterable[bool]:
    yield True
    while True:
        yield False


def _page(title: str, content: str) -> web.Response:
    return web.Response(
        text=f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><p><small>QuickBooks stand-in: no password, no Intuit</small></p>"
        f"<h1>{escape(title)}</h1>{content}</main></body></html>",
        content_type="text/html",
        headers={"Cache-Control": "no-store"},
    )
