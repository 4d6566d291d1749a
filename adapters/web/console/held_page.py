"""What is held while a switch is off, or since the company was disconnected: client by client, with what can be done about it."""

from aiohttp import web

from adapters.store.views import LinkView
from adapters.web.console.frame import frame
from adapters.web.console.held_look import HeldLine, held_line
from adapters.web.console.visit import Visit
from adapters.web.texts.held import button_words
from domain.known import Known
from domain.selection import HELD_ACTS, refusal_of_selected


async def show_held(visit: Visit) -> web.Response:
    """List the clients, or the next part of them; with `drifted` only what came to differ while the company was disconnected."""
    asked, reads = visit.request.query, visit.parts.read_model
    drifted = "drifted" in asked
    everything = await reads.held.page(visit.firm, limit=1)
    since_away = await reads.drifted.page(visit.firm, limit=1)
    page = await (reads.drifted if drifted else reads.held).page(visit.firm, cursor=asked.get("cursor"))
    known = await reads.surroundings.of(visit.firm, [view.row for view in page.clients])
    address = f"{visit.home}/held"
    kept = "drifted=true&" if drifted else ""
    return visit.render(
        "held.html",
        frame=await frame(visit),
        lines=[_offered(visit, view, known) for view in page.clients],
        total=page.total,
        filters=(
            ("All", address, everything.total, not drifted),
            ("Since the company was disconnected", f"{address}?drifted=true", since_away.total, drifted),
        )
        if drifted or since_away.total
        else (),
        more=f"{address}?{kept}cursor={page.cursor}" if page.cursor else None,
        place="settings",
    )


def _offered(visit: Visit, view: LinkView, known: Known) -> HeldLine:
    words = button_words(view.row.held)
    offered = [act for act in HELD_ACTS if refusal_of_selected(known, view.row, act) is None]
    return held_line(visit, view, acts=[(act, words[act]) for act in offered])
