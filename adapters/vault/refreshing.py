"""Uses a company's refresh token, so that what Intuit gives for it is lost by nobody.

The new tokens are in the database before anybody gets to see them. Of one company's requests, in this process and in all
others, one refreshes and the rest wait for what it saves.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import structlog

from adapters.quickbooks.sign_in import GivenTokens, GrantEndedError, IntuitSignIn, SignInAwayError
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError
from adapters.store.migration import NewerDatabaseError
from adapters.vault.contents import taken
from adapters.vault.keys import Owner
from adapters.vault.vault import Kept, Vault
from domain.ids import RealmId
from domain.projection import StoreAwayError

SIBLING_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.1
DONE_WITHIN_SECONDS = 25.0
"""For so long a request waits for a refresh; whatever comes of it later is saved all the same."""
SAVE_AGAIN_SECONDS = 0.2
LONGEST_SAVE_AGAIN_SECONDS = 5.0
LAST_SECONDS = 5.0
"""For so long a process that ends lets refreshes come to their end."""

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Refreshing:
    """One process's refreshes. `look`: reads what the vault has of a company, and raises as `asked` does."""

    def __init__(
        self, vault: Vault, sign_in: IntuitSignIn, look: Callable[[RealmId], Awaitable[Kept | None]]
    ) -> None:
        self._vault = vault
        self._sign_in = sign_in
        self._look = look
        self._who = secrets.token_hex(8)
        self._under_way: set[asyncio.Task[Kept]] = set()

    async def refreshed(self, kept: Kept) -> Kept:
        """Refresh, or wait for who does; gives what is in the database then.

        Raises:
            NoTokenError: Intuit takes them no longer.
            TokenAwayError: nothing came of it.
        """
        deadline = time.monotonic() + SIBLING_SECONDS
        while not await asked(self._vault.lease(kept.realm, kept.version, self._who)):
            now = await self._look(kept.realm)
            if now is None or now.ended:
                raise NoTokenError
            if now.version != kept.version:
                return now
            if time.monotonic() > deadline:
                raise TokenAwayError("somebody else refreshes it, and is not done")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return await self._refresh(kept)

    async def _refresh(self, kept: Kept) -> Kept:
        """Refresh to the end, also where who asked is gone meanwhile: what Intuit gives is known to nobody else."""
        refresh = asyncio.create_task(self._refresh_and_save(kept))
        self._under_way.add(refresh)
        refresh.add_done_callback(self._refreshed_by_now)
        done, _ = await asyncio.wait({refresh}, timeout=DONE_WITHIN_SECONDS)
        if not done:
            raise TokenAwayError("a refresh is under way, and not done")
        return refresh.result()

    def _refreshed_by_now(self, refresh: asyncio.Task[Kept]) -> None:
        self._under_way.discard(refresh)
        if not refresh.cancelled():
            refresh.exception()  # nobody may be there any more to hear of it

    async def _refresh_and_save(self, kept: Kept) -> Kept:
        try:
            given = await self._sign_in.refresh(kept.contents.refresh)
        except GrantEndedError:
            return await self._ended(kept)
        except SignInAwayError as away:
            await asked(self._vault.give_back(kept.realm, self._who))
            raise TokenAwayError(str(away)) from None
        await self._save(kept, given)
        now = await self._look(kept.realm)
        if now is None:
            raise NoTokenError
        log.info("quickbooks_token_refreshed", realm_id=kept.realm, firm_id=kept.firm)
        return now

    async def _save(self, kept: Kept, given: GivenTokens) -> None:
        """Save what Intuit gave, however long the database is away: the token before may be worth nothing already."""
        owner, given_at = Owner(firm=kept.firm, realm=kept.realm), time.monotonic()
        pause = SAVE_AGAIN_SECONDS
        while True:
            try:
                now = await self._vault.now()
                then = now - timedelta(seconds=time.monotonic() - given_at)
                await self._vault.save(owner, kept.version, taken(given, then, kept.contents.name))
            except StoreAwayError as away:
                log.warning("quickbooks_token_not_saved", realm_id=kept.realm, reason=str(away))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_SAVE_AGAIN_SECONDS)
            else:
                return

    async def _ended(self, kept: Kept) -> Kept:
        """Intuit does not take it. Perhaps since a sibling, whose lease had run out, has saved a newer one meanwhile."""
        if await asked(self._vault.end(kept.realm, kept.version)):
            log.error("quickbooks_sign_in_ended", realm_id=kept.realm, firm_id=kept.firm)
            raise NoTokenError
        now = await self._look(kept.realm)
        if now is None:
            raise NoTokenError
        return to_be_asked_with(now)

    async def aclose(self) -> None:
        """Let what is under way be saved, before the ways to Intuit and to the database are closed."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)


async def asked(question: Awaitable[T]) -> T:
    """Ask the database.

    Raises:
        TokenAwayError: it does not answer.
    """
    try:
        return await question
    except (StoreAwayError, NewerDatabaseError) as away:
        raise TokenAwayError(str(away)) from away


def to_be_asked_with(kept: Kept) -> Kept:
    """Let them be used.

    Raises:
        NoTokenError: they have ended, or rest.
    """
    if kept.ended or kept.rests:
        raise NoTokenError
    return kept
