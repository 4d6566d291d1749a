"""What stands around every page: where one can go, and one line that says how things are with QuickBooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.store.status import StatusWord
from adapters.store.views import ConnectionView
from adapters.web.console.visit import Visit
from adapters.web.console.words import WORKING, who
from domain.obstacles import Obstacle
from domain.rows import Paused

Tone = Literal["good", "busy", "attention", "off"]

REASON_SHOWN = 80
"""Characters of a reason in the pill above every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`counts`: the firm's clients by status. `pill`: what is true now. `paused`: no request starts, by whom."""

    counts: Mapping[StatusWord, int]
    connected: bool
    pill: str
    tone: Tone
    paused: Paused | None


async def frame(visit: Visit) -> Frame:
    """Read what the frame shows."""
    reads = visit.parts.read_model
    connection = await reads.firms.connection(visit.firm)
    counts = (await reads.links.page(visit.firm, limit=1)).counts
    paused = await _paused(visit)
    if paused is None:
        tone, pill = _pill(connection, counts)
    else:
        due = (await reads.due.page(visit.firm, limit=1)).total
        waits = _many(due, "change waits", "changes wait")
        tone, pill = "attention", f"Requests are paused by {who(paused.by)}{_in_words(paused)} · {waits}"
    connected = connection.status == "connected"
    return Frame(counts=counts, connected=connected, pill=pill, tone=tone, paused=paused)


async def _paused(visit: Visit) -> Paused | None:
    """Tell of the firm's own pause, or of that of all firms."""
    firms = visit.parts.read_model.firms
    everybody = await firms.everybody(visit.parts.partition_of(visit.firm))
    return (await firms.row(visit.firm)).paused or everybody.paused


def _pill(connection: ConnectionView, counts: Mapping[StatusWord, int]) -> tuple[Tone, str]:
    if connection.status != "connected":
        before = "Disconnected from" if connection.status == "disconnected" else "Not connected to"
        return "off", f"{before} QuickBooks: nothing is sent or taken"
    company = f"QuickBooks {connection.realm_id}"
    if connection.shut_by is not None:
        ended = connection.shut_by is Obstacle.SUBSCRIPTION_ENDED
        return (
            "attention",
            f"{company} · {'its subscription has ended' if ended else 'reauthorise: it lets us in no longer'}",
        )
    if not connection.listed:
        return "busy", f"{company} · reading both sides for the first time"
    if waiting := counts["waiting"]:
        return "attention", f"{company} · {_many(waiting, 'change waits', 'changes wait')}"
    if working := sum(counts[word] for word in WORKING):
        return "busy", f"{company} · working on {_many(working, 'client', 'clients')}"
    if asking := counts["needs_attention"]:
        return "attention", f"{company} · {_many(asking, 'client needs you', 'clients need you')}"
    return "good", f"{company} · in step"


def _in_words(paused: Paused) -> str:
    """Give as much of the reason as fits beside the firm; the settings show all of it."""
    reason = paused.reason
    if not reason:
        return ""
    return f": “{reason if len(reason) <= REASON_SHOWN else reason[:REASON_SHOWN] + '…'}”"


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
