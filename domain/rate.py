"""How many requests a side takes from us, and how slowly we begin where it may have had enough of them."""

from dataclasses import dataclass

from domain.replacing import replace
from domain.together import Together


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most so many requests a second, evenly spread, and so many under way at once.

    `together`: changes may share a request there; None: they may not. `reads_apart`: while rows of a batch wait, a read that takes along
    all others leaves so many seconds after the one before it; 0: in its turn.
    """

    per_second: float
    at_once: int
    together: Together | None = None
    reads_apart: float = 0.0


QUICKBOOKS_TOGETHER = Together(at_least=15, most=20, a_minute=36, each_counts=True, per_second_beside=7.95)
"""Intuit allows batches of 30, and 40 of them a minute for one app. 7.95 a second and one batch of 20 besides are 497 in any minute.

With 30 in a batch it could be no more than 7.8 a second. Twenty leave every two and a half seconds, which is 24 batches a minute.

15 are what eight a second would take two seconds for: fewer gain nothing by it.
"""

QUICKBOOKS_TOGETHER_AS_ONE = replace(QUICKBOOKS_TOGETHER, most=30, each_counts=False)
"""Where Intuit is known to count a batch as one request: as many in it as it takes, 18 changes a second."""

QUICKBOOKS_RATE = Rate(per_second=8, at_once=10, together=QUICKBOOKS_TOGETHER, reads_apart=10)
"""Of one company. Intuit allows 10 a second and 500 a minute, and 10 at once (an older rule, kept too).

8 a second are 480 a minute: under both limits however Intuit counts, with something left for the company's other apps. Each write of
ours is told to us by a webhook, which costs a read: of 80 requests of a batch, in ten seconds, one reads for all of them.
"""

CANOPY_RATE = Rate(per_second=10, at_once=10)
"""Of one firm. Canopy publishes no limit: this is what we hold ourselves to until it names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowStart:
    """Begin with `per_second`, and double it every `step_seconds`."""

    per_second: float
    step_seconds: float


AFTER_TAKE_OVER = SlowStart(per_second=4, step_seconds=3)
"""Whoever had the partition before may have asked just now; a request's time on the wire blurs where one ends and we begin.

Three seconds leave out twelve requests, which together with the margin is what a batch of twenty sent just now may count for.
"""

AFTER_THROTTLING = SlowStart(per_second=1, step_seconds=5)


LATE_SECONDS = 0.025
"""A request that leaves so much later than it might have counts as if it had left on time: a busy machine is late by some milliseconds each time.

At full rate two requests are never closer than a tenth of a second for that, and no second sees more of them than it may.
"""


def counted_at(left: float, might_have: float) -> float:
    """Say from when on the next gap is measured, after a request that left then and might have left before."""
    return min(left, max(might_have, left - LATE_SECONDS))


def gap_seconds(rate: Rate, start: SlowStart, since: float) -> float:
    """Say how far apart two requests must leave, `since` seconds after the start."""
    grown: float = start.per_second * 2 ** min(int(since / start.step_seconds), 10)
    return 1 / min(rate.per_second, grown)
