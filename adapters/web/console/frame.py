"""What stands around every page: where one can go, and one line that says how things are with QuickBooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.store.views import ConnectionView
from adapters.web.console.visit import Visit
from adapters.web.texts.obstacles import shut_text
from adapters.web.texts.who_and_when import who
from domain.firm_rows import Paused
from domain.ids import RealmId
from domain.obstacles import Obstacle
from domain.standing import UNDER_WAY, Around, CustomerState, Standing, beside

Tone = Literal["good", "busy", "attention", "off"]

NOT_REACHED = "Syncing is interrupted: nothing can be saved or sent until it is back"
"""Of the log itself. What the page shows is as of before, and whether it still holds nobody knows."""

REASON_SHOWN = 80
"""Characters of a reason in the pill above every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`counts`: the firm's clients by how they stand. `pill`: what is true now. `paused`: no request starts, by whom.

    `shut`: QuickBooks lets the firm in no longer, and what to do about it.

    `around`: what holds for all clients of the firm, and `firm_stands` how one stands of which nothing else is to be said.
    `ever_connected`: there are links, though they may sleep.
    """

    counts: Mapping[Standing, int]
    around: Around
    connected: bool
    ever_connected: bool
    pill: str
    tone: Tone
    paused: Paused | None
    shut: str | None

    @property
    def firm_stands(self) -> Standing:
        """Say what of the firm shows in all rows."""
        return beside(Standing.IN_STEP, CustomerState.QUIET, self.around)


async def frame(visit: Visit) -> Frame:
    """Read what the frame shows."""
    reads = visit.parts.read_model
    connection = await reads.firms.connection(visit.firm)
    around = await reads.firms.around(visit.firm, visit.parts.partition_of(visit.firm))
    counts = await reads.links.standings(visit.firm, around)
    paused = around.paused
    tone: Tone
    if visit.parts.progress.is_away():
        tone, pill = "attention", NOT_REACHED
    elif paused is None or connection.status != "connected":
        tone, pill = _pill(connection, await _company(visit, connection), around, counts)
    else:
        due = (await reads.due.page(visit.firm, limit=1)).total
        waits = _many(due, "change waits", "changes wait")
        tone, pill = "attention", f"Syncing is paused by {who(paused.by)}{_in_words(paused)} · {waits}"
    connected = connection.status == "connected"
    return Frame(
        counts=counts,
        around=around,
        connected=connected,
        ever_connected=connected or connection.status == "disconnected",
        pill=pill,
        tone=tone,
        paused=paused,
        shut=shut_text(connection.shut_by) if connection.shut_by is not None else None,
    )


async def _company(visit: Visit, connection: ConnectionView) -> str:
    """Name the company as people know it; by its number where nobody has signed in to it from here."""
    if connection.realm_id is None:
        return "QuickBooks"
    name = await visit.parts.companies.name(RealmId(connection.realm_id), visit.parts.now())
    return f"QuickBooks: {name}" if name else f"QuickBooks {connection.realm_id}"


def _pill(
    connection: ConnectionView, company: str, around: Around, counts: Mapping[Standing, int]
) -> tuple[Tone, str]:
    if connection.status != "connected":
        before = "Disconnected from" if connection.status == "disconnected" else "Not connected to"
        return "off", f"{before} QuickBooks: nothing is sent or taken"
    if connection.shut_by is not None:
        ended = connection.shut_by is Obstacle.SUBSCRIPTION_ENDED
        return (
            "attention",
            f"{company} · {'its subscription has ended' if ended else 'reauthorize: it no longer accepts our sign-in'}",
        )
    if not around.firm.is_connected:
        return "busy", f"{company} · letting go of the links with the company before"
    if not connection.listed or around.is_catching_up:
        return (
            "busy",
            f"{company} · reading both sides{' again' if around.is_catching_up else ' for the first time'}",
        )
    if waiting := counts[Standing.WAITING]:
        return "attention", f"{company} · {_many(waiting, 'change waits', 'changes wait')}"
    if working := sum(counts[each] for each in UNDER_WAY):
        return "busy", f"{company} · working on {_many(working, 'client', 'clients')}"
    if asking := counts[Standing.NEEDS_ATTENTION]:
        return "attention", f"{company} · {_many(asking, 'client needs you', 'clients need you')}"
    if held := counts[Standing.HELD]:
        return "attention", f"{company} · {_many(held, 'client has', 'clients have')} held changes"
    if asleep := counts[Standing.CUSTOMER_INACTIVE] + counts[Standing.CLIENT_ARCHIVED]:
        return (
            "good",
            f"{company} · in step, but for {_many(asleep, 'client that is', 'clients that are')} inactive",
        )
    return "good", f"{company} · in step"


def _in_words(paused: Paused) -> str:
    """Give as much of the reason as fits beside the firm; the settings show all of it."""
    reason = paused.reason
    if not reason:
        return ""
    return f": “{reason if len(reason) <= REASON_SHOWN else reason[:REASON_SHOWN] + '…'}”"


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
