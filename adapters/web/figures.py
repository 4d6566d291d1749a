"""How a firm is doing, in figures: for the console's page and for the API, so that both say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.store.recent_work import HourOfWork
from adapters.web.parts import Parts
from domain.ids import FirmId
from domain.remembered import Heard
from domain.standing import Around, Standing, Why

QUICKBOOKS_TAKES = 500
"""Requests a minute, of one company."""

NOT_MEANT = (Standing.NOT_SYNCED, Standing.CUSTOMER_INACTIVE, Standing.CLIENT_ARCHIVED)
"""Of those nobody expects that both sides hold the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`counts`: clients by how they stand; `reasons`: of some of these why. `oldest_wait`: since when the oldest of `due` changes waits.

    `unpaused`: how they would stand if nothing were paused, since a pause changes no value. `answers`: from QuickBooks, in the
    last minute; `hours`: the last 24, the oldest first.
    """

    counts: Mapping[Standing, int]
    unpaused: Mapping[Standing, int]
    reasons: Mapping[Standing, Mapping[Why, int]]
    due: int
    oldest_wait: datetime | None
    heard: Heard
    answers: int
    hours: Sequence[HourOfWork]

    @property
    def in_step(self) -> int:
        """Count those of which both sides hold the same."""
        return self.unpaused[Standing.IN_STEP]

    @property
    def meant(self) -> int:
        """Count those of which both sides should."""
        return sum(self.unpaused.values()) - sum(self.unpaused[each] for each in NOT_MEANT)

    @property
    def share(self) -> float | None:
        """Give the share of these, in percent to one digit; never 100 unless it is all of them. None: there are none."""
        return self.in_step * 1000 // self.meant / 10 if self.meant else None


async def figures(parts: Parts, firm: FirmId, around: Around, counts: Mapping[Standing, int]) -> Figures:
    """Look. `counts`: the firm's, by how its clients stand `around`."""
    reads, now = parts.read_model, parts.now()
    view = await reads.firm_list.one(parts.partition_of, firm)
    unpaused = Around(replace(around.firm, paused=None))
    return Figures(
        counts=counts,
        unpaused=await reads.links.standings(firm, unpaused) if around.paused is not None else counts,
        reasons=await reads.links.reasons(firm, around),
        due=(await reads.due.page(firm, limit=1)).total,
        oldest_wait=view.oldest_wait if view is not None else None,
        heard=around.firm.heard,
        answers=await reads.recent.answers(firm, now),
        hours=await reads.recent.hours(firm, now),
    )
