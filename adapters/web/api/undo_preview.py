"""What taking an answer back would do, field by field, before anybody asks for it: by the same rules as the act."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from adapters.bounded import QueryVersion
from adapters.store.answers_given import AnswerGiven
from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refused
from adapters.web.api.restore_preview import NOT_ASKED_YET, field_shape, under_way
from adapters.web.api.undo_shapes import UndoPreviewAnswer
from adapters.web.problems import Problem
from adapters.web.texts.undoing import undo_text
from domain.ids import ClientId, FirmId
from domain.inputs import UndoAnswer
from domain.refusals import Refusal
from domain.undone import ForeseenUndo, foresee_undo


class UndoPreviewQuery(BaseModel):
    """`version`: the link's, as the answer left it; absent: the last answer."""

    version: QueryVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """The undo of an answer as API, console and terminal show it before it is asked for."""

    given: AnswerGiven
    told: ForeseenUndo

    @property
    def text(self) -> str:
        """Say it in a sentence."""
        problem = self.told.problem
        return undo_text(self.told.code, self.told.facts, self.told.writes, problem.fields if problem else ())


async def answer_at(reads: ReadModel, firm: FirmId, client: ClientId, version: int | None) -> AnswerGiven:
    """Give the answer that left a client's link at a version, or the last one.

    Raises:
        Problem: 404, we never heard of the client, or there is no such answer.
    """
    await known_client(reads, firm, client)
    given = await reads.answers.at(firm, client, version)
    if given is None:
        raise Problem(
            404,
            "answer_unknown",
            "No question about this client was answered there. Its timeline lists the answers.",
        )
    return given


async def undo_preview(
    reads: ReadModel, firm: FirmId, client: ClientId, given: AnswerGiven, at: datetime
) -> UndoPreview:
    """Look at what taking an answer back would do if it were asked for now."""
    settled = given.settled
    about = settled.about if not isinstance(settled, Refusal) else None
    table = await reads.surroundings.of_restore(firm, client, about)
    told = foresee_undo(table, undo_of(firm, client, given), at, under_way(table))
    if isinstance(settled, Refusal):
        told = ForeseenUndo(
            outcome="blocked", code=settled.code, facts=settled.facts, link_version=told.link_version
        )
    return UndoPreview(given=given, told=told)


def undo_of(firm: FirmId, client: ClientId, given: AnswerGiven) -> UndoAnswer:
    """Say what is asked for to take an answer back; nobody has asked yet."""
    settled = given.settled
    return UndoAnswer(
        firm_id=firm,
        intent_id=NOT_ASKED_YET,
        client_id=client,
        version=given.version,
        settled=settled if not isinstance(settled, Refusal) else None,
    )


async def asked_undo(reads: ReadModel, firm: FirmId, client: ClientId, version: int | None) -> UndoAnswer:
    """Say what is asked for to take an answer back, the last one or another.

    Raises:
        Problem: 404 we never heard of the client, or there is no such answer; 409 it is not taken back like this.
    """
    given = await answer_at(reads, firm, client, version)
    if isinstance(given.settled, Refusal):
        raise refused(409, given.settled)
    return undo_of(firm, client, given)


async def _preview(call: Call) -> Answer:
    version, at = call.query_as(UndoPreviewQuery).version, call.parts.now()
    return Answer(body=await undo_answer_preview(call.parts.read_model, call.firm, call.client, version, at))


async def undo_answer_preview(
    reads: ReadModel, firm: FirmId, client: ClientId, version: int | None, at: datetime
) -> UndoPreviewAnswer:
    """Look at what taking an answer back would do, the last one or another.

    Raises:
        Problem: 404, we never heard of the client, or there is no such answer.
    """
    given = await answer_at(reads, firm, client, version)
    seen = await undo_preview(reads, firm, client, given, at)
    return UndoPreviewAnswer(
        client_id=client,
        version=given.version,
        answered_at=given.time,
        answered_by=given.actor,
        outcome=seen.told.outcome,
        code=seen.told.code,
        text=seen.text,
        facts=dict(seen.told.facts),
        link_version=seen.told.link_version,
        customer_sync_token=seen.told.customer_sync_token,
        client_version=seen.told.client_version,
        fields=[field_shape(each) for each in seen.told.fields],
    )


UNDO_PREVIEW = (
    Operation(
        method="GET",
        path=ONE + "/undo-preview",
        summary="What taking an answer back would do, or why it can't be",
        handle=_preview,
        answer=UndoPreviewAnswer,
        query=UndoPreviewQuery,
    ),
)
