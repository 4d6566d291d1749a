"""A process that reads a company of the stand-in, counts it, and waits to be killed: `DATABASE URL REALM TOKEN READS`."""

import asyncio
import sys

import aiohttp

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from adapters.store.database import Database
from deploy.counted_reads import read_counter
from deploy.settings import Settings
from domain.ids import CustomerId, RealmId


async def main(database: str, url: str, realm: str, token: str, reads: str) -> None:
    """Read, say so as soon as it is written down, and stay."""
    store = Database(database)
    counter = read_counter(store, Settings())
    async with aiohttp.ClientSession() as session:
        api = QuickBooksApi(session, url, OneToken(token), reads=counter)
        for _ in range(int(reads)):
            await api.read_customer(RealmId(realm), CustomerId("1"))
        while counter.is_behind:  # noqa: ASYNC110  (nobody tells us)
            await asyncio.sleep(0.01)
        print("written", flush=True)  # noqa: T201  (to who waits for it)
        await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
