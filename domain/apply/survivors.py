"""Which customer is left of one that went into another, and how a link gets there.

Asked whenever a link is planned, since a link may be given a customer long after we heard of its merge: by the answer
to a create of ours, or by the event of a client that was made for it. Whoever is left may be another client's, or
become one's by an answer that is still to come: then who keeps it is asked. Who had it may let go of it later; it holds
that client's values all the same, so it is given to nobody without a look.
"""

from domain.apply.arrivals import has_its_client, may_get_its_client
from domain.apply.unmatching import match_is_stale
from domain.draft import Draft
from domain.fields import Field
from domain.ids import CustomerId
from domain.known import survivor_of
from domain.link.transitions import ask, without_question
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus

NOTHING_COMPARED = tuple(Field)
"""Of a survivor: its values were never compared with this client's."""


def followed(draft: Draft, link: LinkRow) -> LinkRow:
    """Give the link the customer that is left of its own; if another link has that one, or may get it, a person is asked."""
    problem = link.problem
    if link.customer_id is None:
        return link
    survivor = survivor_of(draft, link.firm_id, link.customer_id)
    if survivor == link.customer_id:
        return link
    if link.status is LinkStatus.MATCHING or (problem is not None and problem.resume == "matching"):
        return match_is_stale(draft, link)  # nobody has seen the values that it would overwrite now
    holder = draft.link_of(link.firm_id, survivor)
    if holder is None and _is_free(draft, link, survivor):
        has_its_client(draft, link.firm_id, survivor, but=link.client_id)
        link = without_question(link) if link.is_asked_who_keeps else link
        return replace(
            link, customer_id=survivor, agreed={}, uncompared=NOTHING_COMPARED, changed_at={}, since=draft.now
        )
    if holder is not None and holder.client_id == link.client_id:
        return link
    if link.status is LinkStatus.UNMATCHING:
        return link
    if problem is not None and link.is_asked_who_keeps and problem.customer_id == survivor:
        return link
    if link.client is not None and link.client.presence == "archived":
        return link  # it sleeps; nobody is asked before it is there again
    question = draft.question(
        link.key,
        "customers_merged",
        "synced",
        customer_id=survivor,
    )
    return ask(link, question)


def _is_free(draft: Draft, link: LinkRow, survivor: CustomerId) -> bool:
    """Say whether the link may follow to a customer that nobody has: it is nobody's by an answer to come, nor was it since the question."""
    if may_get_its_client(draft, link.firm_id, survivor):
        return False
    row = draft.customer(link.firm_id, survivor)
    if not link.is_asked_who_keeps or (row is not None and row.customer is not None and row.customer.gone):
        return True
    return not any(each != link.client_id for each in draft.formerly_linked(link.firm_id, survivor))
