"""The rate limiters of all companies that are asked just now; of those that are not, nothing is kept."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from domain.ids import FirmId, RealmId, Side
from domain.rate import CANOPY_RATE, QUICKBOOKS_RATE, Rate
from streams.wire.meters import CANOPY_CLOSED, CANOPY_WAIT, QUICKBOOKS_CLOSED, QUICKBOOKS_WAIT
from streams.worker.clock import Clock
from streams.worker.rate_limiter import FORGOTTEN_AFTER_SECONDS, Meters, RateLimiter

K = TypeVar("K", bound=Hashable)


class Limiters(Generic[K]):
    """One limiter a key, for as long as it is used."""

    def __init__(
        self, rate: Rate, clock: Clock, meters: Meters, kind: type[RateLimiter] = RateLimiter
    ) -> None:
        self._kind = kind
        self._rate = rate
        self._clock = clock
        self._meters = meters
        self._limiters: dict[K, RateLimiter] = {}
        self._looked_at = clock.monotonic()

    def __len__(self) -> int:
        return len(self._limiters)

    def of(self, key: K) -> RateLimiter:
        """Give a key's limiter, for this moment: who comes back later asks again."""
        self._forget_idle()
        found = self._limiters.get(key)
        if found is None:
            found = self._limiters[key] = self._kind(self._rate, self._clock, self._meters)
        return found

    def _forget_idle(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at < FORGOTTEN_AFTER_SECONDS:
            return
        self._looked_at = now
        for key in [key for key, limiter in self._limiters.items() if limiter.is_idle()]:
            self._limiters.pop(key).forget()


class Doors:
    """Both sides' limiters: neither side's trouble is the other's."""

    def __init__(
        self, clock: Clock, kind: type[RateLimiter] = RateLimiter, quickbooks: Rate = QUICKBOOKS_RATE
    ) -> None:
        self.quickbooks: Limiters[RealmId] = Limiters(
            quickbooks, clock, Meters(wait=QUICKBOOKS_WAIT, closed=QUICKBOOKS_CLOSED), kind
        )
        self.canopy: Limiters[FirmId] = Limiters(
            CANOPY_RATE, clock, Meters(wait=CANOPY_WAIT, closed=CANOPY_CLOSED), kind
        )

    def of(self, side: Side, firm: FirmId, realm: RealmId) -> RateLimiter:
        """Give the limiter of one side for a firm and its company."""
        return self.quickbooks.of(realm) if side == "quickbooks" else self.canopy.of(firm)
