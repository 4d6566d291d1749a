"""How the firm is doing: figures, each of which opens the list that it counts, and what happened in the last 24 hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from adapters.store.dead_letter_list import LetterFilter
from adapters.web.console.frame import Frame, frame
from adapters.web.console.small_line import HEIGHT, WIDTH, small_line
from adapters.web.console.standing_look import LOOKS, Look
from adapters.web.console.visit import Visit
from adapters.web.figures import QUICKBOOKS_TAKES, figures
from adapters.web.texts.kinds import kind_text
from domain.standing import Standing, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many, and the address of their list."""

    word: str
    number: int
    address: str
    look: Look | None = None


async def show_health(visit: Visit) -> web.Response:
    """Show it."""
    around = await frame(visit)
    told = await figures(visit.parts, visit.firm, around.around, around.counts)
    hours = told.hours
    return visit.render(
        "health.html",
        frame=around,
        told=told,
        nobody_knows=_nobody_knows(around),
        standings=_standings(visit, told.counts),
        questions=_by_why(f"{visit.home}/attention?kind=", told.reasons[Standing.NEEDS_ATTENTION]),
        not_synced=_by_why(
            f"{visit.home}/clients?{urlencode({'status': Standing.NOT_SYNCED})}&why=",
            told.reasons[Standing.NOT_SYNCED],
        ),
        lists={each: _list(visit, each) for each in (Standing.IN_STEP, Standing.NOT_SYNCED)},
        letters=await _letters(visit),
        lines=[
            small_line("Changes from Canopy", [each.canopy for each in hours]),
            small_line("Webhooks from QuickBooks", [each.quickbooks for each in hours]),
            small_line("Answers from QuickBooks", [each.answers for each in hours]),
        ],
        width=WIDTH,
        height=HEIGHT,
        takes=QUICKBOOKS_TAKES,
        place="health",
    )


def _nobody_knows(around: Frame) -> str | None:
    """Say why nobody knows how much is in step; None: it is known."""
    if not around.connected:
        return "QuickBooks is not connected, so nobody knows."
    return "QuickBooks lets us in no longer, so nobody knows." if around.shut is not None else None


def _standings(visit: Visit, counts: Mapping[Standing, int]) -> Sequence[Counted]:
    """Count those that are neither in step, nor asked about, nor apart: they have their own figures."""
    own = (Standing.IN_STEP, Standing.NEEDS_ATTENTION, Standing.NOT_SYNCED)
    return [
        Counted(word=look.word.rstrip("…"), number=counts[each], address=_list(visit, each), look=look)
        for each, look in LOOKS.items()
        if counts[each] and each not in own
    ]


def _list(visit: Visit, standing: Standing) -> str:
    return f"{visit.home}/clients?{urlencode({'status': standing})}"


def _by_why(address: str, counts: Mapping[Why, int]) -> Sequence[Counted]:
    return [
        Counted(word=kind_text(why), number=number, address=f"{address}{why}")
        for why, number in counts.items()
    ]


async def _letters(visit: Visit) -> int | None:
    """Count the dead letters that wait, for those who may see them."""
    if not visit.is_operator:
        return None
    wanted = LetterFilter(firms=visit.person.firms, first=await visit.parts.desk.first_offsets())
    groups = await visit.parts.read_model.dead_letters.groups(wanted)
    return sum(each.count for each in groups)
