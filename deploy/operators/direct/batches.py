"""Batches over the database: looked at and taken back here, carried out by the gateways that run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from adapters.batches.desk import BatchDesk
from adapters.web.api.batch_shapes import BatchAnswer, BatchProgress, BatchShape, RevertPreview
from adapters.web.api.batches import (
    batch_answer,
    batch_problems,
    batch_shape,
    known_batch,
    progress_shape,
    revert_preview,
)
from deploy.operators.direct.said_no import problems_said
from deploy.own_database import database
from deploy.settings import Settings
from deploy.way_to_engine import operator
from domain.ids import FirmId


class DirectBatches:
    """The port `Batches`."""

    def __init__(self, desk: BatchDesk) -> None:
        self._desk = desk

    async def listed(self, firm: FirmId, most: int) -> Sequence[BatchShape]:
        """List the newest."""
        return [batch_shape(each) for each in (await self._desk.page(firm, limit=most)).batches]

    async def head(self, firm: FirmId, name: str) -> BatchProgress:
        """Say how far one is."""
        with problems_said():
            return progress_shape(await self._desk.shown(await known_batch(self._desk, firm, name)))

    async def whole(self, firm: FirmId, name: str) -> BatchAnswer:
        """Show one with all of its rows."""
        with problems_said():
            return await batch_answer(self._desk, await known_batch(self._desk, firm, name), None, None)

    async def stop(self, firm: FirmId, name: str) -> BatchProgress:
        """Let nothing more of it be asked for; says how far it is then."""
        with problems_said(), batch_problems():
            batch = await known_batch(self._desk, firm, name)
            await self._desk.stop(batch, by=operator(), at=datetime.now(UTC))
        return await self.head(firm, name)

    async def revert_preview(self, firm: FirmId, name: str) -> RevertPreview:
        """Say of all rows what taking it back would do; nothing is asked for."""
        with problems_said():
            batch = await known_batch(self._desk, firm, name)
            return await revert_preview(self._desk, batch, datetime.now(UTC), None, None)

    async def revert(
        self, firm: FirmId, name: str, reason: str, seen: Sequence[str], *, put_values_back: bool
    ) -> str:
        """Let it be taken back, row by row if it is as it was `seen`; gives the id of the batch that does so."""
        with problems_said(), batch_problems():
            made = await self._desk.revert(
                f"b-{uuid4().hex[:20]}",
                await known_batch(self._desk, firm, name),
                by=operator(),
                at=datetime.now(UTC),
                reason=reason,
                put_values_back=put_values_back,
                seen=seen,
            )
        return made.id


@asynccontextmanager
async def direct_batches(settings: Settings) -> AsyncIterator[DirectBatches]:
    """Open the desk for as long as a command runs."""
    async with database(settings) as store:
        yield DirectBatches(BatchDesk(store))
