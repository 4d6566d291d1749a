"""Firms, asked of a gateway."""

from collections.abc import AsyncIterator, Sequence

from adapters.safe_text import safe
from adapters.web.api.firm_shapes import FirmsAnswer, FirmShape
from adapters.web.api.past_shapes import PastListAnswer
from adapters.web.api.settings_shapes import (
    PutBackPreview,
    SettingsChangesAnswer,
    SettingsChangeShape,
    SettingsShape,
)
from adapters.web.api.status_shapes import StatusAnswer
from deploy.operators.ports import Status
from deploy.operators.remote.addresses import firm_path
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.pages import pages
from domain.ids import ClientId, FirmId

FIRMS = "/api/v1/firms"


class RemoteFirms:
    """The port `Firms`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def all(self) -> Sequence[FirmShape]:
        """List them by id."""
        return [firm async for page in pages(self._gateway, FIRMS, FirmsAnswer) for firm in page.firms]

    async def status(self, firm: FirmId | None) -> Status:
        """Look at one firm and its partition, or at all of both."""
        said = (await self._gateway.get("/api/v1/status", StatusAnswer, {"firm": firm})).body
        if firm is None:
            return Status(deciding=said.deciding, firms=await self.all())
        return Status(deciding=said.deciding, firms=(said.firm,) if said.firm is not None else ())

    async def stood(self, firm: FirmId, as_of: str, since: str | None) -> AsyncIterator[PastListAnswer]:
        """Say page by page how a firm's clients stood."""
        asked = {"as_of": as_of, "since": since}
        async for page in pages(self._gateway, f"{firm_path(firm)}/state", PastListAnswer, asked):
            yield page

    async def audit(self, firm: FirmId, client: ClientId | None) -> AsyncIterator[str]:
        """Give each decision as a line of JSON, the oldest first."""
        for line in self._gateway.lines(f"{firm_path(firm)}/audit", {"client": client}):
            yield safe(line)

    async def settings(self, firm: FirmId) -> SettingsShape:
        """Say what happens by itself in a firm."""
        return (await self._gateway.get(f"{firm_path(firm)}/settings", SettingsShape)).body

    async def settings_changes(self, firm: FirmId, most: int) -> Sequence[SettingsChangeShape]:
        """List how that was changed, the newest first."""
        path, asked = f"{firm_path(firm)}/settings/changes", {"limit": most}
        return (await self._gateway.get(path, SettingsChangesAnswer, asked)).body.changes

    async def put_back_preview(self, firm: FirmId, change: str) -> PutBackPreview:
        """Look at what putting settings back to before a change would do."""
        path, asked = f"{firm_path(firm)}/settings/put-back-preview", {"change": change}
        return (await self._gateway.get(path, PutBackPreview, asked)).body
