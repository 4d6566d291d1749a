"""What undoing a match would do, as the window shows it before anybody confirms it."""

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.api.restore_preview import NOT_ASKED_YET, under_way
from adapters.web.console.visit import Visit
from adapters.web.console.words import customer_of, name_in
from domain.codes import is_refusal
from domain.decision import Verdict
from domain.foresight import foresee
from domain.ids import ClientId
from domain.inputs import Unmatch
from domain.refusals import Refusal


async def show_unmatch_review(visit: Visit) -> web.Response:
    """Show what stays on each side, and what ends.

    Raises:
        Problem: 409, it would be refused.
    """
    client = ClientId(visit.request.match_info["client"])
    found = await known_client(visit.parts.read_model, visit.firm, client)
    row = found.row
    table = await visit.parts.read_model.surroundings.of_restore(visit.firm, client, row.customer_id)
    intent = Unmatch(firm_id=visit.firm, intent_id=NOT_ASKED_YET, client_id=client, link_version=row.version)
    told = foresee(table, intent, visit.parts.now(), under_way(table))
    if told.verdict is not Verdict.APPLIED:
        raise refused(409, Refusal(told.code if is_refusal(told.code) else "stale", told.facts))
    return visit.render(
        "unmatch_review.html",
        name=(name_in(row.client.values) if row.client is not None else None) or client,
        customer=customer_of(row, found.customer),
        under_way=row.write is not None,
        body={"link_version": row.version},
    )
