"""Firms, asked of Kafka and the database."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

from adapters.json_lines import json_line
from adapters.store.audit import Audit
from adapters.store.database import Database
from adapters.store.firm_list import FirmList
from adapters.store.past_states import PastStates
from adapters.store.read_model import ReadModel
from adapters.web.api.audit import nothing_decided
from adapters.web.api.firm_shapes import FirmShape
from adapters.web.api.firms import firm_shape
from adapters.web.api.past import past_page
from adapters.web.api.past_shapes import PastListAnswer
from adapters.web.api.settings import put_back_preview, settings_changes
from adapters.web.api.settings_shapes import (
    PutBackPreview,
    SettingsChangeShape,
    SettingsShape,
    settings_shape,
)
from adapters.web.api.status import status_of, status_of_all
from deploy.operators.direct.said_no import problems_said
from deploy.operators.ports import Status
from deploy.own_database import database
from deploy.settings import Settings
from deploy.who_decides import who_decides
from domain.ids import ClientId, FirmId
from streams.wire.inputs import partition_of

MOST_AT_ONCE = 200


class DirectFirms:
    """The port `Firms`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def all(self) -> Sequence[FirmShape]:
        """List them by id."""
        async with database(self._settings) as store:
            return await self._all(store)

    async def status(self, firm: FirmId | None) -> Status:
        """Look at one firm and its partition, or at all of both."""
        look = partial(who_decides, self._settings)
        if firm is None:
            said = await status_of_all(look)
            return Status(deciding=said.deciding, firms=await self.all())
        async with database(self._settings) as store:
            with problems_said():
                said = await status_of(FirmList(store), look, firm, self._partition(firm))
        return Status(deciding=said.deciding, firms=(said.firm,) if said.firm is not None else ())

    async def stood(self, firm: FirmId, as_of: str, since: str | None) -> AsyncIterator[PastListAnswer]:
        """Say page by page how a firm's clients stood."""
        async with database(self._settings) as store:
            cursor = None
            while True:
                with problems_said():
                    page = await past_page(PastStates(store), firm, as_of, since, cursor, MOST_AT_ONCE)
                yield page
                cursor = page.cursor
                if cursor is None:
                    return

    async def audit(self, firm: FirmId, client: ClientId | None) -> AsyncIterator[str]:
        """Give each decision as a line of JSON, the oldest first."""
        written = False
        async with database(self._settings) as store:
            async for page in Audit(store).pages(firm, client):
                for line in page:
                    yield json_line(line)
                written = True
        if not written:
            with problems_said():
                raise nothing_decided()

    async def settings(self, firm: FirmId) -> SettingsShape:
        """Say what happens by itself in a firm."""
        async with database(self._settings) as store:
            return settings_shape((await ReadModel(store).firms.row(firm)).settings)

    async def settings_changes(self, firm: FirmId, most: int) -> Sequence[SettingsChangeShape]:
        """List how that was changed, the newest first."""
        async with database(self._settings) as store:
            with problems_said():
                return (await settings_changes(ReadModel(store), firm, None, most)).changes

    async def put_back_preview(self, firm: FirmId, change: str) -> PutBackPreview:
        """Look at what putting settings back to before a change would do."""
        async with database(self._settings) as store:
            with problems_said():
                return await put_back_preview(ReadModel(store), firm, change)

    async def _all(self, store: Database) -> Sequence[FirmShape]:
        found: list[FirmShape] = []
        firms, cursor = FirmList(store), None
        while True:
            page = await firms.page(self._partition, cursor=cursor, limit=MOST_AT_ONCE)
            found += map(firm_shape, page.firms)
            cursor = page.cursor
            if cursor is None:
                return found

    def _partition(self, firm: FirmId) -> int:
        return partition_of(firm, self._settings.partitions)
