"""Why a client is or is not synced."""

from pydantic import BaseModel

from adapters.web.api.clients import ONE, known_client
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.texts.why import why
from domain.link.choices import open_choices
from domain.link.offers import Action, actions, refusal_of_action
from domain.standing import Standing


class WhyAnswer(BaseModel):
    """Why a client is or is not synced, and what can be done."""

    standing: Standing
    text: str
    facts: dict[str, str]
    can: list[Action]


async def _why(call: Call) -> Answer:
    found = await known_client(call.parts.read_model, call.firm, call.client)
    around = await call.parts.read_model.firms.around(call.firm, call.parts.partition_of(call.firm))
    known = await call.parts.read_model.surroundings.of(call.firm, [found.row])
    offered = open_choices(known, found.row)
    no_restore = refusal_of_action(known, found.row, "restore")
    told = why(found.row, around, found.customer, offered, no_restore)
    return Answer(
        body=WhyAnswer(
            standing=told.standing, text=told.text, facts=dict(told.facts), can=actions(known, found.row)
        )
    )


WHY = (
    Operation(
        method="GET",
        path=ONE + "/why",
        summary="Why a client is or is not synced",
        handle=_why,
        answer=WhyAnswer,
    ),
)
