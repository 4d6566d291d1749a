"""How each standing of a link is shown, wherever it is: a word, an icon, and a line below where there is more to say."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.web.console.clock import Clock
from adapters.web.console.words import FIELD_LABELS, Icon, who
from adapters.web.obstacle_texts import SIDES
from adapters.web.problem_texts import problem_text
from adapters.web.why import Words
from domain.apply.choices import open_choices
from domain.known import Known
from domain.rows import CustomerRow, LinkRow, Reason
from domain.standing import Around, Standing, standing, waits_for


@dataclass(frozen=True, slots=True)
class Look:
    """How a standing is shown: never by its color alone."""

    word: str
    icon: Icon


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How one link stands, in words. `says`: what its row in a list says below."""

    standing: Standing
    word: str
    icon: Icon
    says: str | None


LOOKS: Mapping[Standing, Look] = {
    Standing.IN_STEP: Look("Synced", "synced"),
    Standing.NEEDS_ATTENTION: Look("Needs attention", "attention"),
    Standing.WAITING: Look("Waiting", "waiting"),
    Standing.SENDING: Look("Sending…", "working"),
    Standing.MATCHING: Look("Matching…", "working"),
    Standing.CREATING: Look("Creating…", "working"),
    Standing.TO_BE_CREATED: Look("To be created", "working"),
    Standing.UNMATCHING: Look("Unmatching…", "working"),
    Standing.CHECKING: Look("Checking…", "working"),
    Standing.HELD: Look("Held", "held"),
    Standing.PAUSED: Look("Paused", "paused"),
    Standing.CUSTOMER_INACTIVE: Look("Customer inactive", "asleep"),
    Standing.CLIENT_ARCHIVED: Look("Client archived", "asleep"),
    Standing.SHUT_OUT: Look("Reauthorise", "attention"),
    Standing.DISCONNECTED: Look("Disconnected", "cut"),
    Standing.NOT_SYNCED: Look("Not synced", "not_synced"),
}
"""In the order of the filters above the list."""


def shown(link: LinkRow, customer: CustomerRow | None, known: Known, around: Around, clock: Clock) -> Shown:
    """Show how a link stands. `customer`: its own, if known; `known`: the rows around it."""
    stands = standing(link, customer, around)
    look = LOOKS[stands]
    return Shown(
        standing=stands,
        word=_word(stands, link, around) or look.word,
        icon=look.icon,
        says=_says(stands, link, known, clock),
    )


def words_for(clock: Clock) -> Words:
    """Name times and people for who looks."""
    return Words(moment=clock.second, day=clock.minute, who=who)


def _word(stands: Standing, link: LinkRow, around: Around) -> str | None:
    if stands is Standing.PAUSED and around.paused is not None:
        return f"Paused by {who(around.paused.by)}"
    if stands is Standing.HELD:
        number = len(link.held.to_quickbooks) + len(link.held.to_canopy)
        return f"Held ({number} {'field' if number == 1 else 'fields'})"
    return None


def _says(stands: Standing, link: LinkRow, known: Known, clock: Clock) -> str | None:
    if stands is Standing.NEEDS_ATTENTION and link.problem is not None:
        return problem_text(link.problem, open_choices(known, link))
    if stands is Standing.WAITING and link.waiting is not None:
        return f"{SIDES[waits_for(link)]}, again at {clock.second(link.waiting.until)}"
    if stands is Standing.HELD:
        return ", ".join(FIELD_LABELS[field] for field in (*link.held.to_quickbooks, *link.held.to_canopy))
    if stands is Standing.PAUSED and link.pending:
        return "A change waits"
    return "Sync client is off" if link.reason is Reason.LEFT_OUT and stands is Standing.NOT_SYNCED else None
