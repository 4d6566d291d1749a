"""A display name became free in QuickBooks: the clients that want it ask again who has it, and get it if nobody does.

That a customer gave up a name we see. Of vendors and employees nothing tells us, so their names are asked for again with
the sweeps, at rests that grow with the question's age.
"""

from datetime import datetime, timedelta

from domain.draft import Draft
from domain.effects import FindHolder
from domain.fields import Field
from domain.ids import FirmId
from domain.limits import in_step
from domain.link.transitions import without_question
from domain.merge import is_marked
from domain.names import folded
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Customer

MOST_AT_ONCE = 100
"""How many clients one decision lets look again: a decision must fit into the log. The sweeps come to the others."""

SOONEST, LATEST = timedelta(minutes=10), timedelta(days=1)


def name_given_up(before: Customer | None, now: Customer | None) -> str | None:
    """Give the name that a customer had and has no longer; `now` None: it is no more."""
    had = _name_of(before)
    return had if had is not None and folded(had) != folded(_name_of(now)) else None


def look_again_for(draft: Draft, firm: FirmId, name: str | None) -> None:
    """Let those who wait for a name look again who has it: somebody has just given it up, or got it, or was refused it."""
    if name is None:
        return
    for link in draft.awaiting_name(firm, name)[:MOST_AT_ONCE]:
        draft.put(_looking(draft, replace(link, found_free=None)))


def look_again_with_the_sweep(draft: Draft, firm: FirmId) -> None:
    """Let those look again whose names may have become free without a word to us."""
    due = [link for link in draft.awaiting_names(firm) if _is_due(link, draft.now)]
    for link in due[:MOST_AT_ONCE]:
        draft.put(_looking(draft, link))


def has_the_name_by_now(link: LinkRow, customer: Customer | None) -> LinkRow:
    """Lift the question about a name that the link's own customer has: its former one went into it, or was renamed.

    Just so: one in another case is not yet the one that is wanted, nor one that still has QuickBooks' mark behind it.
    """
    problem, name = link.problem, _name_of(customer)
    if problem is None or problem.taken is None or not in_step(Field.DISPLAY_NAME, problem.taken, name):
        return link
    if customer is not None and is_marked(Field.DISPLAY_NAME, customer):
        return link
    return without_question(link)


def _looking(draft: Draft, link: LinkRow) -> LinkRow:
    """Ask anew, also where an answer is on its way: it may have been given before the name was free."""
    problem = link.problem
    if problem is None or problem.taken is None:
        return link
    look_up = FindHolder(id=draft.effect_id(link.key, "find_holder"), names=(problem.taken, *problem.free))
    others = tuple(effect for effect in link.pending if not isinstance(effect, FindHolder))
    return replace(link, pending=(look_up, *others))


def _is_due(link: LinkRow, now: datetime) -> bool:
    problem = link.problem
    if problem is None or problem.looked_up_at is None:
        return False  # it is being asked
    age = problem.looked_up_at - problem.since
    return now - problem.looked_up_at >= min(max(age, SOONEST), LATEST)


def _name_of(customer: Customer | None) -> str | None:
    """Give the name that nobody else can have; an inactive customer has made its own free."""
    name = customer.values.get(Field.DISPLAY_NAME) if customer is not None else None
    if customer is None or customer.gone or not customer.active or not isinstance(name, str):
        return None
    return name
