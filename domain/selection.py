"""What can be done at once with clients that somebody chose from a list: of each by the same rules as when it is asked for alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from domain.known import Known
from domain.link.offers import refusal_of_action
from domain.refusals import Refusal
from domain.rows import LinkRow

SelectionAct = Literal["push", "take_theirs", "leave_both", "retry", "unmatch", "leave"]
"""`push`: send what is held; `take_theirs`: take the other side's value instead; `leave_both`: let each side keep its own;
`retry`: ask again for what was not taken; `leave`: out of the suggested matches."""

SELECTION_ACTS: tuple[SelectionAct, ...] = ("push", "take_theirs", "leave_both", "retry", "unmatch", "leave")
HELD_ACTS: tuple[SelectionAct, ...] = ("push", "take_theirs", "leave_both")
"""What can be done with what is held."""
AS_SEEN: tuple[SelectionAct, ...] = (*HELD_ACTS, "retry")
"""What is done as both sides were seen, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Clients by what an act would come to: done, or refused and why."""

    done: Sequence[LinkRow]
    refused: Sequence[tuple[LinkRow, Refusal]]

    def with_more(self, more: "Sorted") -> "Sorted":
        """Add others behind them."""
        return Sorted(done=[*self.done, *more.done], refused=[*self.refused, *more.refused])


def refusal_of_selected(known: Known, link: LinkRow, act: SelectionAct) -> Refusal | None:
    """Say why an act would be refused for one of the clients; None: it would not. `known`: the rows around them."""
    match act:
        case "push" | "take_theirs" | "leave_both" | "retry" | "unmatch":
            return refusal_of_action(known, link, act)
        case "leave":
            return _not_left_out(link)
        case _:
            assert_never(act)


def offered(known: Known, links: Sequence[LinkRow]) -> Mapping[SelectionAct, int]:
    """Say for how many of them each act would be done."""
    return {
        act: sum(refusal_of_selected(known, link, act) is None for link in links) for act in SELECTION_ACTS
    }


def sorted_by(known: Known, links: Iterable[LinkRow], act: SelectionAct) -> Sorted:
    """Sort them by what an act would come to, in the order in which they come."""
    told = [(link, refusal_of_selected(known, link, act)) for link in links]
    return Sorted(
        done=[link for link, refusal in told if refusal is None],
        refused=[(link, refusal) for link, refusal in told if refusal is not None],
    )


def _not_left_out(link: LinkRow) -> Refusal | None:
    """Say why a client is not among those that matches are suggested for."""
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if not link.has_present_client:
        return Refusal("client_gone")
    return Refusal("write_under_way") if link.write is not None else None
