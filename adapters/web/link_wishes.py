"""What a person can ask for about one client."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.web.client_reads import ONE
from adapters.web.client_shapes import ClientAnswer, client_answer
from adapters.web.operations import Answer, Call, Operation
from adapters.web.people import Role
from adapters.web.refusals import refusal
from adapters.web.wishes import Refused, UnderWay, ask_about_link
from domain.ids import CustomerId
from domain.inputs import Answer as AnswerQuestion
from domain.inputs import Create, LinkIntent, Match, Push, Restore, Retry, Unmatch


class Wish(BaseModel):
    """`link_version`: the version that was shown; absent: no check that nothing changed since."""

    # A misspelt version would be no check at all.
    model_config = ConfigDict(extra="forbid")

    link_version: int | None = None


class MatchWish(Wish):
    """`customer_sync_token`: the customer's, as the preview showed it; absent: no check."""

    customer_id: str = Field(min_length=1)
    customer_sync_token: int | None = None


class ReasonedWish(Wish):
    """`reason`: a person's words, for the log."""

    reason: str | None = Field(None, max_length=500)


class AnswerWish(Wish):
    """`question`: the problem's id."""

    question: str
    choice: Literal["canopy", "quickbooks"]


def where_is(call: Call) -> str:
    """Give the address of the client that a call is about."""
    return ONE.format(firm=call.firm, client=call.client)


def _match(call: Call) -> LinkIntent:
    body = call.body_as(MatchWish)
    return Match(
        firm_id=call.firm,
        intent_id=call.intent_id,
        client_id=call.client,
        customer_id=CustomerId(body.customer_id),
        link_version=body.link_version,
        customer_sync_token=body.customer_sync_token,
    )


def _reasoned(kind: type[Unmatch | Restore]) -> Callable[[Call], LinkIntent]:
    def build(call: Call) -> LinkIntent:
        body = call.body_as(ReasonedWish)
        return kind(
            firm_id=call.firm,
            intent_id=call.intent_id,
            client_id=call.client,
            link_version=body.link_version,
            reason=body.reason,
        )

    return build


def _plain(kind: type[Create | Push | Retry]) -> Callable[[Call], LinkIntent]:
    def build(call: Call) -> LinkIntent:
        return kind(
            firm_id=call.firm,
            intent_id=call.intent_id,
            client_id=call.client,
            link_version=call.body_as(Wish).link_version,
        )

    return build


def _answer(call: Call) -> LinkIntent:
    body = call.body_as(AnswerWish)
    return AnswerQuestion(
        firm_id=call.firm,
        intent_id=call.intent_id,
        client_id=call.client,
        question=body.question,
        choice=body.choice,
        link_version=body.link_version,
    )


def _operation(
    name: str, summary: str, body: type[BaseModel], build: Callable[[Call], LinkIntent]
) -> Operation:
    async def handle(call: Call) -> Answer:
        ended = await ask_about_link(call.parts, build(call), call.person.actor, repeated=call.repeated)
        if isinstance(ended, Refused):
            raise refusal(ended)
        shown = client_answer(ended.link) if ended.link else ClientAnswer(client=None, link=None)
        if isinstance(ended, UnderWay):
            return Answer(status=202, body=shown, position=ended.position, location=where_is(call))
        return Answer(body=shown, position=ended.position)

    return Operation(
        method="POST",
        path=f"{ONE}/{name}",
        summary=summary,
        handle=handle,
        answer=ClientAnswer,
        role=Role.MANAGER,
        body=body,
    )


LINK_WISHES = (
    _operation("match", "Match a client with a customer; Canopy's values overwrite", MatchWish, _match),
    _operation("create", "Create a customer for a client", Wish, _plain(Create)),
    _operation("unmatch", "Take a link apart and switch its sync off", ReasonedWish, _reasoned(Unmatch)),
    _operation("restore", "Undo an unmatch, however long ago", ReasonedWish, _reasoned(Restore)),
    _operation("push", "Send what is held of a client", Wish, _plain(Push)),
    _operation("retry", "Try again what the other side rejected", Wish, _plain(Retry)),
    _operation("answer", "Settle a question", AnswerWish, _answer),
)
