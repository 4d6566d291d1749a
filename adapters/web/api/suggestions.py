"""The customers that a client may be, best first, each with what speaks for it and against it."""

from adapters.store.read_model import ReadModel
from adapters.store.suggested import Suggested, suggested_for
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.customer_shapes import NamedHolderShape
from adapters.web.api.customers import customer_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.suggestion_shapes import SuggestionsAnswer, SuggestionShape
from domain.ids import ClientId, FirmId
from domain.matching.reasons import VERSION


async def _suggestions(call: Call) -> Answer:
    return Answer(body=await suggestions_for(call.parts.read_model, call.firm, call.client))


async def suggestions_for(reads: ReadModel, firm: FirmId, client: ClientId) -> SuggestionsAnswer:
    """Give the proposals for a client.

    Raises:
        Problem: 404, we never heard of the client.
    """
    link = (await known_client(reads, firm, client)).row
    found = await suggested_for(reads.near, link)
    return SuggestionsAnswer(version=VERSION, suggestions=[_shape(each) for each in found])


def _shape(each: Suggested) -> SuggestionShape:
    customer = customer_shape(each.customer) if each.customer is not None else None
    made = each.suggestion
    return SuggestionShape(
        customer=customer,
        holder=NamedHolderShape.model_validate(each.holder, from_attributes=True) if each.holder else None,
        strength=made.strength,
        reasons=list(made.reasons),
        cautions=list(made.cautions),
        bar=made.bar,
        matched_with=customer.linked_to if customer is not None else None,
    )


SUGGESTIONS = (
    Operation(
        method="GET",
        path=ONE + "/suggestions",
        summary="Customers that a client may be",
        handle=_suggestions,
        answer=SuggestionsAnswer,
    ),
)
