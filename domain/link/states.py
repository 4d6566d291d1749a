"""The states of a link, closed, each with the facts that it has and the others don't.

The log keeps a link as one flat row. Here is what such a row may say: `state_of` makes a state of it, or raises.
"""

from dataclasses import dataclass

from domain.effects import AskedBy, UpdateCustomer, Write
from domain.ids import CustomerId
from domain.problem import Problem
from domain.rows import LinkRow, LinkStatus, Reason


@dataclass(frozen=True, slots=True)
class NotSynced:
    """The client has no customer."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Creating:
    """A customer is being created for the client, or will be once both sides are listed."""

    asked_by: AskedBy


@dataclass(frozen=True, slots=True)
class Matching:
    """The customer's values are being overwritten with Canopy's."""

    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class Synced:
    """Client and customer are kept in step."""

    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class Unmatching:
    """The link is taken apart once it is known what became of `write`. `customer_id` None: it was being created."""

    write: Write
    customer_id: CustomerId | None


GoesOn = NotSynced | Creating | Matching | Synced


@dataclass(frozen=True, slots=True)
class NeedsAttention:
    """A person is asked. `then`: the state that the link goes on from once that is settled."""

    problem: Problem
    then: GoesOn


LinkState = GoesOn | Unmatching | NeedsAttention


class BrokenLinkError(Exception):
    """A row says what no link can be."""

    def __init__(self, link: LinkRow, what: str) -> None:
        super().__init__(f"A link that is {link.status} {what}.")


def state_of(link: LinkRow) -> LinkState:
    """Give the state that a row is in.

    Raises:
        BrokenLinkError: its fields contradict its status.
    """
    problem = link.problem
    if link.status is LinkStatus.NEEDS_ATTENTION:
        if problem is None:
            raise BrokenLinkError(link, "has no question")
        return NeedsAttention(problem, _goes_on(link, LinkStatus(problem.resume)))
    if problem is not None:
        raise BrokenLinkError(link, "has a question")
    if link.status is LinkStatus.UNMATCHING:
        return _unmatching(link)
    return _goes_on(link, link.status)


def _goes_on(link: LinkRow, status: LinkStatus) -> GoesOn:
    """Give the state that a link is in, or will be in again when its question is settled."""
    if status is LinkStatus.NOT_SYNCED:
        return NotSynced(_apart(link))
    if link.reason is not None:
        raise BrokenLinkError(link, "has a reason not to be synced")
    if status is LinkStatus.CREATING:
        if link.customer_id is not None:
            raise BrokenLinkError(link, "has a customer, while one is created")
        return Creating(link.create_asked_by or "rule")
    if link.customer_id is None:
        raise BrokenLinkError(link, "has no customer")
    return Matching(link.customer_id) if status is LinkStatus.MATCHING else Synced(link.customer_id)


def _apart(link: LinkRow) -> Reason:
    if link.reason is None:
        raise BrokenLinkError(link, "has no reason not to be synced")
    if link.customer_id is not None:
        raise BrokenLinkError(link, "has a customer, and a reason not to be synced")
    if link.write is not None:
        raise BrokenLinkError(link, "writes, though it is not synced")
    return link.reason


def _unmatching(link: LinkRow) -> Unmatching:
    write = link.write
    if write is None or (write.stop_at is None and not isinstance(write, UpdateCustomer)):
        raise BrokenLinkError(link, "has no write whose end is waited for")
    if link.reason is not None:
        raise BrokenLinkError(link, "has a reason not to be synced already")
    return Unmatching(write, link.customer_id)
