"""Changes the vault's keys, as the terminal asks for it."""

from adapters.vault.keys import read_keys
from adapters.vault.sealing_anew import SealedAnew, seal_anew
from deploy.own_database import database
from deploy.settings import Settings


async def rotate_keys(settings: Settings) -> SealedAnew:
    """Seal all that is in the vault with the first key."""
    async with database(settings) as store:
        return await seal_anew(store, read_keys(settings.vault_keys))
