"""Replays at a terminal: planned, applied, and waited for until each row has ended."""

import asyncio
from collections.abc import Callable, Sequence

from adapters.web.api.replay_shapes import ReplayAnswer, ReplayShape
from deploy.operators import ways
from deploy.operators.ports import Replays
from deploy.settings import Settings
from deploy.terminal import NotDecidedError
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.replays import ReplayKind

LOOK_SECONDS = 0.3
SILENT_SECONDS = 20.0
"""A gateway that takes over from one that was killed is at it within less."""

MOST_LISTED = 100


async def plan(settings: Settings, firm: FirmId, kind: ReplayKind, wanted: ActFilter) -> ReplayAnswer:
    """Make a plan and keep it; nothing else is changed."""
    async with ways.replays(settings) as replays:
        return await replays.plan(firm, kind, wanted)


async def listed(settings: Settings) -> Sequence[ReplayShape]:
    """List the newest replays of all firms."""
    async with ways.replays(settings) as replays:
        return await replays.listed(MOST_LISTED)


async def show(settings: Settings, id_: str) -> ReplayAnswer:
    """Show a replay with all of its rows."""
    async with ways.replays(settings) as replays:
        return await replays.whole(id_)


async def apply(
    settings: Settings, id_: str, reason: str, count: int | None, tell: Callable[[int, int], None]
) -> ReplayAnswer:
    """Apply a plan, and wait until each row has ended. `tell`: how many are decided, of how many.

    Raises:
        SaidNoError: it is refused.
        NotDecidedError: it is taken in, and nothing has moved for some time.
    """
    async with ways.replays(settings) as replays:
        await replays.apply(id_, reason, count)
        return await _ended(replays, id_, tell)


async def cancel(settings: Settings, id_: str) -> ReplayAnswer:
    """Let nothing more be asked for.

    Raises:
        SaidNoError: there is nothing to cancel.
    """
    async with ways.replays(settings) as replays:
        await replays.cancel(id_)
        return await replays.whole(id_)


async def _ended(replays: Replays, id_: str, tell: Callable[[int, int], None]) -> ReplayAnswer:
    """Wait for the last row that is asked for, and for what it sends."""
    moved, before = asyncio.get_running_loop().time(), -1
    while True:
        head, shown = await replays.head(id_), None
        open_ = head.asked
        if head.state in ("applied", "cancelled"):
            shown = await replays.whole(id_)
            open_ = sum(row.end is not None and row.end.state == "under_way" for row in shown.rows)
        now = head.decided * (head.rows + 1) - open_
        if now != before:
            moved, before = asyncio.get_running_loop().time(), now
            tell(head.decided, head.asked)
        if shown is not None and open_ == 0:
            return shown
        if asyncio.get_running_loop().time() - moved > SILENT_SECONDS:
            raise NotDecidedError(
                f"{head.decided} of {head.asked} rows are decided, and nothing has moved for {SILENT_SECONDS:.0f} s. It goes on "
                f"by itself once a gateway and a worker run and both sides answer; `client-sync replay show {id_}` tells."
            )
        await asyncio.sleep(LOOK_SECONDS)
