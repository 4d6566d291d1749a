"""What a match would do, field by field, before anybody confirms it."""

from pydantic import BaseModel

from adapters.bounded import CustomerIdText
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import AddressShape, value_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_text
from domain import fields
from domain.ids import CustomerId
from domain.match_review import reviewed
from domain.snapshots import Client, Customer


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


async def _preview(call: Call) -> Answer:
    customer_id = CustomerId(call.query_as(PreviewQuery).customer_id)
    found = await known_client(call.parts.read_model, call.firm, call.client)
    other = await call.parts.read_model.customers.one(call.firm, customer_id)
    if found.row.client is None:
        raise Problem(404, "client_unknown", refusal_text("client_unknown", {}))
    if other is None or other.row.customer is None:
        raise Problem(404, "customer_unknown", refusal_text("customer_unknown", {}))
    customer = other.row.customer
    return Answer(
        body=PreviewAnswer(
            client_id=call.client,
            customer_id=customer_id,
            link_version=found.row.version,
            customer_sync_token=customer.sync_token,
            fields=previewed(found.row.client, customer),
        )
    )


def previewed(client: Client, customer: Customer) -> list[FieldPreview]:
    """Compare all fields that either side has, by the same rule as the write."""
    return [
        FieldPreview(
            field=line.field,
            client=value_shape(line.client),
            now=value_shape(line.now),
            after=value_shape(line.after),
            changes=line.fate == "overwritten",
            kept=line.fate == "kept",
        )
        for line in reviewed(client, customer)
    ]


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
