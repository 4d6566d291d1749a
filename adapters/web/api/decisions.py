"""What was decided about something that was asked before: for who got a 202, or no answer at all, and kept the key."""

from pydantic import BaseModel

from adapters.bounded import IdempotencyKeyText
from adapters.store.past_decisions import PastDecision
from adapters.web.api.decision_shapes import DecisionsAnswer, DecisionShape
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from domain.ids import ALL_FIRMS, intent_id


class DecisionsQuery(BaseModel):
    """`key`: the Idempotency-Key that it was asked with."""

    key: IdempotencyKeyText


async def _decisions(call: Call) -> Answer:
    intent = intent_id(call.firm, call.query_as(DecisionsQuery).key)
    found = await call.parts.past.by_partition(call.firm, intent)
    expected = call.parts.partitions if call.firm == ALL_FIRMS else 1
    decided = len(found) == expected
    return Answer(body=DecisionsAnswer(decided=decided, decisions=[_shape(each) for each in found]))


def _shape(each: PastDecision) -> DecisionShape:
    return DecisionShape(
        verdict=each.verdict,
        code=each.code,
        facts=dict(each.facts),
        position=f"p{each.partition}:{each.offset}",
    )


DECISIONS = (
    Operation(
        method="GET",
        path=FIRM_PATH + "/decisions",
        summary="What was decided about something that was asked before",
        handle=_decisions,
        answer=DecisionsAnswer,
        query=DecisionsQuery,
        all_firms=True,
    ),
)
