"""One client, read from the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.store.read_model import ReadModel
from adapters.web.api.held_again_preview import undo_leave_both_preview
from adapters.web.api.past import one_past
from adapters.web.api.past_shapes import PastAnswer
from adapters.web.api.restore_preview import preview_answer
from adapters.web.api.restore_shapes import RestorePreviewAnswer
from adapters.web.api.suggestion_shapes import SuggestionsAnswer
from adapters.web.api.suggestions import suggestions_for
from adapters.web.api.timeline import timeline_page
from adapters.web.api.timeline_shapes import LineShape
from adapters.web.api.undo_preview import undo_answer_preview
from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer, UndoPreviewAnswer
from adapters.web.api.why import why_answer
from adapters.web.api.why_shapes import WhyAnswer
from deploy.operators.direct.said_no import problems_said
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ClientId, FirmId
from streams.wire.inputs import partition_of

LINES_AT_ONCE = 200


class DirectClients:
    """The port `Clients`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def why(self, firm: FirmId, client: ClientId) -> WhyAnswer:
        """Say why it is or is not syncing."""
        async with self._reads() as reads:
            return await why_answer(reads, partition_of(firm, self._settings.partitions), firm, client)

    async def timeline(self, firm: FirmId, client: ClientId) -> Sequence[LineShape]:
        """List all that was decided about it, the oldest first."""
        lines: list[LineShape] = []
        async with self._reads() as reads:
            cursor = None
            while True:
                page = await timeline_page(reads, firm, client, cursor, LINES_AT_ONCE)
                lines += page.lines
                cursor = page.cursor
                if cursor is None:
                    return lines[::-1]

    async def suggestions(self, firm: FirmId, client: ClientId) -> SuggestionsAnswer:
        """Give the customers that it may be, the best first."""
        async with self._reads() as reads:
            return await suggestions_for(reads, firm, client)

    async def stood(self, firm: FirmId, client: ClientId, as_of: str, since: str | None) -> PastAnswer:
        """Say how it stood, and what is different since."""
        async with self._reads() as reads:
            return await one_past(reads.past, firm, client, as_of, since)

    async def restore_preview(
        self, firm: FirmId, client: ClientId, version: int | None
    ) -> RestorePreviewAnswer:
        """Look at what a restore would do; nothing is asked for."""
        async with self._reads() as reads:
            return await preview_answer(reads, firm, client, version, datetime.now(UTC))

    async def undo_preview(self, firm: FirmId, client: ClientId, answer: int | None) -> UndoPreviewAnswer:
        """Look at what taking an answer back would do; nothing is asked for."""
        async with self._reads() as reads:
            return await undo_answer_preview(reads, firm, client, answer, datetime.now(UTC))

    async def undo_leave_both_preview(
        self, firm: FirmId, client: ClientId, left: int | None
    ) -> UndoLeaveBothPreviewAnswer:
        """Look at what would be held again; nothing is asked for."""
        async with self._reads() as reads:
            return await undo_leave_both_preview(reads, firm, client, left, datetime.now(UTC))

    @asynccontextmanager
    async def _reads(self) -> AsyncIterator[ReadModel]:
        async with database(self._settings) as store:
            with problems_said():
                yield ReadModel(store)
