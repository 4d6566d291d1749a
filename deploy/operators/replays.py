"""Replays at a terminal: planned here, in a process of their own; applied by the gateways that run."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from adapters.replays.desk import ReplayDesk, ReplayRefusedError, Shown
from adapters.replays.planning import make_plan
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from adapters.web.texts.replays import replay_refusal_text
from deploy.own_database import database
from deploy.settings import Settings
from deploy.terminal import NotDecidedError
from deploy.way_to_engine import operator
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.replays import ReplayKind

LOOK_SECONDS = 0.3
SILENT_SECONDS = 20.0
"""A gateway that takes over from one that was killed is at it within less."""

MOST_LISTED = 100


class ReplayNotDoneError(Exception):
    """Says why a replay is not applied, cancelled or shown."""


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[ReplayDesk]:
    """Open the desk for as long as a command runs."""
    async with database(settings) as store:
        yield ReplayDesk(store, partial(make_plan, ReplayGrounds(store), Replays(store)))


async def plan(settings: Settings, firm: FirmId, kind: ReplayKind, wanted: ActFilter) -> Shown:
    """Make a plan and keep it; nothing else is changed."""
    async with desk(settings) as opened:
        made = await opened.plan(firm, kind, wanted, by=operator(), at=datetime.now(UTC))
        return await opened.shown(made)


async def listed(settings: Settings) -> list[tuple[Replay, int]]:
    """List the newest replays of all firms, each with how many of its rows are decided."""
    async with desk(settings) as opened:
        page = await opened.page(None, limit=MOST_LISTED)
        return [(each, await opened.decided(each)) for each in page.replays]


async def show(settings: Settings, id_: str) -> Shown:
    """Show a replay with all of its rows."""
    async with desk(settings) as opened:
        return await opened.shown(await _known(opened, id_))


async def apply(
    settings: Settings, id_: str, reason: str, count: int | None, tell: Callable[[int, int], None]
) -> Shown:
    """Apply a plan, and wait until each row has ended. `tell`: how many are decided, of how many.

    Raises:
        ReplayNotDoneError: it is refused.
        NotDecidedError: it is taken in, and nothing has moved for some time.
    """
    async with desk(settings) as opened:
        replay = await _known(opened, id_)
        try:
            await opened.apply(replay, by=operator(), reason=reason, count=count, at=datetime.now(UTC))
        except ReplayRefusedError as refused:
            raise ReplayNotDoneError(replay_refusal_text(refused.code, refused.facts)) from None
        return await _ended(opened, id_, tell)


async def cancel(settings: Settings, id_: str) -> Shown:
    """Let nothing more be asked for.

    Raises:
        ReplayNotDoneError: there is nothing to cancel.
    """
    async with desk(settings) as opened:
        try:
            await opened.cancel(await _known(opened, id_), by=operator(), at=datetime.now(UTC))
        except ReplayRefusedError as refused:
            raise ReplayNotDoneError(replay_refusal_text(refused.code, refused.facts)) from None
        return await opened.shown(await _known(opened, id_))


async def _known(opened: ReplayDesk, id_: str) -> Replay:
    replay = await opened.one(id_)
    if replay is None:
        raise ReplayNotDoneError(f"There is no replay {id_}; `client-sync replay list` lists them.")
    return replay


async def _ended(opened: ReplayDesk, id_: str, tell: Callable[[int, int], None]) -> Shown:
    """Wait for the last row that is asked for, and for what it sends."""
    moved, before = asyncio.get_running_loop().time(), -1
    while True:
        replay = await _known(opened, id_)
        if replay.ended_at is not None or replay.cancelled_at is not None:
            shown = await opened.shown(replay)
            open_ = sum(row.end is not None and row.end.state == "under_way" for row in shown.rows)
        else:
            shown, open_ = Shown(replay, await opened.decided(replay)), replay.asked
        now = shown.decided * (replay.rows + 1) - open_
        if now != before:
            moved, before = asyncio.get_running_loop().time(), now
            tell(shown.decided, replay.asked)
        if open_ == 0:
            return shown
        if asyncio.get_running_loop().time() - moved > SILENT_SECONDS:
            raise NotDecidedError(
                f"{shown.decided} of {replay.asked} rows are decided, and nothing has moved for {SILENT_SECONDS:.0f} s. It goes on "
                f"by itself once a gateway and a worker run and both sides answer; `client-sync replay show {id_}` tells."
            )
        await asyncio.sleep(LOOK_SECONDS)
