"""Whoever is killed, or stands still, between Intuit's answer and the save: the company stays signed in to."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sqlalchemy import select, text

from adapters.quickbooks.tokens import NoTokenError
from adapters.store.database import Database
from adapters.store.kept_tables import quickbooks_tokens
from adapters.vault.keys import new_key, read_keys
from adapters.vault.sealing_anew import seal_anew
from adapters.vault.vault import Vault
from deploy.sandbox.quickbooks.oauth.routes import TOKEN
from tests import in_short
from tests.forked import Forked
from tests.integration.store.intuit import KEYS, OLD, REALM, Intuit, intuit_at_work
from tests.integration.store.test_vault import ended_already, lease_ends
from tests.patience import PATIENCE_SECONDS

KILLS, IN_SHORT = 50, 10
"""With SQLite, and as many with PostgreSQL; `make chaos` has all of them."""

Strike = Callable[[int, Callable[[], Awaitable[None]]], Awaitable[None]]
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def struck_by(strike: Strike) -> Middleware:
    """See each answer to a refresh last: `strike` gets the number of the process that asks, and what lets the answer leave."""

    @web.middleware
    async def answer_last(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        asks = request.headers.get("User-Agent", "")

        async def leave() -> None:
            await answer.prepare(request)
            await answer.write_eof()

        if request.path == TOKEN and asks.isdecimal():
            await strike(int(asks), leave)
        return answer

    return answer_last


class Killer:
    """Kills who refreshes, once the answer has left Intuit and while nobody can save. `left`: so often still."""

    def __init__(self, database: Database, left: int) -> None:
        self._database = database
        self.left = left
        self.killed: asyncio.Queue[int] = asyncio.Queue()

    async def strike(self, asks: int, leave: Callable[[], Awaitable[None]]) -> None:
        """Kill it: every other one, where that can be seen, in the middle of its save."""
        if not self.left:
            return
        self.left -= 1
        async with self._database.write() as held:
            await held.execute(select(quickbooks_tokens.c.realm_id).with_for_update())
            await leave()
            if self.left % 2:
                await somebody_saves(self._database)
            os.kill(asks, signal.SIGKILL)
        self.killed.put_nowait(asks)


async def somebody_saves(database: Database) -> None:
    """Wait until somebody waits for a lock, as PostgreSQL shows. SQLite shows it to nobody."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with database.read() as looks:
                if looks.dialect.name != "postgresql" or await looks.scalar(WAITING):
                    return
            await asyncio.sleep(0.005)


def refresher(folder: Path, database_url: str, intuit: Intuit, keys: str) -> Forked:
    """Start a process that refreshes; what it gets stands in `said`."""
    words = ("tests.integration.store.refreshing_process", database_url, intuit.discovery, keys, REALM)
    return Forked(words, dict(os.environ), folder / "said", folder / "errors")


async def test_whoever_is_killed_the_company_stays_signed_in_to(
    database: Database, other: Database, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two refresh at once, one of them is killed, and again, while the keys of the vault are changed: a request each, and no more."""
    kills = IN_SHORT if in_short.is_asked_for(request.config) else KILLS
    killer = Killer(other, kills)
    async with intuit_at_work(struck_by(killer.strike)) as intuit:
        await intuit.granted(Vault(database, KEYS))
        await intuit.control("oauth/rules", {"rotates_after_seconds": 0})
        await ended_already(database)
        both = f"{new_key('new')},{OLD}"
        processes = [refresher(tmp_path, database_url, intuit, both) for _ in range(2)]
        for number in range(kills):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await killer.killed.get()
            if number == kills // 2:
                await seal_anew(database, read_keys(both))
            processes.append(refresher(tmp_path, database_url, intuit, both))
            await lease_ends(database)
        codes = [await asyncio.to_thread(each.wait, PATIENCE_SECONDS) for each in processes]

        assert sorted(codes) == [-signal.SIGKILL] * kills + [0, 0], (tmp_path / "errors").read_text()
        said = (tmp_path / "said").read_text().splitlines()
        (token,) = {line for line in said if line.startswith("eyJ")}
        assert await intuit.opens(token) == 200
        assert await intuit.refreshes() == kills + 1


async def test_who_stands_still_meanwhile_saves_it_in_the_end(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Its lease is over, and the token before is worth nothing: a sibling is refused, and believes that the sign-in has ended."""
    stopped: asyncio.Queue[int] = asyncio.Queue()

    async def strike(asks: int, leave: Callable[[], Awaitable[None]]) -> None:
        os.kill(asks, signal.SIGSTOP)
        await leave()
        stopped.put_nowait(asks)

    async with intuit_at_work(struck_by(strike)) as intuit:
        vault = Vault(database, KEYS)
        await intuit.granted(vault)
        await intuit.control("oauth/rules", {"rotates_after_seconds": 0, "previous_lives_seconds": 0})
        await ended_already(database)
        process = refresher(tmp_path, database_url, intuit, OLD)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await stopped.get()
        await lease_ends(database)
        with pytest.raises(NoTokenError):
            await intuit.tokens(database).token(REALM)

        process.send_signal(signal.SIGCONT)
        assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
        token = await intuit.tokens(database).token(REALM)
        assert await intuit.opens(token) == 200
        assert await intuit.refreshes() == 2
