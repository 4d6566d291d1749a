"""Gives requests their tokens out of the vault, and refreshes those that are about to end.

The new ones are in the database before anybody gets to see them. Of one company's requests, in this process and in all
others, one refreshes and the rest wait for what it saves.
"""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import structlog

from adapters.quickbooks.sign_in import GrantEndedError, IntuitSignIn, SignInAwayError
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError
from adapters.store.migration import NewerDatabaseError
from adapters.vault.contents import taken
from adapters.vault.keys import Owner, SealedByOtherKeyError
from adapters.vault.vault import Kept, Vault
from domain.ids import RealmId
from domain.projection import StoreAwayError

AHEAD = timedelta(minutes=5)
"""So long before its end an access token is replaced; Intuit asks not to do so much earlier."""
LOOKED_AT_SECONDS = 10.0
"""For so long a token is sent again without a look into the database."""
LOOKED_FOR_SECONDS = 1.0
"""Likewise where there was none, and somebody may sign in at any moment."""
SIBLING_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.1
SAVE_TRIES = 5

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read. `kept` None: nothing is in the vault. `until`: sent without a look; `ends`: while nobody can look, too."""

    kept: Kept | None
    token: str = field(repr=False)
    until: float
    ends: float


class VaultTokens:
    """The tokens of all companies, for one process. `otherwise`: what a company without any sends; None: nothing.

    `prepared` is awaited before the first look: it sees to it that the tables are there.
    """

    def __init__(
        self,
        vault: Vault,
        sign_in: IntuitSignIn,
        otherwise: str | None = None,
        prepared: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._vault = vault
        self._sign_in = sign_in
        self._otherwise = otherwise
        self._prepared = prepared
        self._who = secrets.token_hex(8)
        self._held: dict[RealmId, _Held] = {}
        self._refreshing: set[asyncio.Task[Kept]] = set()
        self._one_at_a_time: defaultdict[RealmId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, realm: RealmId) -> str:
        """Give a token to send now. Raises as `Tokens.token` says."""
        if (token := self._fresh(realm)) is not None:
            return token
        async with self._one_at_a_time[realm]:
            if (token := self._fresh(realm)) is not None:
                return token
            try:
                return await self._usable(realm)
            except TokenAwayError:
                held = self._held.get(realm)
                if held is not None and time.monotonic() < held.ends:
                    return held.token  # the database is away, and this is good still
                raise

    async def another(self, realm: RealmId, refused: str) -> str | None:
        """Give one for a token that is not taken: the one that a sibling has saved by now, or a refreshed one."""
        async with self._one_at_a_time[realm]:
            self._held.pop(realm, None)
            kept = await self._look(realm)
            if kept is None:
                return None  # it was the one that all companies share
            _to_be_asked_with(kept)
            if kept.contents.access != refused:
                return self._hold(kept)
            return self._hold(await self._refreshed(kept))

    async def refused(self, realm: RealmId, token: str) -> None:
        """Let the company rest, unless its tokens are others by now."""
        self._held.pop(realm, None)
        await _perhaps(realm, self._let_rest(realm, token))

    async def _let_rest(self, realm: RealmId, token: str) -> None:
        kept = await self._look(realm)
        if kept is not None and kept.contents.access == token and not kept.rests:
            log.warning("quickbooks_sign_in_refused", realm_id=realm, firm_id=kept.firm)
            await self._ask(self._vault.rest(realm, kept.version, kept.refusals + 1))

    async def accepted(self, realm: RealmId) -> None:
        """Let it rest no more."""
        held = self._held.get(realm)
        if held is not None and held.kept is not None and held.kept.refusals:
            self._held.pop(realm)
            await _perhaps(realm, self._ask(self._vault.wake(realm)))

    async def refresh_now(self, realm: RealmId) -> bool:
        """Use the refresh token, so that it does not end unused. False: it has ended.

        Raises:
            TokenAwayError: not now.
        """
        async with self._one_at_a_time[realm]:
            self._held.pop(realm, None)
            kept = await self._look(realm)
            if kept is None or kept.ended:
                return False
            try:
                await self._refreshed(kept)
            except NoTokenError:
                return False
            return True

    async def _usable(self, realm: RealmId) -> str:
        kept = await self._look(realm)
        if kept is None:
            if self._otherwise is None:
                raise NoTokenError
            now = time.monotonic()
            self._held[realm] = _Held(
                None, self._otherwise, now + LOOKED_FOR_SECONDS, now + LOOKED_AT_SECONDS
            )
            return self._otherwise
        _to_be_asked_with(kept)
        left = kept.contents.access_ends - kept.now
        if left > AHEAD:
            return self._hold(kept)
        try:
            return self._hold(await self._refreshed(kept))
        except TokenAwayError:
            if left > timedelta():
                return self._hold(kept)  # good still, and asked about again with the next request but some
            raise

    async def _refreshed(self, kept: Kept) -> Kept:
        """Refresh, or wait for who does; gives what is in the database then.

        Raises:
            NoTokenError: Intuit takes them no longer.
            TokenAwayError: nothing came of it.
        """
        deadline = time.monotonic() + SIBLING_SECONDS
        while not await self._ask(self._vault.lease(kept.realm, kept.version, self._who)):
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
        """Refresh to the end, also where who asked is cancelled meanwhile: what Intuit gives is known to nobody else."""
        refresh = asyncio.create_task(self._refresh_and_save(kept))
        self._refreshing.add(refresh)
        refresh.add_done_callback(self._refreshed_by_now)
        return await asyncio.shield(refresh)

    def _refreshed_by_now(self, refresh: asyncio.Task[Kept]) -> None:
        self._refreshing.discard(refresh)
        if not refresh.cancelled():
            refresh.exception()  # nobody may be there any more to hear of it

    async def _refresh_and_save(self, kept: Kept) -> Kept:
        owner = Owner(firm=kept.firm, realm=kept.realm)
        try:
            given = await self._sign_in.refresh(kept.contents.refresh)
        except GrantEndedError:
            return await self._ended(kept)
        except SignInAwayError as away:
            await self._ask(self._vault.give_back(kept.realm, self._who))
            raise TokenAwayError(str(away)) from None
        for number in range(SAVE_TRIES):
            try:
                # By its clock as of now: a little late, so the token is taken to live a little longer, which AHEAD covers.
                await self._vault.save(
                    owner, kept.version, taken(given, await self._vault.now(), kept.contents.name)
                )
                break
            except StoreAwayError:
                # What Intuit gave is known to nobody else; the one before it works a while longer.
                await asyncio.sleep(0.2 * 2**number)
        else:
            raise TokenAwayError("the new tokens can't be saved")
        now = await self._look(kept.realm)
        if now is None:
            raise NoTokenError
        log.info("quickbooks_token_refreshed", realm_id=kept.realm, firm_id=kept.firm)
        return now

    async def _ended(self, kept: Kept) -> Kept:
        """Intuit does not take it. Perhaps since a sibling, whose lease had run out, has saved a newer one meanwhile."""
        if await self._ask(self._vault.end(kept.realm, kept.version)):
            log.error("quickbooks_sign_in_ended", realm_id=kept.realm, firm_id=kept.firm)
            raise NoTokenError
        now = await self._look(kept.realm)
        if now is None:
            raise NoTokenError
        return _to_be_asked_with(now)

    async def _look(self, realm: RealmId) -> Kept | None:
        if self._prepared is not None:
            await self._ask(self._prepared())
            self._prepared = None
        try:
            return await self._ask(self._vault.read(realm))
        except SealedByOtherKeyError as error:
            log.error("quickbooks_token_sealed", realm_id=realm, reason=str(error))  # noqa: TRY400
            raise TokenAwayError(str(error)) from None

    async def _ask(self, question: Awaitable[T]) -> T:
        try:
            return await question
        except (StoreAwayError, NewerDatabaseError) as away:
            raise TokenAwayError(str(away)) from away

    def _hold(self, kept: Kept) -> str:
        left = (kept.contents.access_ends - kept.now).total_seconds()
        access, now = kept.contents.access, time.monotonic()
        self._held[kept.realm] = _Held(kept, access, now + min(LOOKED_AT_SECONDS, left), now + left)
        return access

    def _fresh(self, realm: RealmId) -> str | None:
        held = self._held.get(realm)
        return held.token if held is not None and time.monotonic() < held.until else None


async def _perhaps(realm: RealmId, note: Awaitable[None]) -> None:
    """Take note of how QuickBooks took a token. It has answered by then: no database is to make that a request that never was."""
    try:
        await note
    except TokenAwayError as away:
        log.warning("quickbooks_answer_not_noted", realm_id=realm, reason=str(away))


def _to_be_asked_with(kept: Kept) -> Kept:
    if kept.ended or kept.rests:
        raise NoTokenError
    return kept
