"""Nothing more is written: no echo, no second thought, no repeat."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.story import ledger
from tests.story.company import Company

STILL_SECONDS = 10.0
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Told:
    """A firm whose story has been told, and the newest number in each ledger then."""

    company: Company
    quickbooks: int
    canopy: int


async def stays_still(company: Company, seconds: float = STILL_SECONDS) -> None:
    """Watch both ledgers, and fail at once when a write appears."""
    await _watch([await _told(company)], time.monotonic() + seconds)


@dataclass(slots=True)
class Stillness:
    """All stories that have been told."""

    _told: list[Told] = field(default_factory=list)
    _last: float = 0.0

    async def watch(self, company: Company) -> None:
        """Watch this firm from here on."""
        self._told.append(await _told(company))
        self._last = time.monotonic()

    async def verify(self) -> None:
        """See that nothing was written for any of them after its story, until ten seconds after the last."""
        if self._told:
            await _watch(self._told, self._last + STILL_SECONDS)


async def _told(company: Company) -> Told:
    stack = company.stack
    return Told(
        company,
        await ledger.newest(company.http, stack.quickbooks, company.first_in_quickbooks),
        await ledger.newest(company.http, stack.canopy, company.first_in_canopy),
    )


async def _watch(told: Sequence[Told], end: float) -> None:
    http, stack = told[0].company.http, told[0].company.stack
    since = {
        stack.quickbooks: {each.company.realm: each.quickbooks for each in told},
        stack.canopy: {each.company.firm: each.canopy for each in told},
    }
    seen = {stand_in: min(firms.values()) for stand_in, firms in since.items()}
    while True:
        now = time.monotonic()
        for stand_in, firms in since.items():
            for entry in await ledger.entries(http, stand_in, seen[stand_in]):
                seen[stand_in] = entry["n"]
                late = ledger.is_our_write(entry) and entry["n"] > firms.get(entry["tenant"], entry["n"])
                assert not late, f"written after the story was over: {entry}"
        if now >= end:
            return
        await asyncio.sleep(LOOK_SECONDS)
