"""A client that is archived, or whose customer is inactive, needs nobody's attention: its question is shelved, and asked anew when both are there again.

Most questions follow from what both sides hold, and are asked again by themselves. Remembered is what does not: that a
new customer looks like the client, that a customer was being created for it, and that nobody can say whether it was.
"""

from domain.apply.arrivals import looks_like
from domain.draft import Draft
from domain.effects import FindHolder
from domain.known import survivor_of
from domain.link.matches import not_to_be_matched
from domain.link.transitions import ask, begin_create, without_question
from domain.problem import UNCONFIRMED, Problem
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus


def shelve(link: LinkRow) -> LinkRow:
    """Lift the question of a link that sleeps, and remember it if nothing else would ask it again."""
    problem = link.problem
    if problem is None:
        return link
    kept = problem if problem.code == "possible_duplicate" or problem.resume == "creating" else None
    kept = replace(kept, taken=None, holders=None, free=()) if kept is not None else None
    asks_nobody = tuple(effect for effect in link.pending if not isinstance(effect, FindHolder))
    return replace(without_question(link), shelved=kept, pending=asks_nobody)


def unshelve(draft: Draft, link: LinkRow) -> LinkRow:
    """Go on where the question came up: a create is tried again, a likeness is asked about if there still is one."""
    shelved = link.shelved
    if shelved is None:
        return link
    link = replace(link, shelved=None)
    if link.status is not LinkStatus.NOT_SYNCED:
        return link
    if shelved.resume == "creating":
        again = begin_create(link, link.create_asked_by, draft.now)
        return ask(again, _named_anew(draft, link, shelved)) if _may_be_done(shelved) else again
    return _asked_anew(draft, link, shelved)


def _asked_anew(draft: Draft, link: LinkRow, shelved: Problem) -> LinkRow:
    if shelved.customer_id is None:
        return link
    customer = survivor_of(draft, link.firm_id, shelved.customer_id)
    row = draft.customer(link.firm_id, customer)
    if row is None or not_to_be_matched(draft, link, customer) or not looks_like(draft, link, row):
        return link
    return ask(link, replace(_named_anew(draft, link, shelved), customer_id=customer))


def _may_be_done(shelved: Problem) -> bool:
    """Say whether nobody knows if the create that the question is about was carried out: only a person asks for another one."""
    return shelved.code == "our_error" or shelved.detail == UNCONFIRMED


def _named_anew(draft: Draft, link: LinkRow, shelved: Problem) -> Problem:
    return replace(shelved, id=draft.effect_id(link.key, shelved.code), since=draft.now)
