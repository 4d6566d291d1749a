"""One client, asked of a gateway."""

from collections.abc import Sequence

from adapters.web.api.past_shapes import PastAnswer
from adapters.web.api.restore_shapes import RestorePreviewAnswer
from adapters.web.api.suggestion_shapes import SuggestionsAnswer
from adapters.web.api.timeline_shapes import LineShape, TimelineAnswer
from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer, UndoPreviewAnswer
from adapters.web.api.why_shapes import WhyAnswer
from deploy.operators.remote.addresses import client_path
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.pages import pages
from domain.ids import ClientId, FirmId


class RemoteClients:
    """The port `Clients`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def why(self, firm: FirmId, client: ClientId) -> WhyAnswer:
        """Say why it is or is not syncing."""
        return (await self._gateway.get(f"{client_path(firm, client)}/why", WhyAnswer)).body

    async def timeline(self, firm: FirmId, client: ClientId) -> Sequence[LineShape]:
        """List all that was decided about it, the oldest first."""
        path = f"{client_path(firm, client)}/timeline"
        lines = [line async for page in pages(self._gateway, path, TimelineAnswer) for line in page.lines]
        return lines[::-1]

    async def suggestions(self, firm: FirmId, client: ClientId) -> SuggestionsAnswer:
        """Give the customers that it may be, the best first."""
        path = f"{client_path(firm, client)}/suggestions"
        return (await self._gateway.get(path, SuggestionsAnswer)).body

    async def stood(self, firm: FirmId, client: ClientId, as_of: str, since: str | None) -> PastAnswer:
        """Say how it stood, and what is different since."""
        asked = {"as_of": as_of, "since": since}
        return (await self._gateway.get(f"{client_path(firm, client)}/state", PastAnswer, asked)).body

    async def restore_preview(
        self, firm: FirmId, client: ClientId, version: int | None
    ) -> RestorePreviewAnswer:
        """Look at what a restore would do; nothing is asked for."""
        path = f"{client_path(firm, client)}/restore-preview"
        return (await self._gateway.get(path, RestorePreviewAnswer, {"version": version})).body

    async def undo_preview(self, firm: FirmId, client: ClientId, answer: int | None) -> UndoPreviewAnswer:
        """Look at what taking an answer back would do; nothing is asked for."""
        path = f"{client_path(firm, client)}/undo-preview"
        return (await self._gateway.get(path, UndoPreviewAnswer, {"version": answer})).body

    async def undo_leave_both_preview(
        self, firm: FirmId, client: ClientId, left: int | None
    ) -> UndoLeaveBothPreviewAnswer:
        """Look at what would be held again; nothing is asked for."""
        path = f"{client_path(firm, client)}/undo-leave-both-preview"
        return (await self._gateway.get(path, UndoLeaveBothPreviewAnswer, {"version": left})).body
