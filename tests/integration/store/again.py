"""A read model that is built again, as a gateway does it."""

from adapters.store.database import Database
from adapters.store.preparation import build_again
from adapters.store.projection import Projection
from domain.projection import STREAMS


async def begun_again(database: Database) -> int:
    """Begin; gives the build that is to be filled."""
    await build_again(database)
    return await filled_now(Projection(database))


async def filled_now(projection: Projection) -> int:
    """Give the build that is to be filled from the log: one beside, or the one that people read."""
    return (await projection.beside("log") or await projection.build("log")).id


async def completed(projection: Projection) -> bool:
    """Say of what is to be filled that it shows all; True: people read it now."""
    done = False
    for stream in STREAMS:
        build = await projection.beside(stream) or await projection.build(stream)
        done = await projection.complete(stream, build.id)
    return done
