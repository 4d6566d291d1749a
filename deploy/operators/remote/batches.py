"""Batches, asked of a gateway."""

from collections.abc import Sequence
from urllib.parse import quote

from adapters.web.api.batch_shapes import (
    BatchAnswer,
    BatchesAnswer,
    BatchProgress,
    BatchShape,
    RevertPreview,
)
from deploy.operators.remote.addresses import firm_path
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.pages import pages
from domain.ids import FirmId


class RemoteBatches:
    """The port `Batches`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def listed(self, firm: FirmId, most: int) -> Sequence[BatchShape]:
        """List the newest."""
        return (await self._gateway.get(_all(firm), BatchesAnswer, {"limit": most})).body.batches

    async def head(self, firm: FirmId, name: str) -> BatchProgress:
        """Say how far one is."""
        return (await self._gateway.get(_one(firm, name), BatchAnswer, {"limit": 1})).body.batch

    async def whole(self, firm: FirmId, name: str) -> BatchAnswer:
        """Show one with all of its rows."""
        all_of_it = [page async for page in pages(self._gateway, _one(firm, name), BatchAnswer)]
        rows = [row for page in all_of_it for row in page.rows]
        return BatchAnswer(batch=all_of_it[-1].batch, rows=rows, cursor=None)

    async def stop(self, firm: FirmId, name: str) -> BatchProgress:
        """Let nothing more of it be asked for; says how far it is then."""
        return (await self._gateway.send("POST", f"{_one(firm, name)}/cancel", BatchAnswer, {})).body.batch

    async def revert_preview(self, firm: FirmId, name: str) -> RevertPreview:
        """Say of all rows what taking it back would do; nothing is asked for."""
        path = f"{_one(firm, name)}/revert-preview"
        all_of_it = [page async for page in pages(self._gateway, path, RevertPreview)]
        rows = [row for page in all_of_it for row in page.rows]
        return all_of_it[-1].model_copy(update={"rows": rows, "cursor": None})

    async def revert(
        self, firm: FirmId, name: str, reason: str, seen: Sequence[str], *, put_values_back: bool
    ) -> str:
        """Let it be taken back, row by row if it is as it was `seen`; gives the id of the batch that does so."""
        body = {"reason": reason, "put_values_back": put_values_back, "seen": [*seen]}
        made = await self._gateway.send("POST", f"{_one(firm, name)}/revert", BatchAnswer, body)
        return made.body.batch.batch


def _all(firm: FirmId) -> str:
    return f"{firm_path(firm)}/batches"


def _one(firm: FirmId, name: str) -> str:
    return f"{_all(firm)}/{quote(name, safe='')}"
