"""Hears a gateway's event stream as a browser does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from tests.patience import PATIENCE_SECONDS


@dataclass(frozen=True)
class Told:
    """One event. `id` None: it came without."""

    name: str
    data: Any
    id: str | None


@dataclass
class Stream:
    """An open stream; `id` is what a browser would send when it comes again."""

    answer: aiohttp.ClientResponse
    id: str | None = None

    async def next(self, *names: str) -> Told:
        """Give the next event, of these names if any are given."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told = await self._event()
                if told is not None and (not names or told.name in names):
                    return told

    async def is_over(self) -> bool:
        """Wait until nothing more comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.answer.content.readline():
                pass
        return True

    async def _event(self) -> Told | None:
        fields: dict[str, str] = {}
        async for line in self.answer.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if not name:
                break
            fields[name] = value
        else:
            raise EOFError("the stream is over")
        self.id = fields.get("id", self.id)
        if "data" not in fields:
            return None
        return Told(fields["event"], orjson.loads(fields["data"]), fields.get("id"))


def events_of(firm: str) -> str:
    """Give the path of a firm's stream."""
    return f"/api/v1/firms/{firm}/events"


@asynccontextmanager
async def hearing(
    http: aiohttp.ClientSession, firm: str, since: str | None = None, **headers: str
) -> AsyncIterator[Stream]:
    """Open a firm's stream, as a manager unless headers say otherwise."""
    sent = headers or {"Authorization": "Bearer dev-manager"}
    if since is not None:
        sent |= {"Last-Event-ID": since}
    async with http.get(events_of(firm), headers=sent) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        yield Stream(answer)
