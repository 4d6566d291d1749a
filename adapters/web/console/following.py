"""What would follow from a switch, said before it is switched."""

from dataclasses import dataclass, field

from aiohttp import web

from adapters.web.console.held_look import HeldLine, held_line
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from adapters.web.texts.settings import what_follows
from domain.settings import HOLD, SWITCHES, Switch

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """`says`: what is so from then on. `held`: what has been held, and can be sent with it; `total` of them."""

    says: str
    held: list[HeldLine] = field(default_factory=list)
    total: int = 0


async def show_following(visit: Visit) -> web.Response:
    """Show what would follow."""
    asked = visit.request.query
    named, on = f"{asked.get('side')}.{asked.get('name')}", asked.get("on") == "true"
    switch = next((each for each in SWITCHES if each == named), None)
    if switch is None:
        raise Problem(400, "wrong_query", "There is no such switch. Reload the page.")
    following = await _following(visit, switch, on=on)
    return visit.render("following.html", following=following, label=asked.get("label", ""))


async def _following(visit: Visit, switch: Switch, *, on: bool) -> Following:
    counts = (await visit.parts.read_model.links.page(visit.firm, limit=1)).counts
    says = what_follows(switch, on=on, synced=counts["synced"] + counts["waiting"])
    if not on or switch not in HOLD:
        return Following(says=says)
    page = await visit.parts.read_model.held.page(visit.firm, limit=SHOWN)
    return Following(says=says, held=[held_line(visit, view) for view in page.clients], total=page.total)
