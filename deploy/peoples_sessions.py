"""Ends people's sessions, as the terminal asks for it."""

from adapters.store.sessions import Sessions
from deploy.own_database import database
from deploy.settings import Settings


async def end_sessions(settings: Settings, person_id: str) -> int:
    """End all of a person's; says how many there were."""
    async with database(settings) as store:
        return await Sessions(store).end_all_of(person_id)
