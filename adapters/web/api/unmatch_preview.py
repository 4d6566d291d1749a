"""What an unmatch that puts QuickBooks' values back would do, before anybody asks for it: by the same rules as the act."""

from datetime import datetime

from pydantic import BaseModel

from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import AddressShape, values_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.replaced_shape import ReplacedShape, replaced_shapes
from adapters.web.api.restore_preview import under_way
from adapters.web.texts.made import what_stays
from adapters.web.texts.refusals import refusal_text
from domain.codes import RefusalCode
from domain.creates import Made
from domain.fields import Field
from domain.rows import LinkRow
from domain.values_back import ForeseenUnmatch, foresee_unmatch


class UnmatchPreviewAnswer(BaseModel):
    """`replaced`: what the match wrote in QuickBooks and stands there, which a plain unmatch leaves where it is.

    `values_back`: what QuickBooks gets with `put_values_back`; `code`, `text`: why it would be refused. `created`: which of the two
    was made for the other; `stays`: what that means for it. The versions: to be sent along.
    """

    client_id: str
    customer_id: str | None
    replaced: list[ReplacedShape]
    values_back: dict[Field, str | AddressShape | None]
    code: RefusalCode | None
    text: str | None
    created: Made | None
    stays: str | None
    link_version: int
    customer_sync_token: int | None


async def unmatch_preview(reads: ReadModel, link: LinkRow, at: datetime) -> ForeseenUnmatch:
    """Look at what it would do if it were asked for now."""
    replaced = await reads.replaced.of(link.firm_id, link.client_id)
    table = await reads.surroundings.of_restore(link.firm_id, link.client_id, link.customer_id)
    now = table.link(link.firm_id, link.client_id) or link
    return foresee_unmatch(table, now, replaced, at, under_way(table))


def stays_of(made: Made | None, row: LinkRow) -> str | None:
    """Say what stays of what was made for a link; None: nothing was."""
    return what_stays(made, row.customer_id) if made is not None and row.customer_id is not None else None


async def _preview(call: Call) -> Answer:
    reads = call.parts.read_model
    row = (await known_client(reads, call.firm, call.client)).row
    told = await unmatch_preview(reads, row, call.parts.now())
    refusal, made = told.refusal, await reads.made.of(row)
    return Answer(
        body=UnmatchPreviewAnswer(
            client_id=row.client_id,
            customer_id=row.customer_id,
            replaced=replaced_shapes(told.replaced),
            values_back=values_shape(told.writes),
            code=refusal.code if refusal is not None else None,
            text=refusal_text(refusal.code, refusal.facts) if refusal is not None else None,
            created=made,
            stays=stays_of(made, row),
            link_version=row.version,
            customer_sync_token=told.customer_sync_token,
        )
    )


UNMATCH_PREVIEW = (
    Operation(
        method="GET",
        path=ONE + "/unmatch-preview",
        summary="What an unmatch that puts QuickBooks' values back would do, or why it is refused",
        handle=_preview,
        answer=UnmatchPreviewAnswer,
    ),
)
