"""Intuit's limits per realm, off unless a test asks for them: 10 requests a second, 500 a minute.

(Intuit, API call limits and throttles.) Refused requests count too, so hammering does not help.
"""

import time
from collections import defaultdict, deque
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.quickbooks import errors


class Limits(BaseModel):
    """How many requests a realm may make in any second and in any minute; absent: as many as it likes."""

    model_config = ConfigDict(extra="forbid")

    per_second: Annotated[int, Field(ge=1)] | None = None
    per_minute: Annotated[int, Field(ge=1)] | None = None


class Throttle:
    """Counts requests in sliding windows."""

    def __init__(self) -> None:
        self._limits = Limits()
        self._received: dict[str, deque[float]] = defaultdict(deque)

    def set(self, limits: Limits) -> None:
        """Count by these limits from now on."""
        self._limits = limits
        self._received.clear()

    def count(self, realm: str) -> None:
        """Count one request.

        Raises:
            Fault: 429 / 3001 if it is one too many.
        """
        windows = [(1.0, self._limits.per_second), (60.0, self._limits.per_minute)]
        if all(limit is None for _, limit in windows):
            return
        now = time.monotonic()
        received = self._received[realm]
        while received and received[0] <= now - 60.0:
            received.popleft()
        received.append(now)
        for seconds, limit in windows:
            if limit is not None and sum(moment > now - seconds for moment in received) > limit:
                raise errors.throttled()
