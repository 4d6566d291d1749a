"""Which customer is left of one that went into another, and how a link gets there.

Asked whenever a link is planned, since a link may be given a customer long after we heard of its merge: by the answer
to a create of ours, or by the event of a client that was made for it.
"""

from domain.apply.arrivals import has_its_client
from domain.apply.unmatching import match_is_stale
from domain.draft import Draft
from domain.fields import Field
from domain.known import survivor_of
from domain.link.transitions import ask
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus

NOTHING_COMPARED = tuple(Field)
"""Of a survivor: its values were never compared with this client's."""


def followed(draft: Draft, link: LinkRow) -> LinkRow:
    """Give the link the customer that is left of its own; if another link has that one, a person is asked."""
    problem = link.problem
    if link.customer_id is None or (problem is not None and problem.code == "customers_merged"):
        return link
    survivor = survivor_of(draft, link.firm_id, link.customer_id)
    if survivor == link.customer_id:
        return link
    if link.status is LinkStatus.MATCHING or (problem is not None and problem.resume == "matching"):
        return match_is_stale(draft, link)  # nobody has seen the values that it would overwrite now
    holder = draft.link_of(link.firm_id, survivor)
    if holder is None:
        has_its_client(draft, link.firm_id, survivor, but=link.client_id)
        return replace(
            link, customer_id=survivor, agreed={}, uncompared=NOTHING_COMPARED, changed_at={}, since=draft.now
        )
    if holder.client_id == link.client_id or link.status is LinkStatus.UNMATCHING:
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
