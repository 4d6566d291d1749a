"""A process that gets a company's token out of the vault, refreshes it first, and says it: `DATABASE DISCOVERY KEYS REALM`.

Its number is its user agent, so that who answers it knows whom to kill.
"""

import asyncio
import os
import sys

import aiohttp

from adapters.quickbooks.sign_in import IntuitSignIn
from adapters.store.database import Database
from adapters.vault.keys import read_keys
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from domain.ids import RealmId
from tests.integration.store.intuit import OUR_APP


async def main(database: str, discovery: str, keys: str, realm: str) -> None:
    """Get it, as a worker does."""
    store = Database(database)
    async with aiohttp.ClientSession(headers={"User-Agent": str(os.getpid())}) as session:
        tokens = VaultTokens(Vault(store, read_keys(keys)), IntuitSignIn(session, discovery, OUR_APP))
        print(await tokens.token(RealmId(realm)))  # noqa: T201  (to who started it)
    await store.close()


asyncio.run(main(*sys.argv[1:]))
