"""What a match would do, as the window shows it before anybody confirms it: chosen there, or as the answer to a question.

Both are the same act, so both are looked at in the same way; what is sent says which versions were seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.store.views import CustomerView, LinkedTo
from adapters.web.api.clients import known_client
from adapters.web.api.match_preview import preview
from adapters.web.api.refusals import refused
from adapters.web.console.chips import chips_of
from adapters.web.console.client_record import named_customer
from adapters.web.console.held_again_review import show_held_again_review
from adapters.web.console.put_back_review import show_put_back_review
from adapters.web.console.restore_review import show_restore_review
from adapters.web.console.undo_review import show_undo_review
from adapters.web.console.unmatch_review import show_unmatch_review
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.fields import FIELD_LABELS
from domain.ids import ClientId, CustomerId
from domain.link.choices import customer_to_match
from domain.match_review import Fate, ReviewedField
from domain.matching.reasons import Reason
from domain.refusals import Refusal
from domain.rows import LinkRow

AGREES = frozenset(Reason) - {Reason.SAME_PLACE, Reason.SAME_LAST_NAME}
"""A town or a last name is shared by many who have nothing to do with each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the button below the review asks for: which action of the API, and what of it is known already."""

    action: str
    customer_id: CustomerId
    body: Mapping[str, str]


async def show_review(visit: Visit) -> web.Response:
    """Show, field by field, what the match would overwrite, and what it would keep; or what putting the link, or a value, back would do."""
    if "restore" in visit.request.query:
        return await show_restore_review(visit)
    if "unmatch" in visit.request.query:
        return await show_unmatch_review(visit)
    if "undo" in visit.request.query:
        return await show_undo_review(visit)
    if "held_again" in visit.request.query:
        return await show_held_again_review(visit)
    if "put_back" in visit.request.query:
        return await show_put_back_review(visit)
    reads = visit.parts.read_model
    client_id = ClientId(visit.request.match_info["client"])
    row = (await known_client(reads, visit.firm, client_id)).row
    confirmed = await _confirmed(visit, row)
    seen = await preview(reads, row, confirmed.customer_id)
    evidence = await reads.near.evidence(row, seen.customer)
    versions = {"link_version": seen.link_version, "customer_sync_token": seen.customer_sync_token}
    return visit.render(
        "review.html",
        name=name_in(seen.client.values) or client_id,
        customer=named_customer(seen.customer),
        reasons=chips_of(evidence.reasons, evidence.cautions),
        nothing_agrees=not AGREES.intersection(evidence.reasons),
        loses=_who_loses_it(row, seen.customer) if confirmed.action == "answer" else None,
        action=confirmed.action,
        body={**confirmed.body, "customer_id": seen.customer.customer_id, **versions},
        changed=[_line(each, text_of(each.after)) for each in seen.fields if each.fate == "overwritten"],
        same=[_line(each, _kept(each.fate)) for each in seen.fields if each.fate != "overwritten"],
    )


async def _confirmed(visit: Visit, row: LinkRow) -> Confirmed:
    """Say what is to be confirmed: the match with a customer that was chosen, or the answer to the open question."""
    asked = visit.request.query
    if "question" not in asked:
        return Confirmed(action="match", customer_id=CustomerId(asked.get("customer_id", "")), body={})
    problem = row.problem
    if problem is None or problem.id != asked["question"]:
        raise refused(409, Refusal("no_question"))
    known = await visit.parts.read_model.surroundings.of(visit.firm, [row])
    customer = customer_to_match(known, row, problem)
    if isinstance(customer, Refusal):
        raise refused(409, customer)
    return Confirmed(action="answer", customer_id=customer, body={"question": problem.id, "choice": "match"})


def _who_loses_it(row: LinkRow, customer: CustomerView) -> LinkedTo | None:
    holder = customer.linked_to
    return holder if holder is not None and holder.client_id != row.client_id else None


def _line(line: ReviewedField, after: str) -> dict[str, str]:
    return {"label": FIELD_LABELS[line.field], "now": text_of(line.now), "after": after}


def _kept(fate: Fate) -> str:
    match fate:
        case "overwritten":
            return "overwritten"
        case "same":
            return "same"
        case "spelled_differently":
            return "same, spelled differently"
        case "kept":
            return "kept (empty in Canopy)"
