"""Intuit's limits per realm: 10 requests a second, 500 a minute, 10 at once; of these 40 batches a minute.

(Intuit, API call limits and throttles.) Refused requests count too, so hammering does not help. How Intuit cuts its
seconds is not documented: windows that slide are the strictest reading.
"""

import time
from collections import Counter, defaultdict, deque
from typing import Annotated

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.quickbooks import errors
from deploy.sandbox.reception import CONTROL, TENANT

UNDER_WAY = web.RequestKey("under_way", int)
Windows = tuple[tuple[float, int | None], ...]
"""Seconds, and how many requests they may have."""


class Limits(BaseModel):
    """How many requests a realm may make in any second, in any minute and at once; absent: as many as it likes.

    `batches_per_minute`: how many of those of a minute may be batches (40 for one app; that there are 120 for all apps
    together can't be told here, where there is one app). `retry_after`: seconds that a refusal asks to wait; absent: it says nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_second: Annotated[int, Field(ge=1)] | None = None
    per_minute: Annotated[int, Field(ge=1)] | None = None
    at_once: Annotated[int, Field(ge=1)] | None = None
    batches_per_minute: Annotated[int, Field(ge=1)] | None = None
    retry_after: Annotated[int, Field(ge=0)] | None = None


INTUITS = Limits(per_second=10, per_minute=500, at_once=10, batches_per_minute=40)


class Throttle:
    """Counts requests in sliding windows."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._received: dict[str, deque[float]] = defaultdict(deque)
        self._batches: dict[str, deque[float]] = defaultdict(deque)
        self._under_way: Counter[str] = Counter()

    def set(self, limits: Limits) -> None:
        """Count by these limits from now on."""
        self._limits = limits
        self._received.clear()
        self._batches.clear()

    @web.middleware
    async def under_way(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Know how many requests of a realm are under way, from their arrival to their answer."""
        realm = request.match_info.get(TENANT)
        if realm is None or request.path.startswith(CONTROL):
            return await handler(request)
        self._under_way[realm] += 1
        request[UNDER_WAY] = self._under_way[realm]
        try:
            return await handler(request)
        finally:
            self._under_way[realm] -= 1

    def count(self, realm: str, under_way: int, *, batch: bool = False) -> None:
        """Count one request, which was the `under_way`th at once when it came.

        Raises:
            Fault: 429 / 3001 if it is one too many.
        """
        limits = self._limits
        if limits.at_once is not None and under_way > limits.at_once:
            raise self._refusal()
        if batch:
            self._count(self._batches[realm], ((60.0, limits.batches_per_minute),))
        self._count(self._received[realm], ((1.0, limits.per_second), (60.0, limits.per_minute)))

    def count_more(self, realm: str, requests: int) -> None:
        """Count what a request holds as so many more of the minute.

        Raises:
            Fault: 429 / 3001 if that is too many.
        """
        self._count(self._received[realm], ((60.0, self._limits.per_minute),), requests)

    def _count(self, received: deque[float], windows: Windows, requests: int = 1) -> None:
        if all(limit is None for _, limit in windows):
            return
        now = time.monotonic()
        while received and received[0] <= now - 60.0:
            received.popleft()
        received.extend([now] * requests)
        for seconds, limit in windows:
            if limit is not None and sum(moment > now - seconds for moment in received) > limit:
                raise self._refusal()

    def _refusal(self) -> errors.Fault:
        return errors.throttled(self._limits.retry_after)
