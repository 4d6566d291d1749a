"""How a link stands, as people are told: one answer for list, record, filters, pill and explanation, so they can't differ.

In two steps. What follows from the link alone (`alone`) is kept with it where links are read, so that whole firms can be counted;
what its customer and its firm add (`beside`) is the same few facts for all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never, get_args

from domain.firm_rows import AllFirmsRow, FirmRow, Paused
from domain.ids import Side
from domain.problem import ProblemCode
from domain.progress import side_of
from domain.remembered import Held
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason

Why = ProblemCode | Reason
"""What a link is asked about, or why it is not synced."""


class Standing(StrEnum):
    """How a link stands.

    `to_be_created`: once both sides are known. `checking`: a side told of a change that is not read yet, or both are being compared.
    `shut_out`: QuickBooks lets nobody of the firm in.
    """

    IN_STEP = "in_step"
    NEEDS_ATTENTION = "needs_attention"
    WAITING = "waiting"
    SENDING = "sending"
    MATCHING = "matching"
    CREATING = "creating"
    TO_BE_CREATED = "to_be_created"
    UNMATCHING = "unmatching"
    CHECKING = "checking"
    HELD = "held"
    PAUSED = "paused"
    CUSTOMER_INACTIVE = "customer_inactive"
    CLIENT_ARCHIVED = "client_archived"
    SHUT_OUT = "shut_out"
    DISCONNECTED = "disconnected"
    NOT_SYNCED = "not_synced"


ASKED_WHY = (Standing.NEEDS_ATTENTION, Standing.NOT_SYNCED)
"""Of those there is a `why`."""

UNDER_WAY = (
    Standing.SENDING,
    Standing.MATCHING,
    Standing.CREATING,
    Standing.TO_BE_CREATED,
    Standing.UNMATCHING,
    Standing.CHECKING,
)
"""Those that end by themselves, in a moment."""


class CustomerState(StrEnum):
    """What a customer adds to how its link stands. `noticed`: QuickBooks told of a change that is not read yet."""

    QUIET = "quiet"
    NOTICED = "noticed"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for all links of a firm: its own row, and what goes for all firms."""

    firm: FirmRow
    everybody: AllFirmsRow | None = None

    @property
    def paused(self) -> Paused | None:
        """Say who paused requests: the firm's, or those of all firms."""
        return self.firm.paused or (self.everybody.paused if self.everybody is not None else None)

    @property
    def is_shut_out(self) -> bool:
        """Say whether QuickBooks lets nobody of the firm in."""
        connection = self.firm.connection
        return connection is not None and connection.reauthorise_since is not None

    @property
    def is_catching_up(self) -> bool:
        """Say whether both sides are being read again, since the company was connected again."""
        connection = self.firm.connection
        return connection is not None and connection.back


def standing(link: LinkRow, customer: CustomerRow | None, around: Around) -> Standing:
    """Say how a link stands. `customer`: its own, if it is known."""
    return beside(alone(link), state_of(customer), around)


def alone(link: LinkRow) -> Standing:
    """Say how a link would stand if its customer were active, and its firm connected and not paused."""
    waits = link.waiting is not None and bool(link.pending)
    match link.status:
        case LinkStatus.NOT_SYNCED:
            return Standing.NOT_SYNCED
        case LinkStatus.NEEDS_ATTENTION:
            return Standing.NEEDS_ATTENTION
        case LinkStatus.UNMATCHING:
            return Standing.UNMATCHING
        case LinkStatus.MATCHING:
            return Standing.WAITING if waits else Standing.MATCHING
        case LinkStatus.CREATING if not link.pending:
            return Standing.TO_BE_CREATED
        case LinkStatus.CREATING:
            return Standing.WAITING if waits else Standing.CREATING
        case LinkStatus.SYNCED:
            return Standing.WAITING if waits else _synced(link)
        case _:
            assert_never(link.status)


def state_of(customer: CustomerRow | None) -> CustomerState:
    """Say what a customer adds."""
    if customer is None:
        return CustomerState.QUIET
    if customer.customer is not None and not customer.customer.active:
        return CustomerState.INACTIVE
    is_read = customer.noticed_at is not None or bool(customer.reads)
    return CustomerState.NOTICED if is_read else CustomerState.QUIET


def beside(link: Standing, customer: CustomerState, around: Around) -> Standing:
    """Say how a link stands that alone would stand so: what stops all of a firm's links goes before what stops one."""
    if link is Standing.NOT_SYNCED:
        return link
    if not around.firm.is_connected:
        return Standing.DISCONNECTED
    if link in (Standing.NEEDS_ATTENTION, Standing.CLIENT_ARCHIVED):
        return link
    at_rest = link in (Standing.IN_STEP, Standing.HELD, Standing.CHECKING)
    if at_rest and customer is CustomerState.INACTIVE:
        return Standing.CUSTOMER_INACTIVE
    if around.is_shut_out:
        return Standing.SHUT_OUT
    if link is Standing.HELD:
        return link
    if around.paused is not None:
        return Standing.PAUSED
    if link is Standing.IN_STEP and (customer is CustomerState.NOTICED or around.is_catching_up):
        return Standing.CHECKING
    return link


def ways_to_stand(wanted: Standing, around: Around) -> Iterator[tuple[Standing, CustomerState]]:
    """Give what a link is alone, and its customer, for all links of a firm that stand so."""
    for link in Standing:
        for customer in CustomerState:
            if beside(link, customer, around) is wanted:
                yield link, customer


def why(link: LinkRow) -> Why | None:
    """Say by what kind of question a link needs attention, or why it is not synced; None: of others there is nothing to say."""
    if link.status is LinkStatus.NEEDS_ATTENTION:
        return link.problem.code if link.problem is not None else None
    if link.status is LinkStatus.NOT_SYNCED:
        return link.reason or (Reason.UNMATCHED if link.former is not None else Reason.NEVER_MATCHED)
    return None


def why_named(text: str | None) -> Why | None:
    """Give what is called so; None: nothing is."""
    of_questions: tuple[ProblemCode, ...] = get_args(ProblemCode)
    return next((each for each in (*of_questions, *Reason) if each == text), None)


def waits_for(link: LinkRow) -> Side:
    """Name the side that has to answer before the link goes on."""
    if link.write is not None:
        return side_of(link.write)
    return "canopy" if link.looks_at_canopy else "quickbooks"


def _synced(link: LinkRow) -> Standing:
    if link.write is not None:
        return Standing.SENDING
    if link.client is not None and link.client.presence != "present":
        return Standing.CLIENT_ARCHIVED
    if link.pending:
        return Standing.CHECKING
    if link.held != Held():
        return Standing.HELD
    return Standing.CHECKING if link.changed_at or link.wanted else Standing.IN_STEP
