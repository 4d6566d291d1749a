"""Batches at a terminal: looked at, stopped, taken back, and waited for until each row of that is done."""

import asyncio
from collections.abc import Callable, Sequence

from adapters.web.api.batch_shapes import BatchAnswer, BatchProgress, BatchShape, RevertPreview
from deploy.operators import ways
from deploy.operators.ports import Batches
from deploy.settings import Settings
from deploy.terminal import NotDecidedError
from domain.ids import FirmId

LOOK_SECONDS = 0.3
SILENT_SECONDS = 20.0
"""A gateway that takes over from one that was killed is at it within less."""

MOST_LISTED = 100


async def listed(settings: Settings, firm: FirmId) -> Sequence[BatchShape]:
    """List a firm's newest batches.

    Raises:
        SaidNoError: no company was ever connected for such a firm.
    """
    async with ways.batches(settings) as batches:
        found = await batches.listed(firm, MOST_LISTED)
    if not found:
        async with ways.firms(settings) as firms:
            await firms.settings_changes(firm, 1)  # refuses a firm that is none
    return found


async def show(settings: Settings, firm: FirmId, name: str) -> BatchAnswer:
    """Show a batch with all of its rows."""
    async with ways.batches(settings) as batches:
        return await batches.whole(firm, name)


async def stop(settings: Settings, firm: FirmId, name: str) -> BatchProgress:
    """Let nothing more of a batch be asked for.

    Raises:
        SaidNoError: there is nothing left of it to stop.
    """
    async with ways.batches(settings) as batches:
        return await batches.stop(firm, name)


async def preview(settings: Settings, firm: FirmId, name: str) -> tuple[BatchProgress, RevertPreview]:
    """Say what taking a batch back would do; nothing is asked for."""
    async with ways.batches(settings) as batches:
        return await batches.head(firm, name), await batches.revert_preview(firm, name)


async def revert(
    settings: Settings,
    firm: FirmId,
    name: str,
    reason: str,
    seen: RevertPreview,
    tell: Callable[[int, int], None],
    *,
    put_values_back: bool,
) -> BatchAnswer:
    """Take a batch back as it was `seen`, and wait until each row of the batch that does so is done. `tell`: how many are, of how many.

    Raises:
        SaidNoError: it is refused.
        NotDecidedError: it is taken in, and nothing has moved for some time.
    """
    async with ways.batches(settings) as batches:
        rows = [each.seen for each in seen.rows]
        made = await batches.revert(firm, name, reason, rows, put_values_back=put_values_back)
        await _ended(batches, firm, made, tell)
        return await batches.whole(firm, made)


async def _ended(batches: Batches, firm: FirmId, id_: str, tell: Callable[[int, int], None]) -> None:
    moved, before = asyncio.get_running_loop().time(), -1
    while True:
        head = await batches.head(firm, id_)
        if head.over != before:
            moved, before = asyncio.get_running_loop().time(), head.over
            tell(head.over, head.asked)
        if head.state != "under_way" and not head.counts.get("under_way"):
            return
        if asyncio.get_running_loop().time() - moved > SILENT_SECONDS:
            raise NotDecidedError(
                f"{head.over} of {head.asked} rows are done, and nothing has moved for {SILENT_SECONDS:.0f} s. It goes on by itself "
                f"once a gateway and a worker run and both sides answer; `client-sync batches show {firm} {head.number}` tells."
            )
        await asyncio.sleep(LOOK_SECONDS)
