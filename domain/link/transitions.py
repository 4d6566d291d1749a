"""How a link comes from one status to the next: each move has a name here, and nobody else sets a status or a reason.

Any move that `MOVES` doesn't name raises. The input that would lead there is parked then, and no row is left that means nothing.
What a move does to the rest of the row is said where it is called, unless it always goes with it.
"""

from collections.abc import Mapping
from datetime import datetime

from domain.agreed import Agreed
from domain.effects import AskedBy, UpdateCustomer, Write
from domain.ids import CustomerId
from domain.inputs import Cause
from domain.problem import Problem, ProblemCode
from domain.remembered import Former, Held, NotKept
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus, Reason

NOT_SYNCED, CREATING, MATCHING = LinkStatus.NOT_SYNCED, LinkStatus.CREATING, LinkStatus.MATCHING
SYNCED, UNMATCHING, NEEDS_ATTENTION = LinkStatus.SYNCED, LinkStatus.UNMATCHING, LinkStatus.NEEDS_ATTENTION

MOVES: Mapping[LinkStatus, frozenset[LinkStatus]] = {
    NOT_SYNCED: frozenset({NOT_SYNCED, CREATING, MATCHING, SYNCED, NEEDS_ATTENTION}),
    CREATING: frozenset({CREATING, MATCHING, SYNCED, NOT_SYNCED, UNMATCHING, NEEDS_ATTENTION}),
    MATCHING: frozenset({SYNCED, NOT_SYNCED, UNMATCHING, NEEDS_ATTENTION}),
    SYNCED: frozenset({NOT_SYNCED, UNMATCHING, NEEDS_ATTENTION}),
    UNMATCHING: frozenset({NOT_SYNCED, CREATING, MATCHING, SYNCED}),
    NEEDS_ATTENTION: frozenset(LinkStatus),
}
"""From each status, those that may be next."""

STANDS_AS_BEFORE: frozenset[ProblemCode] = frozenset({"both_changed", "possible_duplicate"})
"""Questions that change nothing of what the link is: it stands so since it was last matched, or let go."""


class IllegalMoveError(Exception):
    """A rule would have led a link from one status to another that can't follow."""

    def __init__(self, before: LinkStatus, after: LinkStatus) -> None:
        super().__init__(f"A link that is {before} can't become {after}.")


def stay_apart(link: LinkRow, reason: Reason) -> LinkRow:
    """Say why a link that is not synced is not."""
    return replace(link, status=_next(link, link.status, NOT_SYNCED, NEEDS_ATTENTION), reason=reason)


def begin_create(link: LinkRow, asked_by: AskedBy | None, at: datetime) -> LinkRow:
    """Let a customer be created for the client."""
    status = _next(link, CREATING)
    return replace(link, status=status, reason=None, problem=None, create_asked_by=asked_by, since=at)


def give_up_create(link: LinkRow, reason: Reason) -> LinkRow:
    """Create no customer after all."""
    return replace(link, status=_next(link, NOT_SYNCED, CREATING), reason=reason, undoing=None)


def link_new_customer(link: LinkRow, customer_id: CustomerId, agreed: Agreed, at: datetime) -> LinkRow:
    """Link the client with the customer that was created for it."""
    return replace(
        link,
        agreed=agreed,
        status=_next(link, SYNCED, CREATING),
        reason=None,
        problem=None,
        customer_id=customer_id,
        create_asked_by=None,
        since=at,
    )


def link_new_client(link: LinkRow, customer_id: CustomerId, agreed: Agreed, cause: Cause) -> LinkRow:
    """Link the customer with the client that was created for it. What was planned for it, while nobody knew that, is not needed."""
    return replace(
        link,
        status=_next(link, SYNCED, NOT_SYNCED, CREATING, NEEDS_ATTENTION),
        reason=None,
        problem=None,
        shelved=None,
        choice="on",
        customer_id=customer_id,
        create_asked_by=None,
        agreed=agreed,
        found_free=None,
        pending=link.reads,
        waiting=link.waiting if link.looks_at_canopy else None,
        since=cause.at,
        actor=cause.actor,
    )


def begin_match(link: LinkRow, customer_id: CustomerId, cause: Cause) -> LinkRow:
    """Give the client its customer: `plan` then overwrites, by what stands in Canopy alone, as it was reviewed."""
    return replace(
        link,
        status=_next(link, MATCHING),
        reason=None,
        problem=None,
        customer_id=customer_id,
        create_asked_by=None,
        agreed={},
        uncompared=(),
        taken=None,
        changed_at={},
        held=Held(),
        pushed=Held(),
        wanted={},
        not_kept=NotKept(),
        undoing=None,
        choice="on",
        since=cause.at,
        actor=cause.actor,
    )


def finish_match(link: LinkRow) -> LinkRow:
    """Say that all that a match overwrites stands in QuickBooks."""
    return replace(link, status=_next(link, SYNCED, MATCHING))


def put_together(link: LinkRow, former: Former, cause: Cause) -> LinkRow:
    """Put a link back as it was before it was taken apart."""
    return replace(
        link,
        status=_next(link, LinkStatus(former.resume)),
        reason=None,
        problem=None,
        customer_id=former.customer_id,
        create_asked_by=None,
        agreed=former.agreed,
        uncompared=former.uncompared,
        former=None,
        taken=None,
        choice="on",
        since=cause.at,
        actor=cause.actor,
    )


def give_back_lost_customer(link: LinkRow, customer_id: CustomerId) -> LinkRow:
    """Take back that a link lost its customer: it has gone into another one, which `followed` finds."""
    status = _next(link, SYNCED, NOT_SYNCED)
    return replace(link, status=status, reason=None, former=None, customer_id=customer_id)


def begin_unmatch(link: LinkRow, write: Write) -> LinkRow:
    """Take a link apart once it is known what became of `write`, which may be on its way; nothing else is sent."""
    asked = link.problem
    return replace(
        link,
        status=_next(link, UNMATCHING),
        reason=None,
        problem=None,
        unmatched_from=link.resume if asked is None or asked.resume == "not_synced" else asked.resume,
        undoing=None,
        pending=(write, *link.reads),
    )


def undo_unmatch(link: LinkRow, write: Write) -> LinkRow:
    """Go on with the write that an unmatch had stopped: the same request under the same id, so still only one."""
    pending = (replace(write, stop_at=None), *link.reads)
    status = _next(link, _came_to(link, write), UNMATCHING)
    return replace(link, status=status, unmatched_from=None, pending=pending)


def _came_to(link: LinkRow, write: Write) -> LinkStatus:
    if link.unmatched_from is not None:
        return LinkStatus(link.unmatched_from)
    # A row of an older version did not note it.
    if link.customer_id is None:
        return CREATING
    return MATCHING if isinstance(write, UpdateCustomer) and write.for_match else SYNCED


def take_apart(link: LinkRow, reason: Reason, former: Former | None) -> LinkRow:
    """Let the customer go, with all that was said between the two. `former`: what an undo then puts back."""
    nothing: Agreed = {}
    return replace(
        link,
        status=_next(link, NOT_SYNCED),
        reason=reason,
        customer_id=None,
        create_asked_by=None,
        agreed=nothing,
        uncompared=(),
        changed_at={},
        held=Held(),
        pushed=Held(),
        wanted={},
        written_at=(),
        tried=(),
        not_kept=NotKept(),
        behind=link.behind if link.reads else None,
        problem=None,
        shelved=None,
        former=former,
        unmatched_from=None,
        undoing=None,
        pending=link.reads,
        waiting=None,
    )


def ask(link: LinkRow, question: Problem) -> LinkRow:
    """Ask a person. The link goes on from `question.resume` once it is settled; of two, the later one is asked.

    An undo of an answer that is under way ends with it, unless that is what both sides changed: that may be asked about meanwhile.
    """
    since = link.since if question.code in STANDS_AS_BEFORE else question.since
    undoing = link.undoing if question.code == "both_changed" else None
    return replace(link, status=_next(link, NEEDS_ATTENTION), problem=question, since=since, undoing=undoing)


def ask_who_keeps(link: LinkRow, question: Problem, own: CustomerId) -> LinkRow:
    """Ask anew who keeps a customer, where the match came to nothing. `own`: the one that went into it."""
    status = _next(link, NEEDS_ATTENTION, NOT_SYNCED)
    since = question.since
    return replace(link, status=status, problem=question, since=since, reason=None, customer_id=own)


def without_question(link: LinkRow) -> LinkRow:
    """Let a link go on from where it stood before it was asked about."""
    if link.problem is None:
        return link
    return replace(link, problem=None, status=_next(link, LinkStatus(link.problem.resume)))


def _next(link: LinkRow, after: LinkStatus, *before: LinkStatus) -> LinkStatus:
    """Check that a link may come to `after`; from one of `before` only, if any is named."""
    if after not in MOVES[link.status] or (before and link.status not in before):
        raise IllegalMoveError(link.status, after)
    return after
