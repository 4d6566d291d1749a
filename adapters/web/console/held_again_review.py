"""What would be held again, as the window shows it before anybody takes back that both sides were left as they are."""

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.held_again_preview import held_again_preview, left_at
from adapters.web.console.undo_review import UndoInWords, name_of, shown_undo, version_named
from adapters.web.console.visit import Visit
from adapters.web.texts.who_and_when import who
from domain.ids import ClientId


async def show_held_again_review(visit: Visit) -> web.Response:
    """Show, field by field, what is held again; nothing is written.

    Raises:
        Problem: 404 both sides were not left as they are then, 409 it can't be taken back.
    """
    client = ClientId(visit.request.match_info["client"])
    reads = visit.parts.read_model
    row = (await known_client(reads, visit.firm, client)).row
    version = version_named(visit.request.query["held_again"], "leave_both_unknown")
    once = await left_at(reads, visit.firm, client, version)
    seen = await held_again_preview(reads, visit.firm, client, once, visit.parts.now())
    return shown_undo(
        visit,
        seen.told,
        UndoInWords(
            title=f"Hold the changes of {name_of(row)} again",
            did="left both sides as they are,",
            does="undo-leave-both",
            button="Hold again",
            option="--left",
        ),
        version=once.version,
        who=who(once.actor),
        at=once.time,
        text=seen.text,
        under_way=False,
    )
