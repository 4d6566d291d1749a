"""What is asked about dead letters, and how the API's answers are made."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from adapters.letters.decoding import decoded
from adapters.letters.look import Look
from adapters.letters.plan import Plan
from adapters.store.views import DeadLetterPage, DeadLetterView, FateView, LetterGroup
from adapters.web.api.letter_shapes import (
    BodyShape,
    DeadLettersAnswer,
    DeadLetterShape,
    FateShape,
    GroupShape,
    LetterAnswer,
    PlanShape,
    SettledAnswer,
)
from adapters.web.api.operations import PageQuery
from adapters.web.texts.letters import advice_in_the_log, came_of_text, parked_in_the_log, plan_text
from domain.bounds import FIRM, REALM
from domain.letters import State
from domain.reasons import MOST_IN_A_REASON

MOST_EDITED = 1024 * 1024
"""Characters; what is larger is no input."""


class LettersQuery(PageQuery):
    """Which letters, and where the list goes on. `realm`: of a company that no firm was connected to."""

    reason: str | None = Field(None, max_length=60)
    firm: str | None = Field(None, pattern=FIRM.pattern, max_length=FIRM.most)
    state: State | None = None
    realm: str | None = Field(None, pattern=REALM.pattern, max_length=REALM.most)


class ValuesQuery(BaseModel):
    """`values`: with what clients' records hold; that somebody asked for it is logged."""

    values: bool = False


class RedriveBody(BaseModel):
    """`plan`: only say what would happen. `reason`: a person's words, kept for good; needed unless it is a plan."""

    model_config = ConfigDict(extra="forbid")

    plan: bool = False
    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class EditBody(RedriveBody):
    """`event`: the whole message that is sent in the letter's place, as a text that is JSON.

    Its `id`, and an intent's `actor` and `time`, are set.
    """

    event: str = Field(max_length=MOST_EDITED)


class DiscardBody(BaseModel):
    """`reason`: a person's words, kept for good."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=MOST_IN_A_REASON)


def letters_answer(page: DeadLetterPage, groups: Iterable[LetterGroup]) -> DeadLettersAnswer:
    """Write a page of the list out."""
    return DeadLettersAnswer(
        dead_letters=[letter_shape(each) for each in page.letters],
        groups=[group_shape(each) for each in groups],
        cursor=page.cursor,
    )


def group_shape(group: LetterGroup) -> GroupShape:
    """Write out how many wait for a reason."""
    return GroupShape(
        reason=group.reason, says=parked_in_the_log(group.reason), count=group.count, oldest=group.oldest
    )


def settled_answer(fate: FateView) -> SettledAnswer:
    """Say what was done."""
    return SettledAnswer(fate=FateShape.model_validate(fate, from_attributes=True), plan=None)


def planned_answer(plan: Plan | None) -> SettledAnswer:
    """Say what would come of it."""
    return SettledAnswer(fate=None, plan=plan_shape(plan) if plan is not None else None)


def letter_answer(look: Look, *, values: bool) -> LetterAnswer:
    """Write a letter out."""
    view, original = look.view, look.original
    body = decoded(original.value, values=values) if original is not None else None
    fate = view.fate
    return LetterAnswer(
        letter=letter_shape(view),
        says=parked_in_the_log(view.reason),
        advice=advice_in_the_log(view.reason),
        headers=dict(original.headers) if original is not None else {},
        body=None
        if body is None
        else BodyShape(
            what=body.what, attributes=body.attributes, text=body.text, cut=body.cut, with_values=values
        ),
        plan=plan_shape(look.plan) if look.plan is not None else None,
        came_of=came_of_text(look.came_of, sent=fate.sent_count if fate is not None else 0),
        editable=look.editable,
    )


def plan_shape(plan: Plan) -> PlanShape:
    """Write a plan out."""
    topics = sorted({f"{copy.topic}/{copy.partition}" for copy in plan.copies})
    return PlanShape(
        code=plan.code,
        says=plan_text(plan),
        topics=topics,
        messages=len(plan.copies),
        reason=plan.reason,
        detail=plan.detail,
    )


def letter_shape(view: DeadLetterView) -> DeadLetterShape:
    """Write a letter of the list out."""
    return DeadLetterShape(
        id=str(view.place),
        partition=view.place.partition,
        offset=view.place.offset,
        key=view.key,
        reason=view.reason,
        detail=view.detail,
        source=view.source,
        time=view.time,
        size=view.size,
        realms=list(view.realms),
        state=view.state,
        fate=FateShape.model_validate(view.fate, from_attributes=True) if view.fate is not None else None,
    )
