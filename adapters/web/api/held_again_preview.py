"""What taking back would do that both sides were left as they are, field by field: by the same rules as the act."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from adapters.bounded import QueryVersion
from adapters.store.both_left import BothLeftOnce
from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refused
from adapters.web.api.restore_preview import NOT_ASKED_YET, field_shape, under_way
from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer
from adapters.web.problems import Problem
from adapters.web.texts.undoing import held_again_text
from domain.fields import Field
from domain.ids import ClientId, FirmId
from domain.inputs import UndoLeaveBoth
from domain.link.held_again import held_again
from domain.refusals import Refusal
from domain.remembered import LeftApart
from domain.undone import ForeseenUndo, foresee_undo


class UndoLeaveBothPreviewQuery(BaseModel):
    """`version`: the link's, as leaving both sides left it; absent: the last time."""

    version: QueryVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAgainPreview:
    """The undo as API, console and terminal show it before it is asked for. `fields`: what is held again."""

    once: BothLeftOnce
    told: ForeseenUndo
    fields: tuple[Field, ...]

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        return held_again_text(self.told, self.fields)


async def left_at(reads: ReadModel, firm: FirmId, client: ClientId, version: int | None) -> BothLeftOnce:
    """Give the time when both sides were left as they are, by the version of the link that it left; or the last one.

    Raises:
        Problem: 404, we never heard of the client, or there is no such time.
    """
    await known_client(reads, firm, client)
    once = await reads.both_left.at(firm, client, version)
    if once is None:
        raise Problem(
            404,
            "leave_both_unknown",
            "Both sides of this client were not left as they are there. Its timeline says when they were.",
        )
    return once


async def held_again_preview(
    reads: ReadModel, firm: FirmId, client: ClientId, once: BothLeftOnce, at: datetime
) -> HeldAgainPreview:
    """Look at what would be held again if that were asked for now."""
    table = await reads.surroundings.of_restore(firm, client, None)
    link, intent = table.link(firm, client), held_again_of(firm, client, once)
    again = held_again(table, link, intent.left) if link is not None else None
    told = foresee_undo(table, intent, at, under_way(table))
    return HeldAgainPreview(once=once, told=told, fields=tuple(again.stands) if again is not None else ())


def held_again_of(firm: FirmId, client: ClientId, once: BothLeftOnce) -> UndoLeaveBoth:
    """Say what is asked for to take it back; nobody has asked yet."""
    return UndoLeaveBoth(
        firm_id=firm,
        intent_id=NOT_ASKED_YET,
        client_id=client,
        version=once.version,
        left=once.left if isinstance(once.left, LeftApart) else None,
    )


async def asked_to_hold_again(
    reads: ReadModel, firm: FirmId, client: ClientId, version: int | None
) -> UndoLeaveBoth:
    """Say what is asked for to take back that both sides were left as they are, the last time or another.

    Raises:
        Problem: 404 we never heard of the client, or there is no such time; 409 nobody knows any more how it was before.
    """
    once = await left_at(reads, firm, client, version)
    if isinstance(once.left, Refusal):
        raise refused(409, once.left)
    return held_again_of(firm, client, once)


async def _preview(call: Call) -> Answer:
    version, at = call.query_as(UndoLeaveBothPreviewQuery).version, call.parts.now()
    body = await undo_leave_both_preview(call.parts.read_model, call.firm, call.client, version, at)
    return Answer(body=body)


async def undo_leave_both_preview(
    reads: ReadModel, firm: FirmId, client: ClientId, version: int | None, at: datetime
) -> UndoLeaveBothPreviewAnswer:
    """Look at what would be held again, of the last time or another.

    Raises:
        Problem: 404, we never heard of the client, or there is no such time.
    """
    once = await left_at(reads, firm, client, version)
    seen = await held_again_preview(reads, firm, client, once, at)
    return UndoLeaveBothPreviewAnswer(
        client_id=client,
        version=once.version,
        left_at=once.time,
        left_by=once.actor,
        outcome=seen.told.outcome,
        code=seen.told.code,
        text=seen.text,
        facts=dict(seen.told.facts),
        link_version=seen.told.link_version,
        customer_sync_token=seen.told.customer_sync_token,
        client_version=seen.told.client_version,
        fields=[field_shape(each) for each in seen.told.fields],
    )


HELD_AGAIN_PREVIEW = (
    Operation(
        method="GET",
        path=ONE + "/undo-leave-both-preview",
        summary="What would be held again if leaving both sides as they are were taken back, or why it can't be",
        handle=_preview,
        answer=UndoLeaveBothPreviewAnswer,
        query=UndoLeaveBothPreviewQuery,
    ),
)
