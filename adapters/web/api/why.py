"""Why a client is or is not synced."""

from adapters.store.read_model import ReadModel
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.why_shapes import WhyAnswer
from adapters.web.texts.why import why
from domain.ids import ClientId, FirmId
from domain.link.choices import open_choices
from domain.link.offers import actions, refusal_of_action


async def _why(call: Call) -> Answer:
    reads, partition = call.parts.read_model, call.parts.partition_of(call.firm)
    return Answer(body=await why_answer(reads, partition, call.firm, call.client))


async def why_answer(reads: ReadModel, partition: int, firm: FirmId, client: ClientId) -> WhyAnswer:
    """Say it. `partition`: the firm's.

    Raises:
        Problem: 404, we never heard of the client.
    """
    found = await known_client(reads, firm, client)
    around = await reads.firms.around(firm, partition)
    known = await reads.surroundings.of(firm, [found.row])
    offered = open_choices(known, found.row)
    no_restore = refusal_of_action(known, found.row, "restore")
    told = why(found.row, around, found.customer, offered, no_restore)
    return WhyAnswer(
        standing=told.standing, text=told.text, facts=dict(told.facts), can=actions(known, found.row)
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
