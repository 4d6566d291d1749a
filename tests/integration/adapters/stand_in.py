"""What a test asks of a stand-in besides what the engine does: as a person who works in it, or as an operator."""

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class StandIn:
    """Where it is, and what a person, a test or an operator asks of it."""

    url: str
    session: aiohttp.ClientSession

    async def control(self, method: str, path: str, body: object = None) -> Any:
        """Send a control request, and give its answer."""
        async with self.session.request(method, f"{self.url}_control/{path}", json=body) as answer:
            assert answer.status == 200
            return await answer.json()

    async def fails(self, do: str, **more: object) -> None:
        """Do this wrong to the next request."""
        await self.control("POST", "faults", {"do": do, **more})

    async def committed(self) -> list[dict[str, Any]]:
        """List the requests that changed something."""
        return [entry for entry in await self.control("GET", "ledger") if entry["committed"]]
