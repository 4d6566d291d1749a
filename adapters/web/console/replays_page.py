"""Replays, for operators: which acts to take back, and all plans that there are."""

from datetime import datetime
from urllib.parse import quote

from aiohttp import web

from adapters.web.api.replays import state_of
from adapters.web.console.clock import Clock
from adapters.web.console.frame import frame
from adapters.web.console.replay_look import found_by, outcome_look, state_now
from adapters.web.console.visit import Visit
from adapters.web.texts.who_and_when import who
from domain.bounds import LATEST, MOST_IN_A_TEXT, moment
from domain.ids import FirmId

LISTED = 50


async def show_replays(visit: Visit) -> web.Response:
    """Show the form, filled with what the address says, and the plans of this firm or of all, the newest first."""
    asked, desk = visit.request.query, visit.parts.replays
    of_all = asked.get("of") != "firm"
    firms = visit.person.firms if of_all else frozenset({visit.firm})
    page = await desk.page(firms, cursor=asked.get("cursor"), limit=LISTED)
    more = f"of=firm&cursor={page.cursor}" if not of_all else f"cursor={page.cursor}"
    return visit.render(
        "replays.html",
        frame=await frame(visit),
        replays=[(each, await desk.decided(each)) for each in page.replays],
        of_all=of_all,
        more=f"{visit.home}/replays?{more}" if page.cursor else None,
        given={
            name: asked.get(name, "")[:MOST_IN_A_TEXT] for name in ("kind", "actor", "batch", "engine", "ids")
        },
        versions=await visit.parts.read_model.versions.of(visit.firm),
        since=_typed(visit.clock, asked.get("since")),
        until=_typed(visit.clock, asked.get("until")),
        address=lambda each: replay_address(each.firm_id, each.id),
        found_by=lambda each: found_by(each, visit.clock),
        state=state_now,
        state_of=state_of,
        outcome=outcome_look,
        who=who,
        place="replays",
    )


def replay_address(firm: FirmId, replay: str) -> str:
    """Give the address of a replay's page."""
    return f"/firms/{quote(firm, safe='')}/replays/{quote(replay, safe='')}"


def _typed(clock: Clock, text: str | None) -> str:
    """Write a time as the form's fields hold it, in the zone of who looks; nothing for what is no time."""
    try:
        then: datetime = moment(text or "", LATEST)
    except ValueError:
        return ""
    return f"{clock.local(then):%Y-%m-%dT%H:%M}"
