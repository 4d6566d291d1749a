"""Replays over the database: planned here, in the command's own process; applied by the gateways that run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from adapters.batches.desk import BatchDesk
from adapters.replays.desk import ReplayDesk
from adapters.replays.planning import make_plan
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replays
from adapters.web.api.replay_shapes import ReplayAnswer, ReplayShape
from adapters.web.api.replays import (
    batch_meant,
    known_replay,
    listed_shape,
    planning_problems,
    replay_answer,
    replay_problems,
    replay_shape,
)
from deploy.operators.direct.said_no import problems_said
from deploy.own_database import database
from deploy.settings import Settings
from deploy.way_to_engine import operator
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.replays import ReplayKind


class DirectReplays:
    """The port `Replays`."""

    def __init__(self, desk: ReplayDesk, batches: BatchDesk) -> None:
        self._desk = desk
        self._batches = batches

    async def plan(self, firm: FirmId, kind: ReplayKind, wanted: ActFilter) -> ReplayAnswer:
        """Make a plan and keep it; gives all of its rows."""
        with problems_said(), planning_problems():
            meant = await batch_meant(self._batches, firm, kind, wanted.batch)
            wanted = replace(wanted, batch=meant)
            made = await self._desk.plan(firm, kind, wanted, by=operator(), at=datetime.now(UTC))
        return await replay_answer(self._desk, made, None, None)

    async def listed(self, most: int) -> Sequence[ReplayShape]:
        """List the newest of all firms."""
        page = await self._desk.page(None, limit=most)
        return [listed_shape(each, await self._desk.decided(each)) for each in page.replays]

    async def head(self, id_: str) -> ReplayShape:
        """Say how far one is."""
        with problems_said():
            replay = await known_replay(self._desk, id_)
        decided = await self._desk.decided(replay) if replay.applied_at is not None else 0
        return replay_shape(replay, decided)

    async def whole(self, id_: str) -> ReplayAnswer:
        """Show one with all of its rows."""
        with problems_said():
            return await replay_answer(self._desk, await known_replay(self._desk, id_), None, None)

    async def apply(self, id_: str, reason: str, count: int | None) -> None:
        """Let it be carried out as it stands."""
        with problems_said(), replay_problems():
            replay = await known_replay(self._desk, id_)
            await self._desk.apply(replay, by=operator(), reason=reason, count=count, at=datetime.now(UTC))

    async def cancel(self, id_: str) -> None:
        """Let nothing more be asked for."""
        with problems_said(), replay_problems():
            await self._desk.cancel(await known_replay(self._desk, id_), by=operator(), at=datetime.now(UTC))


@asynccontextmanager
async def direct_replays(settings: Settings) -> AsyncIterator[DirectReplays]:
    """Open the desk for as long as a command runs."""
    async with database(settings) as store:
        desk = ReplayDesk(store, partial(make_plan, ReplayGrounds(store), Replays(store)))
        yield DirectReplays(desk, BatchDesk(store))
