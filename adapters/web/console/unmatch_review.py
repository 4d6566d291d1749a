"""What undoing a match would do, as the window shows it before anybody confirms it: with QuickBooks' values put back, or as they are."""

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.api.unmatch_preview import stays_of, unmatch_preview
from adapters.web.console.visit import Visit
from adapters.web.console.words import customer_of, name_in, text_of
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.refusals import refusal_text
from domain.ids import ClientId
from domain.link.offers import refusal_of_action
from domain.rows import LinkStatus
from domain.values_back import ForeseenUnmatch


async def show_unmatch_review(visit: Visit) -> web.Response:
    """Show what stays on each side, what ends, and which values QuickBooks would get back.

    Raises:
        Problem: 409, it would be refused.
    """
    client = ClientId(visit.request.match_info["client"])
    reads = visit.parts.read_model
    found = await known_client(reads, visit.firm, client)
    row = found.row
    known = await reads.surroundings.of(visit.firm, [row])
    refusal = refusal_of_action(known, row, "unmatch")
    if refusal is not None:
        raise refused(409, refusal)
    told = await unmatch_preview(reads, row, visit.parts.now())
    body = {"link_version": row.version}
    seen = {"customer_sync_token": told.customer_sync_token, "put_values_back": True}
    return visit.render(
        "unmatch_review.html",
        name=(name_in(row.client.values) if row.client is not None else None) or client,
        customer=customer_of(row, found.customer),
        under_way=row.write is not None,
        stays=stays_of(await reads.made.of(row), row),
        creating=row.status is LinkStatus.CREATING,
        lines=replaced_lines(told),
        kept_for=refusal_text(told.refusal.code, told.refusal.facts) if told.refusal is not None else None,
        body=body,
        body_with_values=body | seen if told.writes else None,
    )


def replaced_lines(told: ForeseenUnmatch) -> list[tuple[str, str, str]]:
    """Give, field by field, what the match wrote and what stood there before."""
    return [
        (FIELD_LABELS[field], text_of(written), text_of(before))
        for field, (before, written) in told.replaced.items()
    ]
