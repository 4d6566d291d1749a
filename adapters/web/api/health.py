"""How a firm is doing, in figures."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.connection import HeardShape
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.figures import QUICKBOOKS_TAKES, figures
from domain.standing import Standing


class HourShape(BaseModel):
    """An hour. `canopy`: changes that Canopy told of; `quickbooks`: webhooks; `answers`: answers from QuickBooks."""

    since: datetime
    canopy: int
    quickbooks: int
    answers: int


class HealthAnswer(BaseModel):
    """`in_step` of `meant` clients hold the same on both sides: `share`, in percent; null: none is meant to.

    `counts`: clients by how they stand; `questions`, `not_synced`: those that need attention, and those that are not synced, by why.
    `due`: so many have something to be sent or asked, the oldest change since `oldest_wait`. `answers`: from QuickBooks in the
    last minute, which takes `takes` requests. `hours`: the last 24, the oldest first.
    """

    in_step: int
    meant: int
    share: float | None
    counts: dict[Standing, int]
    questions: dict[str, int]
    not_synced: dict[str, int]
    due: int
    oldest_wait: datetime | None
    heard: HeardShape
    answers: int
    takes: int
    hours: list[HourShape]


async def _health(call: Call) -> Answer:
    reads = call.parts.read_model
    around = await reads.firms.around(call.firm, call.parts.partition_of(call.firm))
    told = await figures(call.parts, call.firm, around, await reads.links.standings(call.firm, around))
    return Answer(
        body=HealthAnswer(
            in_step=told.in_step,
            meant=told.meant,
            share=told.share,
            counts={each: number for each, number in told.counts.items() if number},
            questions={str(why): number for why, number in told.reasons[Standing.NEEDS_ATTENTION].items()},
            not_synced={str(why): number for why, number in told.reasons[Standing.NOT_SYNCED].items()},
            due=told.due,
            oldest_wait=told.oldest_wait,
            heard=HeardShape.model_validate(told.heard, from_attributes=True),
            answers=told.answers,
            takes=QUICKBOOKS_TAKES,
            hours=[HourShape.model_validate(each, from_attributes=True) for each in told.hours],
        )
    )


HEALTH = (
    Operation(
        method="GET",
        path=FIRM_PATH + "/health",
        summary="How the firm is doing, in figures",
        handle=_health,
        answer=HealthAnswer,
    ),
)
