"""`Sync-Position: p3:1042`: partition 3 of the log, all before offset 1042. Who sends it back reads what they wrote."""

import asyncio
import re
from dataclasses import dataclass

from adapters.web.problems import Problem
from domain.projection import Progress

HEADER = "Sync-Position"
PATTERN = r"^p([0-9]{1,6}):([0-9]{1,18})$"
WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log."""

    partition: int
    next_offset: int

    def __str__(self) -> str:
        return f"p{self.partition}:{self.next_offset}"


def read_position(text: str) -> Position:
    """Read a position that we gave out.

    Raises:
        Problem: it is none.
    """
    found = re.fullmatch(PATTERN, text.strip())
    if found is None:
        raise Problem(
            400,
            "wrong_position",
            "What was sent can't be read.",
            advice=f"Send {HEADER} as it was answered, such as p3:1042.",
        )
    return Position(int(found[1]), int(found[2]))


async def wait_for(progress: Progress, position: Position) -> None:
    """Wait until the read model shows a position.

    Raises:
        Problem: it does not get there in time.
    """
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await progress.reached(position.partition, position.next_offset)
    except TimeoutError:
        raise Problem(
            503,
            "read_model_behind",
            "What you wrote is safe, but can't be shown yet. Ask again in a moment.",
            headers={"Retry-After": "2"},
        ) from None
