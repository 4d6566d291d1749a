"""Replays, asked of a gateway: it plans in a process beside itself."""

from collections.abc import Sequence
from urllib.parse import quote

from adapters.web.api.replay_shapes import ReplayAnswer, ReplaysAnswer, ReplayShape
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.pages import pages
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.replays import ReplayKind

PATH = "/api/v1/replays"
PLANNED_SECONDS = 120.0
"""A gateway gives a plan its turn and its time within less."""


class RemoteReplays:
    """The port `Replays`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def plan(self, firm: FirmId, kind: ReplayKind, wanted: ActFilter) -> ReplayAnswer:
        """Make a plan and keep it; gives all of its rows."""
        body = {
            "firm": firm,
            "kind": kind,
            "since": wanted.since.isoformat() if wanted.since is not None else None,
            "until": wanted.until.isoformat() if wanted.until is not None else None,
            "actor": wanted.actor,
            "batch": wanted.batch,
            "engine": wanted.engine,
            "ids": list(wanted.clients) or None,
        }
        made = await self._gateway.send("POST", PATH, ReplayAnswer, body, seconds=PLANNED_SECONDS)
        return await self.whole(made.body.replay.plan)

    async def listed(self, most: int) -> Sequence[ReplayShape]:
        """List the newest of all firms."""
        return (await self._gateway.get(PATH, ReplaysAnswer, {"limit": most})).body.replays

    async def head(self, id_: str) -> ReplayShape:
        """Say how far one is."""
        return (await self._gateway.get(_one(id_), ReplayAnswer, {"limit": 1})).body.replay

    async def whole(self, id_: str) -> ReplayAnswer:
        """Show one with all of its rows."""
        all_of_it = [page async for page in pages(self._gateway, _one(id_), ReplayAnswer)]
        rows = [row for page in all_of_it for row in page.rows]
        return ReplayAnswer(replay=all_of_it[-1].replay, rows=rows, cursor=None)

    async def apply(self, id_: str, reason: str, count: int | None) -> None:
        """Let it be carried out as it stands."""
        body = {"reason": reason, "confirm": count}
        await self._gateway.send("POST", f"{_one(id_)}/apply", ReplayAnswer, body)

    async def cancel(self, id_: str) -> None:
        """Let nothing more be asked for."""
        await self._gateway.send("POST", f"{_one(id_)}/cancel", ReplayAnswer, {})


def _one(id_: str) -> str:
    return f"{PATH}/{quote(id_, safe='')}"
