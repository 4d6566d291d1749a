"""Lists that a gateway gives page by page."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from adapters.web.api.batch_shapes import BatchAnswer, RevertPreview
from adapters.web.api.firm_shapes import FirmsAnswer
from adapters.web.api.letter_shapes import DeadLettersAnswer
from adapters.web.api.past_shapes import PastListAnswer
from adapters.web.api.replay_shapes import ReplayAnswer
from adapters.web.api.timeline_shapes import TimelineAnswer
from deploy.operators.remote.gateway import Gateway

AT_ONCE = 200
"""The most that the API gives."""

Page = TypeVar(
    "Page",
    BatchAnswer,
    DeadLettersAnswer,
    FirmsAnswer,
    PastListAnswer,
    ReplayAnswer,
    RevertPreview,
    TimelineAnswer,
)


async def pages(
    gateway: Gateway, path: str, answer: type[Page], query: Mapping[str, object] | None = None
) -> AsyncIterator[Page]:
    """Give all pages of a list, one after the other."""
    cursor: str | None = None
    while True:
        asked = {"limit": AT_ONCE, "cursor": cursor, **(query or {})}
        page = (await gateway.get(path, answer, asked)).body
        yield page
        cursor = page.cursor
        if cursor is None:
            return
