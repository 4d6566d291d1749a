"""How each standing of a link is shown, wherever it is: a word, an icon, and a line below where there is more to say."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.web.console.clock import Clock
from adapters.web.console.words import Icon, customer_in_words
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.obstacles import side_name
from adapters.web.texts.problems import problem_title
from adapters.web.texts.who_and_when import who
from adapters.web.texts.why import Words
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


def _look(standing: Standing) -> Look:  # noqa: C901, PLR0912  (one case for each)
    match standing:
        case Standing.IN_STEP:
            return Look("Synced", "synced")
        case Standing.NEEDS_ATTENTION:
            return Look("Needs attention", "attention")
        case Standing.WAITING:
            return Look("Waiting", "waiting")
        case Standing.SENDING:
            return Look("Sending…", "working")
        case Standing.MATCHING:
            return Look("Matching…", "working")
        case Standing.CREATING:
            return Look("Creating…", "working")
        case Standing.TO_BE_CREATED:
            return Look("To be created", "working")
        case Standing.UNMATCHING:
            return Look("Unmatching…", "working")
        case Standing.CHECKING:
            return Look("Checking…", "working")
        case Standing.HELD:
            return Look("Held", "held")
        case Standing.PAUSED:
            return Look("Paused", "paused")
        case Standing.CUSTOMER_INACTIVE:
            return Look("Customer inactive", "asleep")
        case Standing.CLIENT_ARCHIVED:
            return Look("Client archived", "asleep")
        case Standing.SHUT_OUT:
            return Look("Reauthorize", "attention")
        case Standing.DISCONNECTED:
            return Look("Disconnected", "cut")
        case Standing.NOT_SYNCED:
            return Look("Not synced", "not_synced")


LOOKS: Mapping[Standing, Look] = {standing: _look(standing) for standing in Standing}
"""In the order of the filters above the list."""


def shown(link: LinkRow, customer: CustomerRow | None, around: Around, clock: Clock) -> Shown:
    """Show how a link stands. `customer`: its own, if known."""
    stands = standing(link, customer, around)
    look = LOOKS[stands]
    return Shown(
        standing=stands,
        word=_word(stands, link, around) or look.word,
        icon=look.icon,
        says=_says(stands, link, clock),
    )


def words_for(clock: Clock) -> Words:
    """Name times, people and customers for who looks."""
    return Words(moment=clock.second, day=clock.minute, who=who, customer=customer_in_words)


def _word(stands: Standing, link: LinkRow, around: Around) -> str | None:
    if stands is Standing.PAUSED and around.paused is not None:
        return f"Paused by {who(around.paused.by)}"
    if stands is Standing.HELD:
        number = len(link.held.to_quickbooks) + len(link.held.to_canopy)
        return f"Held ({number} {'field' if number == 1 else 'fields'})"
    return None


def _says(stands: Standing, link: LinkRow, clock: Clock) -> str | None:
    if stands is Standing.NEEDS_ATTENTION and link.problem is not None:
        return problem_title(link.problem)
    if stands is Standing.WAITING and link.waiting is not None:
        return f"{side_name(waits_for(link))}, again at {clock.second(link.waiting.until)}"
    if stands is Standing.HELD:
        return ", ".join(FIELD_LABELS[field] for field in (*link.held.to_quickbooks, *link.held.to_canopy))
    if stands is Standing.PAUSED and link.pending:
        return "A change waits"
    return "Sync client is off" if link.reason is Reason.LEFT_OUT and stands is Standing.NOT_SYNCED else None
