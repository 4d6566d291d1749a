"""What a person can ask for about one client."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypedDict

from pydantic import BaseModel, ConfigDict, Field

from adapters.bounded import CustomerIdText, IdText, ShortText, Version, WholeNumber
from adapters.web.api.client_shapes import ClientAnswer
from adapters.web.api.clients import ONE, shown_client, where_is
from adapters.web.api.held_again_preview import asked_to_hold_again
from adapters.web.api.intents import answered, ask
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.restore_preview import of_version
from adapters.web.api.undo_preview import asked_undo
from adapters.web.auth.people import Role
from adapters.web.problems import Problem
from domain import fields
from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import Answer as AnswerQuestion
from domain.inputs import (
    Choice,
    Create,
    Erase,
    LeaveBoth,
    LinkIntent,
    Match,
    Push,
    PutBack,
    Restore,
    Retry,
    TakeTheirs,
    UndoAnswer,
    UndoLeaveBoth,
    Unmatch,
)
from domain.reasons import MOST_IN_A_REASON

Build = Callable[[Call], Awaitable[LinkIntent]]
"""Says what a call asks for."""


class IntentBody(BaseModel):
    """`link_version`: the version that was shown; absent: no check that nothing changed since."""

    # A misspelt version would be no check at all.
    model_config = ConfigDict(extra="forbid")

    link_version: WholeNumber | None = None


class MatchBody(IntentBody):
    """`customer_sync_token`: the customer's, as the preview showed it; absent: no check."""

    customer_id: CustomerIdText
    customer_sync_token: WholeNumber | None = None


class ReasonBody(IntentBody):
    """`reason`: a person's words, for the log."""

    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class UnmatchBody(ReasonBody):
    """`put_values_back`: QuickBooks gets what the match replaced, where it still stands there, before the two are apart.

    `customer_sync_token`: the customer's, as the preview showed it; absent: no check.
    """

    put_values_back: bool = False
    customer_sync_token: WholeNumber | None = None


class SeenBody(IntentBody):
    """`customer_sync_token`, `client_version`: both sides as they were shown; absent: no check."""

    customer_sync_token: WholeNumber | None = None
    client_version: WholeNumber | None = None


class EraseBody(IntentBody):
    """`reason`: why, without naming the person; it stays for good."""

    reason: str = Field(min_length=1, max_length=MOST_IN_A_REASON)


class AsPreviewedBody(ReasonBody):
    """`customer_sync_token`, `client_version`: as the preview showed them; absent: no check."""

    version: Version | None = None
    customer_sync_token: WholeNumber | None = None
    client_version: WholeNumber | None = None


class RestoreBody(AsPreviewedBody):
    """`version`: the one to return to; absent: what an unmatch took apart last."""


class UndoAnswerBody(AsPreviewedBody):
    """`version`: the link's, as the answer left it; absent: the last answer."""


class UndoLeaveBothBody(AsPreviewedBody):
    """`version`: the link's, as leaving both sides left it; absent: the last time."""


class TypedAddress(BaseModel):
    """A postal address, as a person chooses it."""

    line1: ShortText | None = None
    line2: ShortText | None = None
    city: ShortText | None = None
    region: ShortText | None = None
    postal_code: ShortText | None = None
    country: ShortText | None = None


class AnswerBody(IntentBody):
    """`question`: the problem's id. `field`, `value`: of the choices that need a value.

    `customer_id`, `customer_sync_token`: of `match`, as the preview showed them; absent: no check.
    """

    question: IdText
    choice: Choice
    field: fields.Field | None = None
    value: ShortText | TypedAddress | None = None
    customer_id: CustomerIdText | None = None
    customer_sync_token: WholeNumber | None = None


class PutBackBody(IntentBody):
    """The value that is to stand on both sides; null: none."""

    field: fields.Field
    value: ShortText | TypedAddress | None = None


class _About(TypedDict):
    """What every intent about a link says."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None


def _about(call: Call, body: IntentBody) -> _About:
    return _About(
        firm_id=call.firm, intent_id=call.intent_id, client_id=call.client, link_version=body.link_version
    )


async def _match(call: Call) -> LinkIntent:
    body = call.body_as(MatchBody)
    return Match(
        **_about(call, body),
        customer_id=CustomerId(body.customer_id),
        customer_sync_token=body.customer_sync_token,
    )


async def _unmatch(call: Call) -> LinkIntent:
    body = call.body_as(UnmatchBody)
    intent = Unmatch(**_about(call, body), reason=body.reason, customer_sync_token=body.customer_sync_token)
    if not body.put_values_back:
        return intent
    values = await call.parts.read_model.replaced.to_put_back(call.firm, [call.client])
    return replace(intent, values_back=values.get(call.client, {}))


async def _erase(call: Call) -> LinkIntent:
    body = call.body_as(EraseBody)
    return Erase(**_about(call, body), reason=body.reason)


async def _restore(call: Call) -> LinkIntent:
    body = call.body_as(RestoreBody)
    intent = Restore(
        **_about(call, body),
        reason=body.reason,
        customer_sync_token=body.customer_sync_token,
        client_version=body.client_version,
    )
    return await of_version(call.parts.read_model, intent, body.version)


async def _create(call: Call) -> LinkIntent:
    return Create(**_about(call, call.body_as(IntentBody)))


def _as_seen(kind: type[Push | TakeTheirs | LeaveBoth | Retry]) -> Build:
    async def build(call: Call) -> LinkIntent:
        body = call.body_as(SeenBody)
        return kind(
            **_about(call, body),
            customer_sync_token=body.customer_sync_token,
            client_version=body.client_version,
        )

    return build


async def _answer(call: Call) -> LinkIntent:
    body = call.body_as(AnswerBody)
    _check_kind(body.field, body.value)
    return AnswerQuestion(
        **_about(call, body),
        question=body.question,
        choice=body.choice,
        field=body.field,
        value=_value(body.value),
        customer_id=CustomerId(body.customer_id) if body.customer_id is not None else None,
        customer_sync_token=body.customer_sync_token,
    )


async def _undo_answer(call: Call) -> LinkIntent:
    body = call.body_as(UndoAnswerBody)
    plain = await asked_undo(call.parts.read_model, call.firm, call.client, body.version)
    return _as_previewed(call, body, plain)


async def _undo_leave_both(call: Call) -> LinkIntent:
    body = call.body_as(UndoLeaveBothBody)
    plain = await asked_to_hold_again(call.parts.read_model, call.firm, call.client, body.version)
    return _as_previewed(call, body, plain)


def _as_previewed(call: Call, body: AsPreviewedBody, plain: UndoAnswer | UndoLeaveBoth) -> LinkIntent:
    """Let it be done on what the preview showed."""
    return replace(
        plain,
        intent_id=call.intent_id,
        link_version=body.link_version,
        reason=body.reason,
        customer_sync_token=body.customer_sync_token,
        client_version=body.client_version,
    )


async def _put_back(call: Call) -> LinkIntent:
    body = call.body_as(PutBackBody)
    return PutBack(**_about(call, body), field=body.field, value=value_of(body))


def value_of(body: PutBackBody) -> fields.Value:
    """Give the value that is to be put back.

    Raises:
        Problem: 422, it does not fit its field.
    """
    _check_kind(body.field, body.value)
    return _value(body.value)


def _value(given: str | TypedAddress | None) -> fields.Value:
    if not isinstance(given, TypedAddress):
        return given or None
    parts = {name: text or None for name, text in given.model_dump().items()}
    return fields.Address(**parts) if any(parts.values()) else None


def _check_kind(field: fields.Field | None, value: str | TypedAddress | None) -> None:
    if value is not None and isinstance(value, TypedAddress) is not (field is fields.Field.ADDRESS):
        raise Problem(
            422,
            "wrong_body",
            "This value does not fit its field.",
            advice="value: an address for the field address, a text for any other",
        )


def _operation(
    name: str, summary: str, body: type[BaseModel], build: Build, role: Role = Role.MANAGER
) -> Operation:
    async def handle(call: Call) -> Answer:
        ended = await ask(call, await build(call))
        return answered(ended, await shown_client(call.parts, ended.link), where_is(call))

    return Operation(
        method="POST",
        path=f"{ONE}/{name}",
        summary=summary,
        handle=handle,
        answer=ClientAnswer,
        role=role,
        body=body,
    )


LINKS = (
    _operation("match", "Match a client with a customer; Canopy's values overwrite", MatchBody, _match),
    _operation("create", "Create a customer for a client", IntentBody, _create),
    _operation("unmatch", "Take a link apart and switch its sync off", UnmatchBody, _unmatch),
    _operation("restore", "Undo an unmatch, or return the link to a version", RestoreBody, _restore),
    _operation("push", "Send what is held of a client", SeenBody, _as_seen(Push)),
    _operation(
        "take-theirs",
        "Send nothing of what is held: the value stays where it would go, and the other side gets it",
        SeenBody,
        _as_seen(TakeTheirs),
    ),
    _operation(
        "leave-both",
        "Send nothing of what is held: each side keeps its own value",
        SeenBody,
        _as_seen(LeaveBoth),
    ),
    _operation(
        "undo-leave-both",
        "Take back that both sides were left as they are: what was held is held again, and nothing is written",
        UndoLeaveBothBody,
        _undo_leave_both,
    ),
    _operation("retry", "Try again what the other side rejected", SeenBody, _as_seen(Retry)),
    _operation("answer", "Settle a question", AnswerBody, _answer),
    _operation(
        "undo-answer",
        "Take an answer back: what it wrote over stands again, and the question is open if its reason still holds",
        UndoAnswerBody,
        _undo_answer,
    ),
    _operation("put-back", "Let a value that gave way stand again", PutBackBody, _put_back),
    _operation("erase", "Erase a person that Canopy has no more; for good", EraseBody, _erase, Role.OPERATOR),
)
