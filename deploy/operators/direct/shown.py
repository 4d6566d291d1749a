"""Whether the read model shows what was just decided: a gateway has to run for that."""

import asyncio
from collections.abc import Sequence

from adapters.store.database import Database
from adapters.store.projection import Projection
from deploy.operators.decided import Decided

SHOWN_SECONDS = 3.0
LOOK_SECONDS = 0.05


async def is_shown(store: Database, decided: Sequence[Decided], within: float = SHOWN_SECONDS) -> bool:
    """Wait a little until it does; False: it does not yet."""
    projection = Projection(store)
    try:
        async with asyncio.timeout(within):
            while True:
                shown = await projection.log_positions()
                if all(shown.get(each.partition, 0) > each.at for each in decided):
                    return True
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        return False
