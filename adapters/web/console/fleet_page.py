"""All firms at a glance, for operators: who is connected, what waits, who is paused and why, and whether anybody decides."""

from typing import assert_never
from urllib.parse import quote

from aiohttp import web

from adapters.web.console.connection_look import connection_look
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.texts.who_and_when import who
from domain.projection import Deciding

FIRMS = 100


async def show_fleet(visit: Visit) -> web.Response:
    """List the operator's firms by id."""
    parts = visit.parts
    page = await parts.read_model.firm_list.page(
        parts.partition_of, visit.person.firms, cursor=visit.request.query.get("cursor"), limit=FIRMS
    )
    return visit.render(
        "fleet.html",
        frame=await frame(visit),
        firms=page.firms,
        connection=lambda firm: connection_look(firm.status, firm.reauthorise_since),
        deciding=deciding_text(parts.deciding.now(), parts.deciding.workers()),
        is_fine=parts.deciding.now() == "ok",
        address=lambda firm: f"/firms/{quote(firm, safe='')}/clients",
        who=who,
        begins="cursor" not in visit.request.query,
        more=f"{visit.home}/fleet?cursor={page.cursor}" if page.cursor else None,
        place="fleet",
    )


def deciding_text(deciding: Deciding, workers: int | None) -> str:
    """Say whether anybody decides, and how many workers were seen at it last."""
    match deciding:
        case "ok" if workers is not None:
            return "1 worker decides." if workers == 1 else f"{workers:,} workers decide."
        case "nobody":
            return "Nobody decides: no worker has been seen for some seconds. What is asked is kept until one runs."
        case "ok" | "unknown":
            return "Kafka does not say whether anybody decides."
        case _:
            assert_never(deciding)
