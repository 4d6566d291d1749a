"""When to stop asking a company that does not answer, and how to find out that it does again.

Pure: times are seconds of whatever clock the caller has, as long as it never goes back.
"""

from dataclasses import dataclass

from domain.ids import EffectId
from domain.lane_policy import pause_seconds
from domain.obstacles import Obstacle
from domain.ports import TryLater
from domain.replacing import replace

FAILURES = 5
"""So many different effects in a row without an answer. One that fails again and again may be at fault itself: it rests."""

NO_ANSWER = frozenset({Obstacle.UNREACHABLE, Obstacle.UNAVAILABLE, Obstacle.NO_ANSWER})
"""What says nothing about a request, and something about who should have answered it."""

SHORTEST_CLOSED_SECONDS = 5.0
LONGEST_CLOSED_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nothing is asked until then; after it one request finds out. `why`: as of `TryLater`."""

    why: Obstacle
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the last answers tell. `failed`: the effects that got none since the last one that did; `closures`: in a row."""

    failed: frozenset[EffectId] = frozenset()
    closures: int = 0
    closed: Closed | None = None

    def is_closed(self, now: float) -> bool:
        """Say whether nothing may be asked now."""
        return self.closed is not None and now < self.closed.until

    @property
    def is_on_trial(self) -> bool:
        """Say whether it was closed and has not answered since: requests go one at a time."""
        return self.closed is not None


def after_answer(
    health: Health, effect: EffectId, trouble: TryLater | None, now: float, jitter: float
) -> Health:
    """Take in an answer; `trouble` None: one that settled something. `jitter` in [0, 1) spreads those closed together."""
    if trouble is not None and trouble.why is Obstacle.THROTTLED:
        until = now + pause_seconds(trouble, 0, jitter)
        later = max(until, health.closed.until) if health.closed is not None else until
        return Health(closures=health.closures, closed=Closed(why=Obstacle.THROTTLED, until=later))
    if trouble is not None and trouble.why is Obstacle.OUR_ERROR:
        return health  # of ours: nobody was heard
    if trouble is None or trouble.why not in NO_ANSWER:
        throttled = (
            health.closed is not None and health.closed.why is Obstacle.THROTTLED and health.is_closed(now)
        )
        return health if throttled else Health()
    if health.is_closed(now):
        return health  # it was under way when the others failed, and says nothing new
    failed = health.failed | {effect}
    if not health.is_on_trial and len(failed) < FAILURES:
        return replace(health, failed=failed)
    grown: float = SHORTEST_CLOSED_SECONDS * 2 ** min(health.closures, 10)
    pause = min(grown, LONGEST_CLOSED_SECONDS) * (0.75 + jitter / 4)
    return Health(closures=health.closures + 1, closed=Closed(why=trouble.why, until=now + pause))
