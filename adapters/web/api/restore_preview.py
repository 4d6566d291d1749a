"""What a restore would do, field by field, before anybody asks for it: by the same rules as the act."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from adapters.bounded import QueryVersion
from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import value_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.restore_shapes import RestoredFieldShape, RestorePreviewAnswer, SideShape
from adapters.web.problems import Problem
from adapters.web.texts.restoring import restore_text
from domain.ids import ClientId, EffectId, FirmId, IntentId
from domain.inputs import Restore
from domain.restoring import ForeseenRestore, RestoredField, foresee_restore
from domain.table import Table

NOT_ASKED_YET = IntentId("preview")


class RestorePreviewQuery(BaseModel):
    """`version`: the one to return to; absent: what an unmatch took apart last."""

    version: QueryVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePreview:
    """A restore as API, console and terminal show it before it is asked for."""

    told: ForeseenRestore
    link_version: int

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        problem = self.told.problem
        return restore_text(
            self.told.code, self.told.facts, self.told.writes, problem.fields if problem else ()
        )

    @property
    def as_of(self) -> datetime | None:
        """Say when the customer was changed last, as far as we know."""
        seen = self.told.customer.customer if self.told.customer is not None else None
        return seen.updated_at if seen is not None else None

    @property
    def being_read(self) -> bool:
        """Say whether QuickBooks has told of a change that is not read yet."""
        customer = self.told.customer
        return customer is not None and (customer.noticed_at is not None or bool(customer.reads))


async def of_version(reads: ReadModel, intent: Restore, version: int | None) -> Restore:
    """Let a restore ask for what stood at a version.

    Raises:
        Problem: 404, there was none.
    """
    if version is None:
        return intent
    past = await reads.links.at_version(intent.firm_id, intent.client_id, version)
    if past is None:
        raise Problem(404, "version_unknown", "This client had no such version. Its timeline lists them.")
    return past.put_into(intent, version)


async def restore_preview(reads: ReadModel, intent: Restore, at: datetime) -> RestorePreview:
    """Look at what a restore would do if it were asked for now."""
    table = await reads.surroundings.of_restore(intent.firm_id, intent.client_id, intent.customer_id)
    told = foresee_restore(table, intent, at, under_way(table))
    return RestorePreview(told=told, link_version=told.before.version if told.before is not None else 0)


def under_way(table: Table) -> frozenset[EffectId]:
    """Name the effects that a worker may have begun."""
    return frozenset(effect.id for row in table for effect in row.pending)


async def _preview(call: Call) -> Answer:
    version, at = call.query_as(RestorePreviewQuery).version, call.parts.now()
    return Answer(body=await preview_answer(call.parts.read_model, call.firm, call.client, version, at))


async def preview_answer(
    reads: ReadModel, firm: FirmId, client: ClientId, version: int | None, at: datetime
) -> RestorePreviewAnswer:
    """Look at what a restore of a client would do, to a version or to what an unmatch took apart.

    Raises:
        Problem: 404, we never heard of the client, or it had no such version.
    """
    await known_client(reads, firm, client)
    plain = Restore(firm_id=firm, intent_id=NOT_ASKED_YET, client_id=client)
    seen = await restore_preview(reads, await of_version(reads, plain, version), at)
    return preview_shape(client, seen)


def preview_shape(client: ClientId, seen: RestorePreview) -> RestorePreviewAnswer:
    """Lay a preview out as the API answers it."""
    customer = seen.told.customer
    return RestorePreviewAnswer(
        client_id=client,
        customer_id=customer.customer_id if customer is not None else None,
        outcome=seen.told.outcome,
        code=seen.told.code,
        text=seen.text,
        facts=dict(seen.told.facts),
        link_version=seen.link_version,
        customer_sync_token=seen.told.customer_sync_token,
        client_version=seen.told.client_version,
        as_of=seen.as_of,
        being_read=seen.being_read,
        fields=[field_shape(each) for each in seen.told.fields],
    )


def field_shape(line: RestoredField) -> RestoredFieldShape:
    """Lay one field out, as it is on both sides and as it would be."""
    return RestoredFieldShape(
        field=line.field,
        canopy=SideShape(now=value_shape(line.canopy), after=value_shape(line.canopy_after)),
        quickbooks=SideShape(now=value_shape(line.quickbooks), after=value_shape(line.quickbooks_after)),
        fate=line.fate,
    )


RESTORE_PREVIEW = (
    Operation(
        method="GET",
        path=ONE + "/restore-preview",
        summary="What a restore would do, or why it is refused",
        handle=_preview,
        answer=RestorePreviewAnswer,
        query=RestorePreviewQuery,
    ),
)
