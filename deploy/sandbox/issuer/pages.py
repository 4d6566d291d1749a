"""The page on which one chooses whom to be."""

from collections.abc import Iterable, Mapping
from html import escape

from aiohttp import web

from deploy.sandbox.issuer.people import Claims

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}"
    "li{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.5rem;padding:.5rem 0}"
    "ul{list-style:none;padding:0}label{display:block;margin:.5rem 0}"
    "input,button{font:inherit;padding:.4rem .8rem;box-sizing:border-box}label input{display:block;width:100%}"
    "summary{cursor:pointer;padding:.5rem 0}"
)
_TYPED = (
    ("sub", "Id, as the log names them", "required"),
    ("name", "Name", ""),
    ("role", "Role: viewer, manager or operator", ""),
    ("firms", "Firms, separated by commas; * for all", ""),
)


def choose_person(people: Iterable[Claims], asked: Mapping[str, str]) -> web.Response:
    """Show the people, and what was asked for, to be sent back with the choice."""
    hidden = "".join(
        f'<input type="hidden" name="asked_{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    )
    listed = "".join(_line(each) for each in people)
    typed = "".join(
        f'<label>{text}<input name="{name}" autocomplete="off" {more}></label>' for name, text, more in _TYPED
    )
    return _page(
        "Who are you?",
        f'<form method="post" action="/authorize">{hidden}<ul>{listed}</ul>'
        '<button name="do" value="cancel">Cancel</button></form>'
        f'<details><summary>Somebody else</summary><form method="post" action="/authorize">{hidden}{typed}'
        '<button name="do" value="else">Sign in as somebody else</button></form></details>',
    )


def refused(why: str) -> web.Response:
    """Show why nobody is led back: to an address that is not registered nobody is led at all."""
    page = _page("Something is wrong with this app", f"<p>{escape(why)}</p>")
    page.set_status(web.HTTPBadRequest.status_code)
    return page


def _line(person: Claims) -> str:
    sub, name = str(person.get("sub")), str(person.get("name") or person.get("sub"))
    firms = ", ".join(map(str, person.get("firms") or ())) or "no firm"
    facts = f"{person.get('role', 'no role')}, {'all firms' if firms == '*' else firms}"
    button = f'<button name="person" value="{escape(sub)}">Sign in as {escape(name)}</button>'
    return f"<li>{button}<small>{escape(facts)}</small></li>"


def _page(title: str, content: str) -> web.Response:
    return web.Response(
        text=f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><p><small>Stand-in of an issuer: no password, no secret</small></p>"
        f"<h1>{escape(title)}</h1>{content}</main></body></html>",
        content_type="text/html",
        headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"},
    )
