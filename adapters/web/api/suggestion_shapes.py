"""Suggested customers, as the API writes them."""

from pydantic import BaseModel

from adapters.web.api.customer_shapes import CustomerShape, LinkedToShape, NamedHolderShape
from domain.matching.reasons import Bar, Caution, Reason, Strength


class SuggestionShape(BaseModel):
    """One proposal. `customer` None: a vendor or employee, `holder`. `bar`: why no match with it can be made as things are.

    `cautions`: what speaks against it; `matched_with`: the client that has it already.
    """

    customer: CustomerShape | None
    holder: NamedHolderShape | None
    strength: Strength
    reasons: list[Reason]
    cautions: list[Caution]
    bar: Bar | None
    matched_with: LinkedToShape | None


class SuggestionsAnswer(BaseModel):
    """Proposals, the best first; nobody carries them out unasked. `version`: of the rules that they were made by."""

    version: int
    suggestions: list[SuggestionShape]
