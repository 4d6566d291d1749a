"""What would follow from a switch, said before it is switched."""

from dataclasses import dataclass, field

from aiohttp import web

from adapters.web.console.held_look import HeldLine, held_line
from adapters.web.console.visit import Visit

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
    switch, on = f"{asked.get('side')}.{asked.get('name')}", asked.get("on") == "true"
    following = await _following(visit, switch, on=on)
    return visit.render("following.html", following=following, label=asked.get("label", ""))


async def _following(visit: Visit, switch: str, *, on: bool) -> Following:
    match switch, on:
        case "actions_from_canopy.creating", True:
            return Following(
                says="Clients added from now on become customers. Those added while it was off stay out until "
                "somebody matches them."
            )
        case "actions_from_canopy.creating", False:
            return Following(
                says="Clients added from now on stay out of QuickBooks until somebody matches them."
            )
        case "actions_from_qbo.creating", True:
            return Following(
                says="Customers added in QuickBooks from now on become clients. Those there already stay unmatched."
            )
        case "actions_from_qbo.creating", False:
            return Following(says="Customers added in QuickBooks from now on are listed as unmatched.")
        case "actions_from_canopy.editing", True:
            return await _with_held(visit, "Edits in Canopy go to QuickBooks from now on.")
        case "actions_from_qbo.editing", True:
            return await _with_held(visit, "Edits in QuickBooks go to Canopy from now on.")
        case "actions_from_canopy.editing", False:
            return Following(says=f"Edits in Canopy of {await _synced(visit)} are held from now on.")
        case _:
            return Following(says=f"Edits in QuickBooks of {await _synced(visit)} are held from now on.")


async def _with_held(visit: Visit, says: str) -> Following:
    page = await visit.parts.read_model.held.page(visit.firm, limit=SHOWN)
    return Following(says=says, held=[held_line(visit, view) for view in page.clients], total=page.total)


async def _synced(visit: Visit) -> str:
    counts = (await visit.parts.read_model.links.page(visit.firm, limit=1)).counts
    synced = counts["synced"] + counts["waiting"]
    return "1 synced client" if synced == 1 else f"{synced:,} synced clients"
