"""The customers that a client may be, best first, each with what speaks for it and against it."""

from pydantic import BaseModel

from adapters.store.suggested import Suggested, suggested_for
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.customers import CustomerShape, LinkedToShape, customer_shape
from adapters.web.api.free_names import HolderShape
from adapters.web.api.operations import Answer, Call, Operation
from domain.matching.reasons import VERSION, Bar, Caution, Reason, Strength


class SuggestionShape(BaseModel):
    """One proposal. `customer` None: a vendor or employee, `holder`. `bar`: why no match with it can be made as things are.

    `cautions`: what speaks against it; `matched_with`: the client that has it already.
    """

    customer: CustomerShape | None
    holder: HolderShape | None
    strength: Strength
    reasons: list[Reason]
    cautions: list[Caution]
    bar: Bar | None
    matched_with: LinkedToShape | None


class SuggestionsAnswer(BaseModel):
    """Proposals, the best first; nobody carries them out unasked. `version`: of the rules that they were made by."""

    version: int
    suggestions: list[SuggestionShape]


async def _suggestions(call: Call) -> Answer:
    reads = call.parts.read_model
    link = (await known_client(reads, call.firm, call.client)).row
    found = await suggested_for(reads.near, link)
    return Answer(body=SuggestionsAnswer(version=VERSION, suggestions=[_shape(each) for each in found]))


def _shape(each: Suggested) -> SuggestionShape:
    customer = customer_shape(each.customer) if each.customer is not None else None
    made = each.suggestion
    return SuggestionShape(
        customer=customer,
        holder=HolderShape.model_validate(each.holder, from_attributes=True) if each.holder else None,
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
