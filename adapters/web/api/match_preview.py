"""What a match would do, field by field, before anybody confirms it."""

from dataclasses import dataclass

from pydantic import BaseModel

from adapters.bounded import CustomerIdText
from adapters.store.read_model import ReadModel
from adapters.store.views import CustomerView
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import AddressShape, value_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refused
from domain import fields
from domain.ids import CustomerId
from domain.match_review import ReviewedField, reviewed
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.snapshots import Client


class PreviewQuery(BaseModel):
    """With which customer."""

    customer_id: CustomerIdText


class FieldPreview(BaseModel):
    """`now` and `after`: all that stands in QuickBooks' field, before and after. `kept`: it stays, since Canopy has none."""

    field: fields.Field
    client: str | AddressShape | None
    now: str | AddressShape | None
    after: str | AddressShape | None
    changes: bool
    kept: bool


class PreviewAnswer(BaseModel):
    """Send both versions back with the match, so that it is done on what was seen or not at all."""

    client_id: str
    customer_id: str
    link_version: int
    customer_sync_token: int
    fields: list[FieldPreview]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A client and a customer beside each other, as API and console show them before a match.

    `link_version` and `customer_sync_token` say what was seen.
    """

    client: Client
    customer: CustomerView
    link_version: int
    customer_sync_token: int
    fields: list[ReviewedField]


async def preview(reads: ReadModel, link: LinkRow, customer_id: CustomerId) -> Preview:
    """Look at what a match of a link's client would do, by the same rule as the write.

    Raises:
        Problem: 404, one of the two is not known.
    """
    other = await reads.customers.one(link.firm_id, customer_id)
    if link.client is None:
        raise refused(404, Refusal("client_unknown"))
    if other is None or other.row.customer is None:
        raise refused(404, Refusal("customer_unknown"))
    return Preview(
        client=link.client,
        customer=other,
        link_version=link.version,
        customer_sync_token=other.row.customer.sync_token,
        fields=reviewed(link.client, other.row.customer),
    )


async def _preview(call: Call) -> Answer:
    customer_id = CustomerId(call.query_as(PreviewQuery).customer_id)
    link = (await known_client(call.parts.read_model, call.firm, call.client)).row
    seen = await preview(call.parts.read_model, link, customer_id)
    return Answer(
        body=PreviewAnswer(
            client_id=call.client,
            customer_id=customer_id,
            link_version=seen.link_version,
            customer_sync_token=seen.customer_sync_token,
            fields=[_shape(line) for line in seen.fields],
        )
    )


def _shape(line: ReviewedField) -> FieldPreview:
    return FieldPreview(
        field=line.field,
        client=value_shape(line.client),
        now=value_shape(line.now),
        after=value_shape(line.after),
        changes=line.fate == "overwritten",
        kept=line.fate == "kept",
    )


MATCH_PREVIEW = (
    Operation(
        method="GET",
        path=ONE + "/match-preview",
        summary="What a match would change",
        handle=_preview,
        answer=PreviewAnswer,
        query=PreviewQuery,
    ),
)
